import { availableParallelism, cpus } from 'node:os'

/** One of the things that are compared: does its work for about so long and answers how much a second it did. */
export interface Contender {
  name: string
  round(durationMs: number): Promise<number>
}

export interface Comparison {
  what: string
  unit: string
  ours: Contender
  bare: Contender
  /** Ours over bare: below `hold` something was broken; `aim` is where we want to be. */
  hold: number
  aim: number
}

const rounds = 5
const roundMs = 3_000

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/**
 * Runs the two in turn, one warm-up and then five rounds of three seconds each, and takes the median of the rounds'
 * ratios: what else the machine does then falls on both alike.
 */
export async function compare({ what, unit, ours, bare, hold, aim }: Comparison): Promise<void> {
  for (const contender of [bare, ours]) await contender.round(roundMs / 3)
  const seen: { ours: number; bare: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    // Whoever goes first alternates, so that neither always finds the warmer machine.
    const order = round % 2 === 0 ? [bare, ours] : [ours, bare]
    const rates = new Map<Contender, number>()
    for (const contender of order) rates.set(contender, await contender.round(roundMs))
    seen.push({ ours: rates.get(ours) ?? 0, bare: rates.get(bare) ?? 0 })
  }
  const ratio = median(seen.map((round) => round.ours / round.bare))
  const figures = [ours, bare].map((contender, at) => {
    const rate = median(seen.map((round) => (at === 0 ? round.ours : round.bare)))
    return `${contender.name} ${rate >= 100 ? Math.round(rate) : rate.toFixed(1)} ${unit}/s`
  })
  const verdict = ratio >= aim ? 'aim met' : ratio >= hold ? 'held' : 'NOT HELD'
  const goal = `hold ${hold}, aim ${aim}: ${verdict}`
  process.stdout.write(`${what.padEnd(34)} ${ratio.toFixed(2)}   ${figures.join(', ')}   (${goal})\n`)
}

/** What the figures were taken on. */
export const machine = () =>
  `${availableParallelism()} x ${cpus()[0]?.model.trim()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`

/** Calls `work` from `callers` at once until the time is up, and answers how often a second it was done. */
export async function rateOf(
  callers: number,
  durationMs: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const started = performance.now()
  let done = 0
  const caller = async () => {
    while (performance.now() - started < durationMs) {
      await work()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return (done * 1_000) / (performance.now() - started)
}

/** Sixteen callers that do the same over and over. */
export const sixteen = (name: string, work: () => Promise<unknown>): Contender => ({
  name,
  round: (durationMs) => rateOf(16, durationMs, work),
})
