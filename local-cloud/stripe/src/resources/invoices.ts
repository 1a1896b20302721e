import type Stripe from 'stripe'
import { newDiscounts } from '../billing/discounts.ts'
import { createInvoice, finalizeInvoice, markUncollectible, voidInvoice } from '../billing/invoices.ts'
import { collect, requirePaid } from '../billing/pay.ts'
import { preview } from '../billing/preview.ts'
import { pendingLines, takeItems } from '../billing/prorate.ts'
import { draftSeconds } from '../billing/renew.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { currencyOf } from '../payments/currencies.ts'
import { requireAttached } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Invoice = Kinds['invoice']

/** The payment records of an invoice, newest first. */
export function paymentsOf(cloud: Cloud, invoice: string): Kinds['invoice_payment'][] {
  return cloud.store.all('invoice_payment').filter((payment) => payment.invoice === invoice)
}

function create(cloud: Cloud, params: Sent<Stripe.InvoiceCreateParams>): Invoice {
  if (!params.customer)
    throw refuse('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' })
  const customer = cloud.need('customer', params.customer, 'customer')
  const subscription = params.subscription
    ? cloud.need('subscription', params.subscription, 'subscription')
    : null
  if (params.default_payment_method) {
    requireAttached(cloud, params.default_payment_method, customer.id, 'default_payment_method')
  }
  const pending =
    params.pending_invoice_items_behavior === 'include' || subscription
      ? pendingLines(cloud, customer.id, subscription?.id ?? null)
      : { lines: [], items: [] }
  const currency = params.currency ?? pending.items[0]?.currency ?? customer.currency ?? 'usd'
  const invoice = createInvoice(cloud, {
    customer,
    currency: currencyOf(currency),
    lines: pending.lines,
    reason: 'manual',
    subscription,
    discounts: newDiscounts(cloud, params.discounts || [], { customer: customer.id }),
    finalizesIn: params.auto_advance ? draftSeconds : null,
    collectionMethod: params.collection_method ?? 'charge_automatically',
    daysUntilDue: params.days_until_due ?? null,
    description: params.description ?? null,
    ...(params.footer ? { footer: params.footer } : {}),
    metadata: mergeMetadata({}, params.metadata),
    method: params.default_payment_method ?? null,
  })
  takeItems(cloud, pending.items, invoice.id)
  return invoice
}

function update(cloud: Cloud, params: Sent<Stripe.InvoiceUpdateParams>, id: string): Invoice {
  const invoice = cloud.need('invoice', id)
  const patch: Partial<Invoice> = { metadata: mergeMetadata(invoice.metadata, params.metadata) }
  if (params.description !== undefined) patch.description = params.description
  if (params.footer !== undefined) patch.footer = params.footer
  if (params.auto_advance !== undefined) {
    patch.auto_advance = params.auto_advance
    const draft = invoice.status === 'draft' && params.auto_advance
    patch.automatically_finalizes_at = draft ? cloud.now(invoice.customer) + draftSeconds : null
  }
  if (params.default_payment_method) {
    requireAttached(cloud, params.default_payment_method, invoice.customer, 'default_payment_method')
    patch.default_payment_method = params.default_payment_method
  }
  if (invoice.status !== 'draft' && (params.description ?? params.footer) !== undefined) {
    throw refuse('Finalized invoices can no longer be edited.', { code: 'invoice_not_editable' })
  }
  return cloud.change(invoice, patch, 'invoice.updated')
}

function pay(cloud: Cloud, params: Sent<Stripe.InvoicePayParams>, id: string): Invoice {
  const before = cloud.need('invoice', id)
  const invoice = before.status === 'draft' ? finalizeInvoice(cloud, before) : before
  if (invoice.status === 'paid' && before.status === 'draft') return invoice
  const done = collect(cloud, invoice, {
    method: params.payment_method,
    offSession: params.off_session ?? true,
    outOfBand: params.paid_out_of_band ?? false,
  })
  requirePaid(done.invoice, done.intent)
  return cloud.need('invoice', id)
}

function finalize(cloud: Cloud, params: Sent<Stripe.InvoiceFinalizeInvoiceParams>, id: string): Invoice {
  const invoice = finalizeInvoice(cloud, cloud.need('invoice', id))
  const auto = params.auto_advance ?? invoice.auto_advance
  if (!auto || invoice.status !== 'open' || invoice.collection_method === 'send_invoice') return invoice
  return collect(cloud, invoice).invoice
}

