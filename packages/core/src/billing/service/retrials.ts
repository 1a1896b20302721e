import { StripeEventModel } from '@insula/db'
import { billingJobs } from '@insula/jobs/billing'
import { nothingLeft, type Retrials } from '../../kernel/retrial.ts'

export const billingRetrials: Retrials = {
  async [billingJobs.applyStripeEvent.name]({ eventId }) {
    const event = await StripeEventModel.findById(String(eventId), { state: 1, reason: 1 }).lean()
    if (!event) throw nothingLeft('Its event of Stripe is no longer there.')
    if (event.state === 'received') return 'again'
    const why = event.reason ? `: ${event.reason}` : ''
    throw nothingLeft(`Its event of Stripe is ${event.state} by now${why}.`)
  },
}
