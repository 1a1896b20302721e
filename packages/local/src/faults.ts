/** The faults that are set on one HTTP server of the local cloud; each counted fault is used up by one call. */
export class Faults {
  #failures: number[] = []
  #delayMs = 0
  #drops = 0

  failNext(count: number, status: number): void {
    this.#failures.push(...Array<number>(count).fill(status))
  }

  slow(delayMs: number): void {
    this.#delayMs = delayMs
  }

  dropNextReplies(count: number): void {
    this.#drops += count
  }

  clear(): void {
    this.#failures = []
    this.#delayMs = 0
    this.#drops = 0
  }

  /** How long a call has to wait for its answer. */
  get delayMs(): number {
    return this.#delayMs
  }

  /** The status the next call has to fail with, if any. */
  takeFailure(): number | undefined {
    return this.#failures.shift()
  }

  /** Whether the reply of a call that has been done must be lost. */
  takeDrop(): boolean {
    if (this.#drops === 0) return false
    this.#drops -= 1
    return true
  }
}
