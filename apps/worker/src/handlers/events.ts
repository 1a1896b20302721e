import { dispatch, hear, sweepOutbox } from '@insula/core/wiring/dispatch'
import type { HandlersOf } from '@insula/jobs'
import { eventJobs } from '@insula/jobs/events'

export const jobs = eventJobs
export const handlers: HandlersOf<typeof jobs> = {
  dispatchEvent: ({ eventId }) => dispatch(eventId),
  hearEvent: (told) => hear(told),
  sweepOutbox: () => sweepOutbox(),
}
