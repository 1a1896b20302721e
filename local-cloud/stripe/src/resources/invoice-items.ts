import type Stripe from 'stripe'
import { relined } from '../billing/invoices.ts'
import { amountOf, productName } from '../billing/lines.ts'
import { lineOfItem } from '../billing/prorate.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { newId } from '../ids.ts'
import { currencyOf, requireFits } from '../payments/currencies.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type InvoiceItem = Kinds['invoiceitem']

function create(cloud: Cloud, params: Sent<Stripe.InvoiceItemCreateParams>): InvoiceItem {
  const customer = cloud.need('customer', params.customer ?? '', 'customer')
  const price = params.pricing?.price
    ? cloud.need('price', params.pricing.price, 'pricing[price]')
    : undefined
  const quantity = params.quantity ?? 1
  if (!price && params.amount === undefined) {
    throw refuse('You must pass one of amount and pricing.', { code: 'parameter_missing', param: 'amount' })
  }
  const amount = price ? amountOf(price, quantity) : params.amount!
  const currency = price?.currency ?? currencyOf(params.currency ?? 'usd')
  requireFits(amount, currency)
  const now = cloud.now(customer.id)
  const subscription = params.subscription
    ? cloud.need('subscription', params.subscription, 'subscription')
    : undefined
  const item = cloud.create<InvoiceItem>(
    {
      id: newId('ii'),
      object: 'invoiceitem',
      amount,
      currency,
      customer: customer.id,
      customer_account: null,
      date: now,
      description: params.description ?? (price ? productName(cloud, price) : null),
      discountable: params.discountable ?? amount > 0,
      discounts: [],
      invoice: null,
      livemode: false,
      metadata: mergeMetadata({}, params.metadata),
      net_amount: amount,
      parent: subscription
        ? { subscription_details: { subscription: subscription.id }, type: 'subscription_details' }
        : null,
      period: params.period ?? { start: now, end: now },
      pricing: price
        ? {
            price_details: { price: price.id, product: price.product },
            type: 'price_details',
            unit_amount_decimal: price.unit_amount_decimal,
          }
        : null,
      proration: false,
      quantity,
      quantity_decimal: String(quantity),
      tax_rates: [],
      test_clock: customer.test_clock ?? null,
    },
    'invoiceitem.created',
  )
  return params.invoice ? addToDraft(cloud, item, params.invoice) : item
}

function addToDraft(cloud: Cloud, item: InvoiceItem, id: string): InvoiceItem {
  const invoice = cloud.need('invoice', id, 'invoice')
  if (invoice.status !== 'draft') {
    throw refuse('This invoice is no longer editable', { code: 'invoice_not_editable', param: 'invoice' })
  }
  if (item.currency !== invoice.currency) {
    throw refuse(`The invoice is in ${invoice.currency}, the item in ${item.currency}.`, {
      param: 'currency',
    })
  }
  cloud.change(invoice, relined(cloud, invoice, [...invoice.lines.data, lineOfItem(item)]), 'invoice.updated')
  return cloud.change(item, { invoice: id })
}

function update(cloud: Cloud, params: Sent<Stripe.InvoiceItemUpdateParams>, id: string): InvoiceItem {
  const item = cloud.need('invoiceitem', id)
  if (item.invoice && cloud.need('invoice', item.invoice).status !== 'draft') throw invoiced()
  const patch: Partial<InvoiceItem> = { metadata: mergeMetadata(item.metadata, params.metadata) }
  if (params.description !== undefined) patch.description = params.description
  if (item.invoice && params.amount !== undefined)
    throw refuse('Change amounts of pending items only.', { param: 'amount' })
  if (params.amount !== undefined) Object.assign(patch, { amount: params.amount, net_amount: params.amount })
  return cloud.change(item, patch)
}

function remove(cloud: Cloud, id: string): object {
  const item = cloud.need('invoiceitem', id)
  if (item.invoice) throw invoiced()
  cloud.emit('invoiceitem.deleted', item)
  return cloud.store.remove('invoiceitem', id)
}

const invoiced = () =>
  refuse('This invoice item is already attached to an invoice.', { code: 'invoice_not_editable' })

export const invoiceItemRoutes = [
  route<Stripe.InvoiceItemCreateParams>(
    'POST /v1/invoiceitems',
    'amount currency customer description discountable invoice metadata period pricing quantity subscription',
    create,
  ),
  route('GET /v1/invoiceitems/{}', '', (cloud, _params, id) => cloud.need('invoiceitem', id!)),
  route<Stripe.InvoiceItemUpdateParams>(
    'POST /v1/invoiceitems/{}',
    'amount description metadata',
    (cloud, params, id) => update(cloud, params, id!),
  ),
  route('DELETE /v1/invoiceitems/{}', '', (cloud, _params, id) => remove(cloud, id!)),
  route<Stripe.InvoiceItemListParams>(
    'GET /v1/invoiceitems',
    'created customer invoice pending',
    (cloud, params) => {
      const rows = cloud.store
        .all('invoiceitem', { customer: params.customer })
        .filter(
          (one) =>
            within(one.date, params.created) &&
            (!params.invoice || one.invoice === params.invoice) &&
            (params.pending === undefined || params.pending === (one.invoice === null)),
        )
      return listPage(rows, params, '/v1/invoiceitems')
    },
  ),
]
