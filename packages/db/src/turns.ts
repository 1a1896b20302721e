/** Ends with `leave`, which must be called. */
interface Turn {
  leave(): void
}

let last: Promise<void> = Promise.resolve()

/**
 * Resolves when everybody who came before has left. Transactions that lost a row to another are run again one after the
 * other: all at once they would take it from each other until their time is over, and the more they are the fewer would get
 * through.
 */
export async function turn(): Promise<Turn> {
  const before = last
  const { promise, resolve } = Promise.withResolvers<void>()
  last = before.then(() => promise)
  await before
  return { leave: resolve }
}
