import type { Cloud } from '../cloud.ts'
import { disputeRoutes } from '../payments/disputes.ts'
import { refundRoutes } from '../payments/refunds.ts'
import { accountRoutes } from '../resources/account.ts'
import { checkoutRoutes } from '../resources/checkout.ts'
import { lineItems } from '../resources/checkout-lines.ts'
import { couponRoutes } from '../resources/coupons.ts'
import { creditNoteRoutes } from '../resources/credit-notes.ts'
import { customerRoutes } from '../resources/customers.ts'
import { invoiceItemRoutes } from '../resources/invoice-items.ts'
import { invoiceRoutes, paymentsOf } from '../resources/invoices.ts'
import { meterRoutes } from '../resources/meters.ts'
import { paymentIntentRoutes } from '../resources/payment-intents.ts'
import { paymentMethodRoutes } from '../resources/payment-methods.ts'
import { portalRoutes } from '../resources/portal.ts'
import { priceRoutes } from '../resources/prices.ts'
import { productRoutes } from '../resources/products.ts'
import { setupIntentRoutes } from '../resources/setup-intents.ts'
import { subscriptionItemRoutes } from '../resources/subscription-items.ts'
import { subscriptionRoutes } from '../resources/subscriptions.ts'
import { testClockRoutes } from '../resources/test-clocks.ts'
import type { Kinds } from '../store.ts'
import { webhookRoutes } from '../webhooks/endpoints.ts'
import type { Includables } from './expand.ts'
import { listPage } from './list.ts'
import type { Route } from './routes.ts'

/** Every endpoint there is. */
export const allRoutes: Route[] = [
  ...accountRoutes,
  ...checkoutRoutes,
  ...customerRoutes,
  ...couponRoutes,
  ...creditNoteRoutes,
  ...disputeRoutes,
  ...invoiceItemRoutes,
  ...meterRoutes,
  ...portalRoutes,
  ...refundRoutes,
  ...subscriptionItemRoutes,
  ...testClockRoutes,
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
      listPage(lineItems(cloud, session), {}, `/v1/checkout/sessions/${session.id}/line_items`),
  },
  customer: {
    subscriptions: (cloud: Cloud, customer: Kinds['customer']) => {
      const rows = cloud.store.all('subscription', { customer: customer.id })
      return listPage(
        rows.filter((one) => one.status !== 'canceled'),
        {},
        `/v1/customers/${customer.id}/subscriptions`,
      )
    },
  },
  invoice: {
    payments: (cloud: Cloud, invoice: Kinds['invoice']) =>
      listPage(paymentsOf(cloud, invoice.id), {}, `/v1/invoice_payments?invoice=${invoice.id}`),
    confirmation_secret: (cloud: Cloud, invoice: Kinds['invoice']) => {
      const link = cloud.store.note<{ intent: string }>(`payment-of:${invoice.id}`)
      const intent = link && cloud.store.get('payment_intent', link.intent)
      return intent?.client_secret ? { client_secret: intent.client_secret, type: 'payment_intent' } : null
    },
  },
  charge: {
    refunds: (cloud: Cloud, charge: Kinds['charge']) =>
      listPage(
        cloud.store.all('refund').filter((one) => one.charge === charge.id),
        {},
        `/v1/charges/${charge.id}/refunds`,
      ),
  },
}
