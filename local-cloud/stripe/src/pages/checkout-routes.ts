import { Hono } from 'hono'
import { formatMoney } from '../billing/money.ts'
import type { Card } from '../cards.ts'
import type { Cloud } from '../cloud.ts'
import { StripeError } from '../http/errors.ts'
import { finishAuthentication } from '../payments/intents.ts'
import type { Session } from '../resources/checkout-plan.ts'
import { cardOptional, finishCheckout, submitCheckout } from '../resources/complete-checkout.ts'
import { finishSetup } from '../resources/setup-intents.ts'
import { authenticationPage, checkoutPage, messagePage } from './checkout-page.ts'

/** Reads the card's fields off a form; what is wrong with them, the card's maker says. */
export function readCard(form: Record<string, unknown>): Card {
  const text = (name: string): string => String(form[name] ?? '')
  const [, month = '', year = ''] = /^\s*(\d{1,2})\s*\/?\s*(\d{2}|\d{4})\s*$/.exec(text('cardExpiry')) ?? []
  return {
    number: text('cardNumber').replaceAll(/\D/g, ''),
    expMonth: Number(month) || 0,
    expYear: year.length === 4 ? Number(year) : 2000 + Number(year),
    cvc: text('cardCvc'),
  }
}

/** Runs a page's work in one transaction; a declined one-time payment leaves its traces, all else nothing. */
export function attempt<T>(cloud: Cloud, session: Session, work: () => T): T {
  return cloud.store.transaction(
    work,
    (error) => session.mode === 'payment' && error instanceof StripeError && error.keepsWork,
  )
}

const successUrl = (session: Session): string =>
  (session.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id)

/** `/pay/...` and `/authenticate/...`. */
export function checkoutPages(cloud: Cloud): Hono {
  const app = new Hono()
  const sessionOf = (id: string): Session | undefined => cloud.store.get('checkout.session', id)

  app.get('/pay/:id', (c) => {
    const session = sessionOf(c.req.param('id'))
    if (!session) return c.html(messagePage('Page not found', 'There is no such checkout.'), 404)
    if (session.status === 'open') return c.html(checkoutPage(cloud, session))
    const text = session.status === 'expired' ? 'This checkout has expired.' : 'You are all done here.'
    return c.html(messagePage(session.status === 'expired' ? 'Expired' : 'Complete', text))
  })

  app.post('/pay/:id', async (c) => {
    const session = sessionOf(c.req.param('id'))
    if (!session) return c.html(messagePage('Page not found', 'There is no such checkout.'), 404)
    const form = await c.req.parseBody()
    const typed = {
      email: String(form.email ?? ''),
      name: String(form.billingName ?? ''),
      promotionCode: String(form.promotionCode ?? ''),
    }
    try {
      const done = attempt(cloud, session, () =>
        submitCheckout(cloud, session, {
          card: cardOptional(session) ? undefined : readCard(form),
          ...typed,
        }),
      )
      return c.redirect(done.authenticate ? `/pay/${session.id}/authenticate` : successUrl(done.session), 303)
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      return c.html(checkoutPage(cloud, sessionOf(session.id) ?? session, typed, error.message), 402)
    }
  })

  app.get('/pay/:id/authenticate', (c) => {
    const session = sessionOf(c.req.param('id'))
    if (session?.status !== 'open')
      return c.html(messagePage('Page not found', 'Nothing waits for you here.'), 404)
    const amount = session.amount_total ? formatMoney(session.amount_total, session.currency ?? 'usd') : ''
    return c.html(authenticationPage(`/pay/${session.id}/authenticate`, amount))
  })

  app.post('/pay/:id/authenticate', async (c) => {
    const session = sessionOf(c.req.param('id'))
    if (!session) return c.html(messagePage('Page not found', 'There is no such checkout.'), 404)
    const { answer } = await c.req.parseBody()
    if (answer !== 'complete') {
      const refused =
        'We are unable to authenticate your payment method. Please choose a different one and try again.'
      return c.html(checkoutPage(cloud, session, {}, refused), 402)
    }
    try {
      const done = attempt(cloud, session, () => finishCheckout(cloud, session))
      return c.redirect(successUrl(done), 303)
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      return c.html(checkoutPage(cloud, session, {}, error.message), 402)
    }
  })

  app.get('/authenticate/:id', (c) => {
    const payment = cloud.store.get('payment_intent', c.req.param('id'))
    const amount = payment ? formatMoney(payment.amount, payment.currency) : ''
    return c.html(authenticationPage(`/authenticate/${c.req.param('id')}`, amount))
  })

  app.post('/authenticate/:id', async (c) => {
    const id = c.req.param('id')
    const agreed = (await c.req.parseBody()).answer === 'complete'
    const payment = cloud.store.get('payment_intent', id)
    const intent = payment ?? cloud.store.get('setup_intent', id)
    if (intent?.status !== 'requires_action')
      return c.html(messagePage('Page not found', 'Nothing waits for you here.'), 404)
    const back = intent.next_action?.redirect_to_url?.return_url
    try {
      cloud.store.transaction(
        () =>
          intent.object === 'payment_intent'
            ? finishAuthentication(cloud, intent, agreed)
            : finishSetup(cloud, intent, agreed),
        (error) => error instanceof StripeError && error.keepsWork,
      )
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
    }
    if (!back) return c.html(messagePage('Done', 'You can close this page.'))
    const target = new URL(back)
    target.searchParams.set(intent.object, id)
    target.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '')
    return c.redirect(target.href, 303)
  })
  return app
}
