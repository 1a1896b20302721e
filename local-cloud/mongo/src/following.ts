import type { Doc } from './language/value.ts'
import type { Stored } from './storage/record.ts'

/** Results without an end: asked again after the last one, there may be more. */
export abstract class Following implements Iterator<Stored, undefined> {
  /** Whether a cursor waits for more when there is none. */
  abstract readonly awaits: boolean
  /** Whether nothing can come any more. */
  over = false
  /** From where a client can go on later, if it can at all. */
  resumeToken: Doc | undefined

  abstract next(): IteratorResult<Stored, undefined>

  /** Fulfilled when there may be more. */
  protected abstract get more(): Promise<void>

  /** Waits until there may be more, but not longer than this. */
  async change(milliseconds: number): Promise<void> {
    const timer = Promise.withResolvers<void>()
    const timeout = setTimeout(timer.resolve, milliseconds)
    await Promise.race([this.more, timer.promise])
    clearTimeout(timeout)
  }
}
