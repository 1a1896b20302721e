import { MongoError } from '../language/error.ts'

/** A moment to read at; what it shows is kept for as long as the store has it open. */
export class Snapshot {
  /** The commit clock then: later commits are not seen. */
  readonly snapshot: number

  constructor(snapshot: number) {
    this.snapshot = snapshot
  }
}

/** A transaction as the versions that it writes know it: who it is, and whether it has ended. */
export class Writer extends Snapshot {
  /** The bytes of its session's id. */
  readonly session: string
  readonly number: bigint
  readonly startedAt = Date.now()
  state: 'open' | 'committed' | 'aborted' = 'open'
  readonly #end = Promise.withResolvers<void>()

  constructor(session: string, number: bigint, snapshot: number) {
    super(snapshot)
    this.session = session
    this.number = number
  }

  /** Fulfilled once the transaction has committed or aborted. */
  get ended(): Promise<void> {
    return this.#end.promise
  }

  end(state: 'committed' | 'aborted'): void {
    this.state = state
    this.#end.resolve()
  }
}

/** Thrown inside a plain write that must wait until an open transaction has ended, and then start again. */
export class Blocked extends Error {
  readonly by: Writer

  constructor(by: Writer) {
    super('waiting for a transaction')
    this.by = by
  }
}

/** The first updater wins; the second is told so at once. */
export function writeConflict(): MongoError {
  return new MongoError(
    112,
    'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or ' +
      'multi-document transaction.',
  )
}
