import { z } from 'zod'
import { defineJob, defineSweep } from './define.ts'

const minuteMs = 60_000
/** A short outage is over soon, and a long one is waited for: in all for more than a day. */
const hearingAgainMs = [500, 2_000, 10_000, ...Array<number>(30).fill(minuteMs), 10 * minuteMs]

export const eventJobs = {
  /** Gives each listener of an event of the outbox a job of its own. */
  dispatchEvent: defineJob('events.dispatch-event', {
    payload: z.strictObject({ eventId: z.string() }),
    attempts: 10,
    backoffMs: [500, 2_000, 10_000, 60_000],
    key: ({ eventId }) => eventId,
  }),
  /** Tells one listener of one event. The others neither wait for it nor are called again when it fails. */
  hearEvent: defineJob('events.hear-event', {
    payload: z.strictObject({ eventId: z.string(), listener: z.string() }),
    attempts: 200,
    backoffMs: hearingAgainMs,
    key: ({ eventId, listener }) => `${eventId}.${listener}`,
    once: true,
  }),
  /** Finds the events that have not reached everyone, because a job was never queued, or Redis lost it. */
  sweepOutbox: defineSweep('events.sweep-outbox', 5_000),
}
