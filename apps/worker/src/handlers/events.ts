import { dispatch, sweepOutbox } from '@insula/core/wiring/dispatch'
import type { eventJobs, HandlersOf } from '@insula/jobs'

export const eventHandlers: HandlersOf<typeof eventJobs> = {
  dispatchEvent: ({ eventId }) => dispatch(eventId),
  sweepOutbox: () => sweepOutbox(),
}
