import type Stripe from 'stripe'
import { changeSubscription } from '../billing/change.ts'
import type { Item } from '../billing/lines.ts'
import type { Cloud } from '../cloud.ts'
import { missing } from '../http/errors.ts'
import { listPage } from '../http/list.ts'
import { route } from '../http/routes.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

function owner(cloud: Cloud, id: string): { subscription: Kinds['subscription']; item: Item } {
  for (const subscription of cloud.store.all('subscription')) {
    const item = subscription.items.data.find((one) => one.id === id)
    if (item) return { subscription, item }
  }
  throw missing('subscription_item', id)
}

function create(cloud: Cloud, params: Sent<Stripe.SubscriptionItemCreateParams>): Item {
  const { subscription: id, price, quantity, metadata, ...how } = params
  const before = cloud.need('subscription', id, 'subscription')
  const item = {
    ...(price ? { price } : {}),
    ...(quantity === undefined ? {} : { quantity }),
    ...(metadata ? { metadata } : {}),
  }
  const after = changeSubscription(cloud, before, { ...picked(how), items: [item] })
  return after.items.data.find((one) => !before.items.data.some((old) => old.id === one.id))!
}

function update(cloud: Cloud, params: Sent<Stripe.SubscriptionItemUpdateParams>, id: string): Item {
  const { price, quantity, metadata, ...how } = params
  const { subscription } = owner(cloud, id)
  const item = {
    id,
    ...(price ? { price } : {}),
    ...(quantity === undefined ? {} : { quantity }),
    ...(metadata === undefined ? {} : { metadata }),
  }
  const after = changeSubscription(cloud, subscription, { ...picked(how), items: [item] })
  return after.items.data.find((one) => one.id === id)!
}

function remove(cloud: Cloud, params: Sent<Stripe.SubscriptionItemDeleteParams>, id: string): object {
  const { subscription } = owner(cloud, id)
  changeSubscription(cloud, subscription, { ...picked(params), items: [{ id, deleted: true }] })
  return { id, object: 'subscription_item', deleted: true }
}

function picked(how: Pick<Sent<Stripe.SubscriptionUpdateParams>, 'proration_behavior' | 'proration_date'>) {
  const { proration_behavior, proration_date } = how
  return {
    ...(proration_behavior ? { proration_behavior } : {}),
    ...(proration_date === undefined ? {} : { proration_date }),
  }
}

export const subscriptionItemRoutes = [
  route<Stripe.SubscriptionItemCreateParams>(
    'POST /v1/subscription_items',
    'metadata price proration_behavior proration_date quantity subscription',
    create,
  ),
  route('GET /v1/subscription_items/{}', '', (cloud, _params, id) => owner(cloud, id!).item),
  route<Stripe.SubscriptionItemUpdateParams>(
    'POST /v1/subscription_items/{}',
    'metadata price proration_behavior proration_date quantity',
    (cloud, params, id) => update(cloud, params, id!),
  ),
  route<Stripe.SubscriptionItemDeleteParams>(
    'DELETE /v1/subscription_items/{}',
    'proration_behavior proration_date',
    (cloud, params, id) => remove(cloud, params, id!),
  ),
  route<Stripe.SubscriptionItemListParams>('GET /v1/subscription_items', 'subscription', (cloud, params) =>
    listPage(
      cloud.need('subscription', params.subscription, 'subscription').items.data,
      params,
      '/v1/subscription_items',
    ),
  ),
]
