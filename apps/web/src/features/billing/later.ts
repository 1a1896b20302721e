import { IconFileInvoice } from '@tabler/icons-react'
import { isHit } from '../../patterns/hit.ts'
import type { Search, SentencesOf } from '../../patterns/manifest.ts'

export const searches: Search[] = [
  {
    group: 'Invoices',
    icon: IconFileInvoice,
    order: 30,
    needs: 'billing:read',
    async find(word, { api, queryClient }) {
      const { items } = await queryClient.fetchQuery(api.billing.listInvoices.queryOptions({ limit: 100 }))
      return items
        .filter(({ number }) => isHit(word, number))
        .map(({ id, number, state }) => ({ id, label: number ?? id, description: state, href: '/billing' }))
    },
  },
]

export const sentences: SentencesOf<'billing'> = {
  'checkout.started': '{actor} began a checkout',
  'subscription.activated': 'The subscription to {target} became active',
  'subscription.changed': 'The subscription to {target} changed',
  'subscription.ended': 'The subscription to {target} ended',
  'subscription.resumed': '{actor} resumed the subscription to {target}',
  'billing-invoice.paid': 'The invoice {target} was paid',
  'billing-invoice.payment-failed': 'A payment of the invoice {target} failed',
  'billing-customer.deleted': 'The customer {target} was deleted at Stripe',
  'plan.draft-saved': '{actor} saved a draft of the plan {target}',
  'plan.draft-discarded': '{actor} discarded the draft of the plan {target}',
  'plan.published': '{actor} published the plan {target}',
  'plan.archived': '{actor} archived the plan {target}',
  'plan.offered': '{actor} offered the plan {target} again',
  'plan.pushed-again': '{actor} had the plan {target} sent to Stripe again',
}
