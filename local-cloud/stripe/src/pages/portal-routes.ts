import { Hono } from 'hono'
import { cancelNow } from '../billing/cancel.ts'
import { changeSubscription } from '../billing/change.ts'
import type { Cloud } from '../cloud.ts'
import { refuse, StripeError } from '../http/errors.ts'
import { endAuthentication, rememberAuthentication } from '../payments/charges.ts'
import { attach, makeCard } from '../payments/methods.ts'
import type { Configuration } from '../resources/portal.ts'
import type { Kinds } from '../store.ts'
import { messagePage } from './checkout-page.ts'
import { readCard } from './checkout-routes.ts'
import { portalPage } from './portal-page.ts'

/** `/portal/<secret>`: what a customer does alone, within the session's configuration. */
export function portalPages(cloud: Cloud): Hono {
  const app = new Hono()

  const opened = (secret: string) => {
    const session = cloud.store.get(
      'billing_portal.session',
      cloud.store.note<string>(`portal:${secret}`) ?? '',
    )
    const customer = session && cloud.store.get('customer', session.customer)
    if (!session || !customer) return undefined
    const configuration = cloud.need('billing_portal.configuration', session.configuration)
    return { customer, configuration, returnUrl: session.return_url }
  }
  const notFound = messagePage('Page not found', 'This billing page does not exist.')

  app.get('/portal/:secret', (c) => {
    const shown = opened(c.req.param('secret'))
    return shown ? c.html(portalPage(cloud, shown)) : c.html(notFound, 404)
  })

  app.post('/portal/:secret', async (c) => {
    const shown = opened(c.req.param('secret'))
    if (!shown) return c.html(notFound, 404)
    const form = await c.req.parseBody()
    try {
      cloud.store.transaction(() => act(cloud, shown.customer, shown.configuration, form))
      return c.redirect(c.req.path, 303)
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      return c.html(portalPage(cloud, { ...shown, error: error.message }), 402)
    }
  })
  return app
}

function act(
  cloud: Cloud,
  customer: Kinds['customer'],
  configuration: Configuration,
  form: Record<string, unknown>,
): void {
  const { features } = configuration
  if (form.action === 'card' && features.payment_method_update.enabled) {
    changeCard(cloud, customer, form)
    return
  }
  const subscription = cloud.need('subscription', String(form.subscription ?? ''))
  if (subscription.customer !== customer.id) throw refuse('This subscription is not yours.', { status: 404 })
  if (form.action === 'cancel' && features.subscription_cancel.enabled) {
    if (features.subscription_cancel.mode === 'immediately') cancelNow(cloud, subscription)
    else changeSubscription(cloud, subscription, { cancel_at_period_end: true })
  } else if (form.action === 'resume') {
    changeSubscription(cloud, subscription, { cancel_at_period_end: false })
  } else if (form.action === 'switch' && features.subscription_update.enabled) {
    const price = String(form.price ?? '')
    const offered = (features.subscription_update.products ?? []).some((one) => one.prices.includes(price))
    if (!offered) throw refuse('This price is not offered here.', { status: 404 })
    const items = [{ id: subscription.items.data[0]!.id, price }]
    const proration_behavior = features.subscription_update.proration_behavior
    changeSubscription(cloud, subscription, { items, proration_behavior })
  } else {
    throw refuse('This billing page does not offer that.')
  }
}

/** The new card becomes the default of the customer and of each subscription. */
function changeCard(cloud: Cloud, customer: Kinds['customer'], form: Record<string, unknown>): void {
  const billing = { email: customer.email, name: String(form.billingName ?? '') || null }
  const method = attach(cloud, makeCard(cloud, readCard(form), billing).id, customer.id)
  rememberAuthentication(cloud, method.id)
  endAuthentication(cloud, method.id)
  const invoice_settings = { ...customer.invoice_settings, default_payment_method: method.id }
  cloud.change(customer, { invoice_settings }, 'customer.updated')
  for (const subscription of cloud.store.all('subscription', { customer: customer.id })) {
    if (['canceled', 'incomplete_expired'].includes(subscription.status)) continue
    cloud.change(subscription, { default_payment_method: method.id }, 'customer.subscription.updated')
  }
}