function remove(cloud: Cloud, id: string): object {
  const invoice = cloud.need('invoice', id)
  if (invoice.status !== 'draft') {
    throw refuse('You can only delete draft invoices.', { code: 'invoice_not_editable' })
  }
  for (const item of cloud.store.all('invoiceitem', { customer: invoice.customer ?? undefined })) {
    if (item.invoice === id) cloud.change(item, { invoice: null })
  }
  cloud.emit('invoice.deleted', invoice)
  return cloud.store.remove('invoice', id)
}

function list(cloud: Cloud, params: Sent<Stripe.InvoiceListParams>): object {
  const { status, collection_method } = params
  const rows = matching(
    cloud.store.all('invoice', { customer: params.customer, subscription: params.subscription }),
    {
      status,
      collection_method,
    },
  ).filter((invoice) => within(invoice.created, params.created))
  return listPage(rows, params, '/v1/invoices')
}

const createTakes =
  'auto_advance collection_method currency customer days_until_due default_payment_method description discounts footer metadata pending_invoice_items_behavior subscription'
const previewTakes =
  'customer discounts subscription subscription_details.items.id subscription_details.items.price subscription_details.items.quantity subscription_details.items.deleted subscription_details.cancel_at_period_end subscription_details.proration_behavior subscription_details.proration_date'

export const invoiceRoutes = [
  route<Stripe.InvoiceCreateParams>('POST /v1/invoices', createTakes, create),
  route<Stripe.InvoiceCreatePreviewParams>('POST /v1/invoices/create_preview', previewTakes, preview),
  route('GET /v1/invoices/{}', '', (cloud, _params, id) => cloud.need('invoice', id!)),
  route<Stripe.InvoiceUpdateParams>(
    'POST /v1/invoices/{}',
    'auto_advance default_payment_method description footer metadata',
    (cloud, params, id) => update(cloud, params, id!),
  ),
  route('DELETE /v1/invoices/{}', '', (cloud, _params, id) => remove(cloud, id!)),
  route<Stripe.InvoiceFinalizeInvoiceParams>(
    'POST /v1/invoices/{}/finalize',
    'auto_advance',
    (cloud, params, id) => finalize(cloud, params, id!),
  ),
  route<Stripe.InvoicePayParams>(
    'POST /v1/invoices/{}/pay',
    'off_session paid_out_of_band payment_method',
    (cloud, params, id) => pay(cloud, params, id!),
  ),
  route('POST /v1/invoices/{}/void', '', (cloud, _params, id) =>
    voidInvoice(cloud, cloud.need('invoice', id!)),
  ),
  route('POST /v1/invoices/{}/mark_uncollectible', '', (cloud, _params, id) =>
    markUncollectible(cloud, cloud.need('invoice', id!)),
  ),
  route('POST /v1/invoices/{}/send', '', (cloud, _params, id) => {
    const invoice = cloud.need('invoice', id!)
    const open = invoice.status === 'draft' ? finalizeInvoice(cloud, invoice) : invoice
    cloud.emit('invoice.sent', open)
    return open
  }),
  route<Stripe.InvoiceListParams>(
    'GET /v1/invoices',
    'collection_method created customer status subscription',
    list,
  ),
  route<Stripe.InvoiceListLineItemsParams>('GET /v1/invoices/{}/lines', '', (cloud, params, id) =>
    listPage(cloud.need('invoice', id!).lines.data, params, `/v1/invoices/${id}/lines`),
  ),
  route<Stripe.InvoicePaymentListParams>(
    'GET /v1/invoice_payments',
    'invoice payment status',
    (cloud, params) => {
      const rows = cloud.store
        .all('invoice_payment')
        .filter(
          (one) =>
            (!params.invoice || one.invoice === params.invoice) &&
            (!params.status || one.status === params.status) &&
            (!params.payment?.payment_intent || one.payment.payment_intent === params.payment.payment_intent),
        )
      return listPage(rows, params, '/v1/invoice_payments')
    },
  ),
  route('GET /v1/invoice_payments/{}', '', (cloud, _params, id) => cloud.need('invoice_payment', id!)),
]
