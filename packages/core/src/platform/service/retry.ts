import { eventJobs } from '@insula/jobs/events'
import { billingRetrials } from '../../billing/service/index.ts'
import { fileRetrials } from '../../files/service/index.ts'
import { hasReachedEveryone } from '../../kernel/emit.ts'
import { nothingLeft, type Retrial, type Retrials } from '../../kernel/retrial.ts'
import { mailRetrials } from '../../notifications/service/index.ts'

const eventRetrials: Retrials = {
  async [eventJobs.dispatchEvent.name]({ eventId }) {
    const reached = await hasReachedEveryone(String(eventId))
    if (reached === null) throw nothingLeft('Its event is no longer there.')
    if (reached) throw nothingLeft('Its event has reached everyone by now.')
    return 'again'
  },
}

/** Jobs that look at what became of their object first; any other, such as a sweep, simply runs again. */
export const retrials: ReadonlyMap<string, Retrial> = new Map(
  [fileRetrials, mailRetrials, eventRetrials, billingRetrials].flatMap(Object.entries<Retrial>),
)
