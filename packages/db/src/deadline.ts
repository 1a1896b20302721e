import { currentDeadline, type Deadline, OutcomeUnknown, timeLeftMs } from '@insula/contracts/deadline'
import type { Aggregate, Query, Schema } from 'mongoose'
import { reads, writes } from './operations.ts'

const longestMs = 60_000

/**
 * Hands the deadline of the request on to MongoDB: `maxTimeMS` ends the work there, the signal ends the waiting here and
 * gives the connection up. The driver's own `timeoutMS` does nothing in this version.
 */
export function keepDeadline(schema: Schema): void {
  schema.pre(
    [...reads, 'estimatedDocumentCount'],
    { document: false, query: true },
    function (this: Query<unknown, unknown>) {
      const deadline = currentDeadline()
      if (deadline) this.setOptions({ maxTimeMS: timeLeftMs(given(this)), signal: deadline.signal } as object)
    },
  )
  schema.pre([...writes], { document: false, query: true }, function (this: Query<unknown, unknown>) {
    const deadline = currentDeadline()
    if (deadline)
      this.setOptions({ maxTimeMS: timeLeftMs(given(this)), signal: unknownAt(deadline) } as object)
  })
  schema.pre('aggregate', function (this: Aggregate<unknown[]>) {
    const deadline = currentDeadline()
    if (deadline) this.option({ maxTimeMS: timeLeftMs(longestMs), signal: deadline.signal } as object)
  })
}

/** What the query's own author allows it, which may be less than the request has left. */
const given = (query: Query<unknown, unknown>) => query.getOptions().maxTimeMS ?? longestMs

/** A write that is given up may have been done. Within a transaction that tells better itself. */
function unknownAt({ signal }: Deadline): AbortSignal {
  const abort = new AbortController()
  const giveUp = () => abort.abort(new OutcomeUnknown('MongoDB did not say in time whether it was written.'))
  if (signal.aborted) giveUp()
  else signal.addEventListener('abort', giveUp, { once: true })
  return abort.signal
}
