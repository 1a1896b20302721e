import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { route } from '../http/routes.ts'
import type { Stored } from '../wire.ts'

const accountId = 'acct_1LocalCloud00000'

function account(cloud: Cloud): Stored<Stripe.Account> {
  return {
    id: accountId,
    object: 'account',
    business_profile: null,
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: 'US',
    created: cloud.store.note<number>('account:created') ?? cloud.serverNow(),
    default_currency: 'usd',
    details_submitted: true,
    email: 'billing@insula.local',
    metadata: {},
    payouts_enabled: true,
    settings: null,
    tos_acceptance: { date: null },
    type: 'standard',
  }
}

export const accountRoutes = [route('GET /v1/account', '', account)]
