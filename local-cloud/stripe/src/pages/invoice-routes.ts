import { Hono } from 'hono'
import { html } from 'hono/html'
import { formatMoney } from '../billing/money.ts'
import { collect } from '../billing/pay.ts'
import type { Cloud } from '../cloud.ts'
import { StripeError } from '../http/errors.ts'
import { makeCard } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import { cardFields, messagePage } from './checkout-page.ts'
import { readCard } from './checkout-routes.ts'
import { type Markup, page, problem } from './layout.ts'

/** `hosted_invoice_url`, `invoice_pdf` and receipts. */
export function invoicePages(cloud: Cloud): Hono {
  const app = new Hono()
  const notFound = messagePage('Page not found', 'There is no such invoice.')

  app.get('/invoice/:id', (c) => {
    const invoice = cloud.store.get('invoice', c.req.param('id'))
    return invoice ? c.html(invoicePage(invoice)) : c.html(notFound, 404)
  })

  app.post('/invoice/:id', async (c) => {
    const invoice = cloud.store.get('invoice', c.req.param('id'))
    if (!invoice) return c.html(notFound, 404)
    const form = await c.req.parseBody()
    try {
      const { intent } = cloud.store.transaction(() => {
        const method = makeCard(cloud, readCard(form), { email: invoice.customer_email })
        return collect(cloud, invoice, {
          method: method.id,
          offSession: false,
          returnUrl: `${cloud.url}/invoice/${invoice.id}`,
        })
      })
      const url = intent?.next_action?.redirect_to_url?.url
      if (url) return c.redirect(url, 303)
      if (intent?.last_payment_error)
        return c.html(invoicePage(invoice, intent.last_payment_error.message), 402)
      return c.redirect(`/invoice/${invoice.id}`, 303)
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      return c.html(invoicePage(invoice, error.message), 402)
    }
  })

  app.get('/invoice/:id/pdf', async (c) => {
    const invoice = cloud.store.get('invoice', c.req.param('id'))
    if (!invoice) return c.html(notFound, 404)
    // half of the server's start, for what few runs ever ask for
    const { invoicePdf } = await import('./invoice-pdf.ts')
    const bytes = await invoicePdf(invoice)
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="Invoice-${invoice.number ?? invoice.id}.pdf"`,
    })
  })

  app.get('/receipts/:id', (c) => {
    const charge = cloud.store.get('charge', c.req.param('id'))
    if (!charge?.paid) return c.html(messagePage('Page not found', 'There is no such receipt.'), 404)
    return c.html(
      messagePage('Receipt', `${formatMoney(charge.amount, charge.currency)} paid with a test card.`),
    )
  })
  return app
}

function invoicePage(invoice: Kinds['invoice'], error?: string): Markup {
  const money = (amount: number): string => formatMoney(amount, invoice.currency)
  return page(
    `Invoice ${invoice.number ?? ''} - local Stripe`,
    html`<h1>Invoice ${invoice.number ?? '(draft)'}</h1>
<p class="amount">${money(invoice.status === 'paid' ? invoice.total : invoice.amount_remaining)}</p>
<p><strong>${invoice.status}</strong> · ${invoice.customer_email ?? ''}</p>
<section class="card" aria-label="Lines"><table><tbody>
${invoice.lines.data.map((line) => html`<tr><td>${line.description}</td><td>${money(line.amount)}</td></tr>`)}
<tr><th>Total</th><td><strong>${money(invoice.total)}</strong></td></tr></tbody></table></section>
${invoice.invoice_pdf ? html`<p><a class="button" href="${invoice.invoice_pdf}">Download invoice</a></p>` : ''}
${
  invoice.status === 'open'
    ? html`<form method="post" class="card" aria-label="Payment details"><h2>Pay this invoice</h2>${problem(error)}${cardFields()}
<button class="wide" type="submit">Pay ${money(invoice.amount_remaining)}</button></form>`
    : ''
}`,
  )
}
