import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { refuse, StripeError } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { letters, newId } from '../ids.ts'
import { endAuthentication, needsAuthentication, rememberAuthentication } from '../payments/charges.ts'
import { attach, methodOf, requireSavable, requireUsable } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Intent = Kinds['setup_intent']

/** An intent to save a card for later. */
export function createSetup(
  cloud: Cloud,
  from: {
    customer: string | null
    description?: string | null
    metadata?: Record<string, string>
    usage?: string
  },
): Intent {
  const id = newId('seti')
  return cloud.create<Intent>(
    {
      id,
      object: 'setup_intent',
      allowed_payment_method_types: null,
      application: null,
      automatic_payment_methods: { allow_redirects: 'always', enabled: true },
      cancellation_reason: null,
      client_secret: `${id}_secret_${letters(25)}`,
      created: cloud.now(from.customer),
      customer: from.customer,
      customer_account: null,
      description: from.description ?? null,
      excluded_payment_method_types: null,
      flow_directions: null,
      last_setup_error: null,
      latest_attempt: null,
      livemode: false,
      mandate: null,
      metadata: from.metadata ?? {},
      next_action: null,
      on_behalf_of: null,
      payment_method: null,
      payment_method_configuration_details: null,
      payment_method_options: null,
      payment_method_types: ['card'],
      single_use_mandate: null,
      status: 'requires_payment_method',
      usage: from.usage ?? 'off_session',
    },
    'setup_intent.created',
  )
}

/** Saves the card, asks for authentication first, or throws the bank's refusal. */
export function confirmSetup(
  cloud: Cloud,
  intent: Intent,
  method: string,
  returnUrl: string | null = null,
): Intent {
  if (['succeeded', 'canceled'].includes(intent.status)) {
    throw refuse(`You cannot confirm this SetupIntent because it has a status of ${intent.status}.`, {
      code: 'setup_intent_unexpected_state',
    })
  }
  const card = methodOf(cloud, method)
  requireUsable(cloud, card, intent.customer, 'SetupIntent')
  const waiting = cloud.change(intent, { payment_method: card.id })
  if (!needsAuthentication(cloud, card.id)) return finishSetup(cloud, waiting, true)
  const url = `${cloud.url}/authenticate/${intent.id}`
  const next_action = {
    redirect_to_url: { return_url: returnUrl, url },
    type: 'redirect_to_url',
  } satisfies Intent['next_action']
  return cloud.change(waiting, { next_action, status: 'requires_action' }, 'setup_intent.requires_action')
}

/** What follows the bank's page, or its absence. */
export function finishSetup(cloud: Cloud, intent: Intent, agreed: boolean): Intent {
  const method = intent.payment_method!
  if (!agreed)
    return failed(cloud, intent, 'setup_intent_authentication_failure', 'Authentication was refused.')
  try {
    if (intent.customer) attach(cloud, method, intent.customer)
    else requireSavable(cloud, cloud.need('payment_method', method))
  } catch (error) {
    if (!(error instanceof StripeError)) throw error
    const { code = 'card_declined', message } = error.body
    failed(cloud, intent, code, message)
    throw error
  }
  rememberAuthentication(cloud, method)
  endAuthentication(cloud, method)
  return cloud.change(
    intent,
    { last_setup_error: null, next_action: null, status: 'succeeded' },
    'setup_intent.succeeded',
  )
}

function failed(cloud: Cloud, intent: Intent, code: string, message: string): Intent {
  const last_setup_error = { code, message, type: 'card_error' } satisfies Intent['last_setup_error']
  return cloud.change(
    intent,
    { last_setup_error, next_action: null, payment_method: null, status: 'requires_payment_method' },
    'setup_intent.setup_failed',
  )
}

function create(cloud: Cloud, params: Sent<Stripe.SetupIntentCreateParams>): Intent {
  if (params.customer) cloud.need('customer', params.customer, 'customer')
  const intent = createSetup(cloud, {
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    usage: params.usage ?? 'off_session',
  })
  if (params.confirm && params.payment_method) {
    return confirmSetup(cloud, intent, params.payment_method, params.return_url ?? null)
  }
  if (!params.payment_method) return intent
  const method = methodOf(cloud, params.payment_method)
  requireUsable(cloud, method, intent.customer, 'SetupIntent')
  return cloud.change(intent, { payment_method: method.id, status: 'requires_confirmation' })
}

export const setupIntentRoutes = [
  route<Stripe.SetupIntentCreateParams>(
    'POST /v1/setup_intents',
    'automatic_payment_methods confirm customer description metadata payment_method return_url usage',
    create,
  ),
  route('GET /v1/setup_intents/{}', 'client_secret', (cloud, _params, id) => cloud.need('setup_intent', id!)),
  route<Stripe.SetupIntentUpdateParams>(
    'POST /v1/setup_intents/{}',
    'description metadata',
    (cloud, params, id) => {
      const intent = cloud.need('setup_intent', id!)
      const metadata = mergeMetadata(intent.metadata, params.metadata)
      return cloud.change(intent, { metadata, description: params.description ?? intent.description })
    },
  ),
  route<Stripe.SetupIntentConfirmParams>(
    'POST /v1/setup_intents/{}/confirm',
    'payment_method return_url',
    (cloud, params, id) => {
      const intent = cloud.need('setup_intent', id!)
      const method = params.payment_method ?? intent.payment_method
      if (!method)
        throw refuse('A payment method is missing.', { code: 'parameter_missing', param: 'payment_method' })
      return confirmSetup(cloud, intent, method, params.return_url ?? null)
    },
  ),
  route<Stripe.SetupIntentCancelParams>(
    'POST /v1/setup_intents/{}/cancel',
    'cancellation_reason',
    (cloud, params, id) => {
      const intent = cloud.need('setup_intent', id!)
      const patch: Partial<Intent> = {
        cancellation_reason: params.cancellation_reason ?? null,
        next_action: null,
        status: 'canceled',
      }
      return cloud.change(intent, patch, 'setup_intent.canceled')
    },
  ),
  route<Stripe.SetupIntentListParams>(
    'GET /v1/setup_intents',
    'customer created payment_method',
    (cloud, params) => {
      const rows = matching(cloud.store.all('setup_intent', { customer: params.customer }), {
        payment_method: params.payment_method,
      })
      return listPage(
        rows.filter((intent) => within(intent.created, params.created)),
        params,
        '/v1/setup_intents',
      )
    },
  ),
]
