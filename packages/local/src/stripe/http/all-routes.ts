import type { Cloud } from '../cloud.ts'
import { disputeRoutes } from '../payments/disputes.ts'
import { accountRoutes } from '../resources/account.ts'
import { checkoutRoutes } from '../resources/checkout.ts'
import { lineItems } from '../resources/checkout-lines.ts'
import { customerRoutes } from '../resources/customers.ts'
import { invoiceRoutes, paymentsOf } from '../resources/invoices.ts'
import { paymentIntentRoutes } from '../resources/payment-intents.ts'
import { paymentMethodRoutes } from '../resources/payment-methods.ts'
import { priceRoutes } from '../resources/prices.ts'
import { productRoutes } from '../resources/products.ts'
import { setupIntentRoutes } from '../resources/setup-intents.ts'
import { subscriptionRoutes } from '../resources/subscriptions.ts'
import type { Kinds } from '../store.ts'
import { webhookRoutes } from '../webhooks/endpoints.ts'
import type { Includables } from './expand.ts'
import { pageOf } from './list.ts'
import type { Route } from './routes.ts'

/** Every endpoint there is. */
export const allRoutes: Route[] = [
  ...accountRoutes,
  ...checkoutRoutes,
  ...customerRoutes,
  ...disputeRoutes,
  ...invoiceRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...priceRoutes,
  ...productRoutes,
  ...setupIntentRoutes,
  ...subscriptionRoutes,
  ...webhookRoutes,
]

/** What `expand` adds to an object that does not carry it by itself. */
export const includables: Includables = {
  'checkout.session': {
    line_items: (cloud: Cloud, session: Kinds['checkout.session']) =>
      pageOf(lineItems(cloud, session), {}, `/v1/checkout/sessions/${session.id}/line_items`),
  },
  customer: {
    subscriptions: (cloud: Cloud, customer: Kinds['customer']) => {
      const rows = cloud.store.all('subscription', { customer: customer.id })
      return pageOf(
        rows.filter((one) => one.status !== 'canceled'),
        {},
        `/v1/customers/${customer.id}/subscriptions`,
      )
    },
  },
  invoice: {
    payments: (cloud: Cloud, invoice: Kinds['invoice']) =>
      pageOf(paymentsOf(cloud, invoice.id), {}, `/v1/invoice_payments?invoice=${invoice.id}`),
    confirmation_secret: (cloud: Cloud, invoice: Kinds['invoice']) => {
      const link = cloud.store.note<{ intent: string }>(`payment-of:${invoice.id}`)
      const intent = link && cloud.store.get('payment_intent', link.intent)
      return intent?.client_secret ? { client_secret: intent.client_secret, type: 'payment_intent' } : null
    },
  },
  charge: {
    refunds: (cloud: Cloud, charge: Kinds['charge']) =>
      pageOf(
        cloud.store.all('refund').filter((one) => one.charge === charge.id),
        {},
        `/v1/charges/${charge.id}/refunds`,
      ),
  },
}
