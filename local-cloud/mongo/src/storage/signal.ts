/** Tells those who wait that something has happened. */
export class Signal {
  #waiting: PromiseWithResolvers<void> | undefined

  /** Fulfilled the next time. */
  get next(): Promise<void> {
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  raise(): void {
    this.#waiting?.resolve()
    this.#waiting = undefined
  }
}
