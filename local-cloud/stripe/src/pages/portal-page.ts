import { html } from 'hono/html'
import { priceOf, productName } from '../billing/lines.ts'
import { formatMoney } from '../billing/money.ts'
import type { Cloud } from '../cloud.ts'
import type { Configuration } from '../resources/portal.ts'
import type { Kinds } from '../store.ts'
import { cardFields } from './checkout-page.ts'
import { type Markup, page, problem } from './layout.ts'

interface Shown {
  customer: Kinds['customer']
  configuration: Configuration
  returnUrl: string | null
  error?: string | undefined
}

const day = (moment: number): string =>
  new Date(moment * 1000).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })

/** The hosted billing portal: subscriptions, the card, invoices, as far as its configuration allows. */
export function portalPage(cloud: Cloud, shown: Shown): Markup {
  const { customer, configuration, returnUrl } = shown
  const { features } = configuration
  const subscriptions = cloud.store
    .all('subscription', { customer: customer.id })
    .filter((one) => !['canceled', 'incomplete_expired'].includes(one.status))
  return page(
    'Billing - local Stripe',
    html`${returnUrl ? html`<p><a href="${returnUrl}">← Return</a></p>` : ''}
<h1>${configuration.business_profile.headline ?? 'Manage your billing'}</h1><p class="note">${customer.email ?? customer.id}</p>
${problem(shown.error)}
${subscriptions.map((one) => subscriptionCard(cloud, one, features))}
${features.payment_method_update.enabled ? methodCard(cloud, customer) : ''}
${features.invoice_history.enabled ? invoiceCard(cloud, customer) : ''}`,
  )
}

function subscriptionCard(
  cloud: Cloud,
  subscription: Kinds['subscription'],
  features: Configuration['features'],
): Markup {
  const item = subscription.items.data[0]!
  const price = priceOf(item)
  const amount = formatMoney((price.unit_amount ?? 0) * (item.quantity ?? 1), price.currency)
  const ends = day(subscription.cancel_at ?? item.current_period_end)
  return html`<section class="card" aria-label="Subscription"><h2>${productName(cloud, price)}</h2>
<p>${amount} per ${price.recurring?.interval} · <strong>${subscription.status}</strong></p>
<p class="note">${subscription.cancel_at ? html`Ends on ${ends}.` : html`Renews on ${ends}.`}</p>
<div class="row">
${features.subscription_cancel.enabled && !subscription.cancel_at ? button('cancel', subscription.id, 'Cancel subscription', true) : ''}
${subscription.cancel_at ? button('resume', subscription.id, 'Keep subscription') : ''}
${switches(cloud, subscription, features)}</div></section>`
}

function switches(
  cloud: Cloud,
  subscription: Kinds['subscription'],
  features: Configuration['features'],
): Markup[] {
  if (!features.subscription_update.enabled) return []
  const now = subscription.items.data[0]!.price.id
  const prices = (features.subscription_update.products ?? [])
    .flatMap((one) => one.prices)
    .filter((id) => id !== now)
  return prices.flatMap((id) => {
    const price = cloud.store.get('price', id)
    if (!price?.active) return []
    const label = `Switch to ${productName(cloud, price)} (${formatMoney(price.unit_amount ?? 0, price.currency)})`
    return [
      button('switch', subscription.id, label, true, html`<input type="hidden" name="price" value="${id}">`),
    ]
  })
}

const button = (
  action: string,
  subscription: string,
  label: string,
  plain = false,
  more: Markup | '' = '',
): Markup =>
  html`<form method="post"><input type="hidden" name="subscription" value="${subscription}">${more}
<button name="action" value="${action}" class="${plain ? 'plain' : ''}">${label}</button></form>`

function methodCard(cloud: Cloud, customer: Kinds['customer']): Markup {
  const id = customer.invoice_settings.default_payment_method
  const subscription = cloud.store.all('subscription', { customer: customer.id })[0]
  const card = cloud.store.get('payment_method', id ?? subscription?.default_payment_method ?? '')?.card
  return html`<section class="card" aria-label="Payment method"><h2>Payment method</h2>
<p>${card ? html`${card.brand} ending in ${card.last4}, expires ${card.exp_month}/${card.exp_year}` : 'No card yet.'}</p>
<details><summary>Use another card</summary><form method="post">${cardFields()}
<button class="wide" name="action" value="card">Save card</button></form></details></section>`
}

function invoiceCard(cloud: Cloud, customer: Kinds['customer']): Markup {
  const invoices = cloud.store
    .all('invoice', { customer: customer.id })
    .filter((one) => one.status !== 'draft')
  return html`<section class="card" aria-label="Invoices"><h2>Invoices</h2>
<table><thead><tr><th>Date</th><th>Invoice</th><th>Status</th><th>Amount</th></tr></thead><tbody>
${invoices.map(
  (one) => html`<tr><td>${day(one.created)}</td><td><a href="${one.hosted_invoice_url}">${one.number}</a></td>
<td>${one.status}</td><td>${formatMoney(one.total, one.currency)}</td></tr>`,
)}</tbody></table></section>`
}
