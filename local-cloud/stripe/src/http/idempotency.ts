import { createHash } from 'node:crypto'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Store } from '../store.ts'
import { StripeError } from './errors.ts'

export interface Reply {
  status: ContentfulStatusCode
  body: string
  requestId: string
}

const keptForMs = 24 * 60 * 60 * 1000

/**
 * https://docs.stripe.com/api/idempotent_requests: the first reply to a key is kept for a day and replayed.
 * What is refused before work begins (a bad parameter, a missing key, a fault switch) is not kept.
 */
export class Idempotency {
  readonly #store: Store
  readonly #inFlight = new Set<string>()

  constructor(store: Store) {
    this.#store = store
  }

  static fingerprint(operation: string, body: string): string {
    return createHash('sha256').update(`${operation}\n${body}`).digest('base64')
  }

  /** Marks the key as being worked on; the returned function lets go of it. */
  hold(key: string): () => void {
    if (this.#inFlight.has(key)) {
      throw new StripeError(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}.`,
      })
    }
    this.#inFlight.add(key)
    return () => this.#inFlight.delete(key)
  }

  find(key: string, fingerprint: string): Reply | undefined {
    const row = this.#store
      .sql('select * from replies where key = ? and at > ?')
      .get(key, Date.now() - keptForMs)
    if (!row) return undefined
    if (row.fingerprint !== fingerprint) {
      throw new StripeError(400, {
        type: 'idempotency_error',
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      })
    }
    return {
      status: row.status as ContentfulStatusCode,
      body: row.body as string,
      requestId: row.request_id as string,
    }
  }

  keep(key: string, fingerprint: string, reply: Reply): void {
    this.#store
      .sql(
        'insert or replace into replies (key, fingerprint, status, body, request_id, at) values (?, ?, ?, ?, ?, ?)',
      )
      .run(key, fingerprint, reply.status, reply.body, reply.requestId, Date.now())
  }
}
