/**
 * Random numbers in [0, 1) that repeat for the same seed, which is printed: a failure is played again with
 * `SEED=… npx vitest …`.
 */
export function seededRandom(what: string): () => number {
  let state = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.info(`${what}: SEED=${state}`)
  // Mulberry32: one multiplication and two mixes are random enough to choose where to break things.
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The list in another order. */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
