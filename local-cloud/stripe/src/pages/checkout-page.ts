import { html } from 'hono/html'
import { formatMoney } from '../billing/money.ts'
import type { Cloud } from '../cloud.ts'
import { lineItems } from '../resources/checkout-lines.ts'
import { planOf, type Session } from '../resources/checkout-plan.ts'
import { cardOptional } from '../resources/complete-checkout.ts'
import { type Markup, page, problem } from './layout.ts'

/** What the person typed, to show again beside an error; never the card. */
export interface Typed {
  email?: string
  name?: string
  promotionCode?: string
}

/** The hosted checkout page: what is bought, and a form that works without scripts. */
export function checkoutPage(cloud: Cloud, session: Session, typed: Typed = {}, error?: string): Markup {
  const verb = session.mode === 'setup' ? 'Save card' : session.mode === 'subscription' ? 'Subscribe' : 'Pay'
  const known = session.customer
    ? cloud.store.get('customer', session.customer)?.email
    : session.customer_email
  return page(
    `${verb} - local Stripe`,
    html`
${session.cancel_url ? html`<p><a href="${session.cancel_url}">← Back</a></p>` : ''}
${session.mode === 'setup' ? html`<h1>Save a card</h1>` : summary(cloud, session)}
<form method="post" class="card" aria-label="Payment details">
<h2>${cardOptional(session) ? 'Your details' : 'Pay with card'}</h2>
${problem(error)}
<label for="email">E-mail</label>
${
  known
    ? html`<input id="email" name="email" type="email" value="${known}" readonly>`
    : html`<input id="email" name="email" type="email" autocomplete="email" required value="${typed.email ?? ''}">`
}
${cardOptional(session) ? html`<p class="note">No card is needed to start.</p>` : cardFields(typed.name)}
${
  session.allow_promotion_codes
    ? html`<label for="promotionCode">Promotion code</label>
<input id="promotionCode" name="promotionCode" type="text" autocomplete="off" value="${typed.promotionCode ?? ''}">`
    : ''
}
<button class="wide" type="submit">${verb}</button>
</form>
${testCards()}`,
  )
}

/** The four fields of a card; names as `readCard` expects them. */
export function cardFields(name = ''): Markup {
  return html`
<label for="cardNumber">Card number</label>
<input id="cardNumber" name="cardNumber" type="text" inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242" required>
<div class="pair"><div>
<label for="cardExpiry">Expiry (MM / YY)</label>
<input id="cardExpiry" name="cardExpiry" type="text" inputmode="numeric" autocomplete="cc-exp" placeholder="12 / 34" required>
</div><div>
<label for="cardCvc">CVC</label>
<input id="cardCvc" name="cardCvc" type="text" inputmode="numeric" autocomplete="cc-csc" placeholder="123" required>
</div></div>
<label for="billingName">Name on card</label>
<input id="billingName" name="billingName" type="text" autocomplete="cc-name" value="${name}" required>`
}

function summary(cloud: Cloud, session: Session): Markup {
  const lines = lineItems(cloud, session)
  const currency = session.currency ?? 'usd'
  const first = lines[0]?.price as
    | { recurring?: { interval: string; interval_count: number } | null }
    | undefined
  const every = first?.recurring
  const span =
    every && (every.interval_count === 1 ? every.interval : `${every.interval_count} ${every.interval}s`)
  const days = planOf(cloud, session).subscription?.trial_period_days
  const sum = lines.reduce((total, line) => total + line.amount_subtotal, 0)
  const off = session.total_details?.amount_discount ?? 0
  return html`
<section aria-label="Order"><h1>${lines.map((line) => line.description).join(', ')}</h1>
<p class="amount">${formatMoney(sum, currency)}${span ? html`<span class="note"> per ${span}</span>` : ''}</p>
${days ? html`<p>${days} days free, then ${formatMoney(sum, currency)} per ${span}.</p>` : ''}
<table><tbody>${lines.map(
    (line) =>
      html`<tr><td>${line.quantity} × ${line.description}</td><td>${formatMoney(line.amount_subtotal, line.currency)}</td></tr>`,
  )}
${off > 0 ? html`<tr><td>Discount</td><td>${formatMoney(-off, currency)}</td></tr>` : ''}
<tr><th>Due today</th><td><strong>${formatMoney(session.amount_total ?? sum, currency)}</strong></td></tr></tbody></table></section>`
}

/** The numbers a person may try. */
function testCards(): Markup {
  const cards = [
    ['4242 4242 4242 4242', 'succeeds'],
    ['4000 0025 0000 3155', 'asks to authenticate'],
    ['4000 0000 0000 0002', 'is declined'],
    ['4000 0000 0000 9995', 'has insufficient funds'],
    ['4000 0000 0000 0341', 'can be saved, fails when charged'],
  ]
  return html`<details class="card"><summary>Test cards</summary><table><tbody>
${cards.map(([number, what]) => html`<tr><td><code>${number}</code></td><td>${what}</td></tr>`)}
</tbody></table><p class="note">Any future expiry date and any CVC will do.</p></details>`
}

/** The bank's page, where the person says whether it was them. */
export function authenticationPage(action: string, amount: string): Markup {
  return page(
    'Authenticate - local bank',
    html`<h1>3D Secure authentication</h1>
<form method="post" action="${action}" class="card">
<p>Your bank wants to know that it is you ${amount ? html`who pays <strong>${amount}</strong>` : 'who saves this card'}.</p>
<div class="row"><button name="answer" value="complete">Complete</button>
<button class="plain" name="answer" value="fail">Fail</button></div></form>`,
  )
}

/** A page that only says something. */
export const messagePage = (title: string, text: string): Markup =>
  page(title, html`<h1>${title}</h1><p>${text}</p>`)
