import { startCheckout } from '@insula/core/billing'
import { actingIn, type DomainThings } from '../occasion.ts'

export const things: DomainThings = {
  calls: {
    listInvoices: { input: () => ({ limit: 1 }) },
    listPlans: {},
    overview: {},
    openPortal: {
      async input(occasion) {
        await startCheckout(actingIn(occasion), { planId: 'pro' })
      },
    },
    resumeSubscription: { told: () => ({ status: 409, code: 'conflict' }) },
    startCheckout: {
      input: () => ({ planId: 'pro' }),
      leaves: { audit: ['checkout.started'] },
    },
  },
}
