import { eventJobs } from '@insula/jobs/events'
import { billingRetrials } from '../../billing/service/index.ts'
import { fileRetrials } from '../../files/service/index.ts'
import { hasReached, hasReachedEveryone, passOver } from '../../kernel/emit.ts'
import { nothingLeft, type Retrial, type Retrials } from '../../kernel/retrial.ts'
import { mailRetrials } from '../../notifications/service/index.ts'

const eventRetrials: Retrials = {
  async [eventJobs.dispatchEvent.name]({ eventId }) {
    const reached = await hasReachedEveryone(String(eventId))
    if (reached === null) throw nothingLeft('Its event is no longer there.')
    if (reached) throw nothingLeft('Its event has reached everyone by now.')
    return 'again'
  },
  async [eventJobs.hearEvent.name]({ eventId, listener }) {
    const reached = await hasReached(String(eventId), String(listener))
    if (reached === null) throw nothingLeft('Its event is no longer there.')
    if (reached) throw nothingLeft('Its listener is done with the event.')
    return 'again'
  },
}

/** What is done with a job that is discarded, so that no sweep brings it back. */
export const farewells: ReadonlyMap<string, (data: Record<string, unknown>) => Promise<void>> = new Map([
  [eventJobs.hearEvent.name, ({ eventId, listener }) => passOver(String(eventId), String(listener))],
])

/** Jobs that look at what became of their object first; any other, such as a sweep, simply runs again. */
export const retrials: ReadonlyMap<string, Retrial> = new Map(
  [fileRetrials, mailRetrials, eventRetrials, billingRetrials].flatMap(Object.entries<Retrial>),
)
