import { setTimeout as wait } from 'node:timers/promises'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { StripeError } from './errors.ts'

/** The switches of `HttpControl`, for calls of the API (never for hosted pages). */
export class Faults {
  delayMs = 0
  #failing = 0
  #status: ContentfulStatusCode = 500
  #dropping = 0

  fail(count: number, status: number): void {
    this.#failing = count
    this.#status = status as ContentfulStatusCode
  }

  drop(count: number): void {
    this.#dropping = count
  }

  clear(): void {
    this.#failing = 0
    this.#dropping = 0
    this.delayMs = 0
  }

  async before(): Promise<void> {
    if (this.delayMs > 0) await wait(this.delayMs)
    if (this.#failing === 0) return
    this.#failing--
    throw new StripeError(this.#status, {
      type: this.#status < 500 ? 'invalid_request_error' : 'api_error',
      message: `This failure was asked for (failNext, HTTP ${this.#status}).`,
      ...(this.#status === 429 ? { code: 'rate_limit' } : {}),
    })
  }

  shouldDrop(): boolean {
    if (this.#dropping === 0) return false
    this.#dropping--
    return true
  }
}
