import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { letters, newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

export type Configuration = Kinds['billing_portal.configuration']
type Features = Configuration['features']
type SentFeatures = Sent<Stripe.BillingPortal.ConfigurationCreateParams>['features']

const noFeatures: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    products: null,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
}

function withFeatures(before: Features, sent: SentFeatures | undefined): Features {
  if (!sent) return before
  const {
    invoice_history,
    payment_method_update,
    subscription_cancel: cancel,
    subscription_update: update,
  } = sent
  const next = structuredClone(before)
  if (invoice_history) next.invoice_history.enabled = invoice_history.enabled
  if (payment_method_update) next.payment_method_update.enabled = payment_method_update.enabled
  if (cancel) {
    next.subscription_cancel.enabled = cancel.enabled
    if (cancel.mode) next.subscription_cancel.mode = cancel.mode
    if (cancel.proration_behavior) next.subscription_cancel.proration_behavior = cancel.proration_behavior
  }
  if (update) {
    next.subscription_update.enabled = update.enabled
    next.subscription_update.default_allowed_updates = update.default_allowed_updates || []
    if (update.proration_behavior) next.subscription_update.proration_behavior = update.proration_behavior
    next.subscription_update.products = (update.products || []).map(({ prices, product }) => ({
      adjustable_quantity: { enabled: false, maximum: null, minimum: 1 },
      prices,
      product,
    }))
  }
  return next
}

function newConfiguration(
  cloud: Cloud,
  from: { features: Features; isDefault: boolean } & Partial<
    Pick<Configuration, 'business_profile' | 'default_return_url' | 'name'>
  >,
): Configuration {
  const now = cloud.serverNow()
  return {
    id: newId('bpc'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: from.business_profile ?? {
      headline: null,
      privacy_policy_url: null,
      terms_of_service_url: null,
    },
    created: now,
    default_return_url: from.default_return_url ?? null,
    features: from.features,
    is_default: from.isDefault,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: from.name ?? null,
    updated: now,
  }
}

/** The configuration that stands where nobody made one, as in a fresh dashboard. */
function defaultConfiguration(cloud: Cloud): Configuration {
  const known = cloud.store.all('billing_portal.configuration').find((one) => one.is_default)
  if (known) return known
  const features = structuredClone(noFeatures)
  features.invoice_history.enabled = true
  features.payment_method_update.enabled = true
  features.subscription_cancel.enabled = true
  return cloud.create(newConfiguration(cloud, { features, isDefault: true }))
}

function createConfiguration(
  cloud: Cloud,
  params: Sent<Stripe.BillingPortal.ConfigurationCreateParams>,
): Configuration {
  const { headline, privacy_policy_url, terms_of_service_url } = params.business_profile ?? {}
  const made = newConfiguration(cloud, {
    features: withFeatures(noFeatures, params.features),
    isDefault: false,
    business_profile: {
      headline: headline || null,
      privacy_policy_url: privacy_policy_url ?? null,
      terms_of_service_url: terms_of_service_url ?? null,
    },
    default_return_url: params.default_return_url || null,
    name: params.name || null,
  })
  const metadata = mergeMetadata({}, params.metadata)
  return cloud.create({ ...made, metadata }, 'billing_portal.configuration.created')
}

function updateConfiguration(
  cloud: Cloud,
  params: Sent<Stripe.BillingPortal.ConfigurationUpdateParams>,
  id: string,
): Configuration {
  const before = cloud.need('billing_portal.configuration', id)
  const patch: Partial<Configuration> = {
    features: withFeatures(before.features, params.features as SentFeatures | undefined),
    metadata: mergeMetadata(before.metadata, params.metadata),
    updated: cloud.serverNow(),
  }
  if (params.active !== undefined) patch.active = params.active
  if (params.default_return_url !== undefined) patch.default_return_url = params.default_return_url || null
  return cloud.change(before, patch, 'billing_portal.configuration.updated')
}

function createSession(
  cloud: Cloud,
  params: Sent<Stripe.BillingPortal.SessionCreateParams>,
): Kinds['billing_portal.session'] {
  const customer = cloud.need('customer', params.customer ?? '', 'customer')
  if (params.return_url !== undefined && !/^https?:\/\/[^/]/.test(params.return_url)) {
    throw refuse('Not a valid URL', { code: 'url_invalid', param: 'return_url' })
  }
  const configuration = params.configuration
    ? cloud.need('billing_portal.configuration', params.configuration, 'configuration')
    : defaultConfiguration(cloud)
  if (!configuration.active) {
    throw refuse(
      `The portal configuration ${configuration.id} is inactive. Only active ones can be used to create sessions.`,
      { param: 'configuration' },
    )
  }
  const secret = letters(40)
  const session = cloud.create<Kinds['billing_portal.session']>({
    id: newId('bps'),
    object: 'billing_portal.session',
    after_expiration: null,
    configuration: configuration.id,
    created: cloud.serverNow(),
    customer: customer.id,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: params.locale ?? null,
    on_behalf_of: null,
    return_url: params.return_url ?? configuration.default_return_url,
    url: `${cloud.url}/portal/${secret}`,
  })
  cloud.store.setNote(`portal:${secret}`, session.id)
  return session
}

const features =
  'features.invoice_history features.payment_method_update.enabled features.subscription_cancel.enabled features.subscription_cancel.mode features.subscription_cancel.proration_behavior features.subscription_update.enabled features.subscription_update.default_allowed_updates features.subscription_update.products.prices features.subscription_update.products.product features.subscription_update.proration_behavior'

export const portalRoutes = [
  route<Stripe.BillingPortal.SessionCreateParams>(
    'POST /v1/billing_portal/sessions',
    'configuration customer locale return_url',
    createSession,
  ),
  route<Stripe.BillingPortal.ConfigurationCreateParams>(
    'POST /v1/billing_portal/configurations',
    `business_profile default_return_url metadata name ${features}`,
    createConfiguration,
  ),
  route('GET /v1/billing_portal/configurations/{}', '', (cloud, _params, id) =>
    cloud.need('billing_portal.configuration', id!),
  ),
  route<Stripe.BillingPortal.ConfigurationUpdateParams>(
    'POST /v1/billing_portal/configurations/{}',
    `active default_return_url metadata ${features}`,
    (cloud, params, id) => updateConfiguration(cloud, params, id!),
  ),
  route<Stripe.BillingPortal.ConfigurationListParams>(
    'GET /v1/billing_portal/configurations',
    'active is_default',
    (cloud, { active, is_default, ...page }) => {
      const rows = matching(cloud.store.all('billing_portal.configuration'), { active, is_default })
      return listPage(rows, page, '/v1/billing_portal/configurations')
    },
  ),
]
