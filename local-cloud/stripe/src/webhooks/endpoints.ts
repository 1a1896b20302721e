import type Stripe from 'stripe'
import { apiVersion, type Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { letters, newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Endpoint = Kinds['webhook_endpoint']

/** Registers a receiver; `secret` is given where the receiver knows one already. */
export function createEndpoint(
  cloud: Cloud,
  params: Pick<
    Sent<Stripe.WebhookEndpointCreateParams>,
    'url' | 'enabled_events' | 'description' | 'metadata'
  >,
  secret = `whsec_${letters(32)}`,
): Endpoint {
  if (!/^https?:\/\/[^/]/.test(params.url)) {
    throw refuse('Invalid URL: An explicit scheme (such as https) must be provided.', {
      code: 'url_invalid',
      param: 'url',
    })
  }
  const endpoint = cloud.create<Endpoint>({
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: apiVersion,
    application: null,
    created: cloud.serverNow(),
    description: params.description || null,
    enabled_events: params.enabled_events,
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    status: 'enabled',
    url: params.url,
  })
  cloud.store.setNote(`secret:${endpoint.id}`, secret)
  return endpoint
}

function updateEndpoint(
  cloud: Cloud,
  params: Sent<Stripe.WebhookEndpointUpdateParams>,
  id: string,
): Endpoint {
  const endpoint = cloud.need('webhook_endpoint', id)
  const patch: Partial<Endpoint> = { metadata: mergeMetadata(endpoint.metadata, params.metadata) }
  if (params.url) patch.url = params.url
  if (params.enabled_events) patch.enabled_events = params.enabled_events
  if (params.description !== undefined) patch.description = params.description || null
  if (params.disabled !== undefined) patch.status = params.disabled ? 'disabled' : 'enabled'
  return cloud.change(endpoint, patch)
}

export const webhookRoutes = [
  route<Stripe.WebhookEndpointCreateParams>(
    'POST /v1/webhook_endpoints',
    'api_version description enabled_events metadata url',
    (cloud, params) => {
      if (params.api_version && params.api_version !== apiVersion) {
        throw refuse(`The local cloud's Stripe speaks API version ${apiVersion} only.`, {
          param: 'api_version',
        })
      }
      const endpoint = createEndpoint(cloud, params)
      return { ...endpoint, secret: cloud.store.note<string>(`secret:${endpoint.id}`) }
    },
  ),
  route('GET /v1/webhook_endpoints/{}', '', (cloud, _params, id) => cloud.need('webhook_endpoint', id!)),
  route<Stripe.WebhookEndpointUpdateParams>(
    'POST /v1/webhook_endpoints/{}',
    'description disabled enabled_events metadata url',
    (cloud, params, id) => updateEndpoint(cloud, params, id!),
  ),
  route('DELETE /v1/webhook_endpoints/{}', '', (cloud, _params, id) => {
    cloud.need('webhook_endpoint', id!)
    return cloud.store.remove('webhook_endpoint', id!)
  }),
  route<Stripe.WebhookEndpointListParams>('GET /v1/webhook_endpoints', '', (cloud, params) =>
    listPage(cloud.store.all('webhook_endpoint'), params, '/v1/webhook_endpoints'),
  ),
  route('GET /v1/events/{}', '', (cloud, _params, id) => cloud.need('event', id!)),
  route<Stripe.EventListParams>('GET /v1/events', 'created delivery_success type types', (cloud, params) => {
    const wanted = params.types ?? (params.type ? [params.type] : undefined)
    const rows = cloud.store.all('event').filter((event) => {
      if (!within(event.created, params.created)) return false
      if (params.delivery_success !== undefined && params.delivery_success !== (event.pending_webhooks === 0))
        return false
      return !wanted || wanted.some((type) => matchesType(event.type, type))
    })
    return listPage(rows, params, '/v1/events')
  }),
]

/** `type` may end in a wildcard: `invoice.*`. */
const matchesType = (type: string, wanted: string): boolean =>
  wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
