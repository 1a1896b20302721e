import type Stripe from 'stripe'
import { cancelNow } from '../billing/cancel.ts'
import { runUntil } from '../billing/engine.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Clock = Kinds['test_helpers.test_clock']

const daySeconds = 86_400
const keptFor = 30 * daySeconds
const furthest = 2 * 366 * daySeconds

function create(cloud: Cloud, params: Sent<Stripe.TestHelpers.TestClockCreateParams>): Clock {
  const now = cloud.serverNow()
  return cloud.create<Clock>(
    {
      id: newId('clock'),
      object: 'test_helpers.test_clock',
      created: now,
      deletes_after: now + keptFor,
      frozen_time: params.frozen_time,
      livemode: false,
      name: params.name ?? null,
      status: 'ready',
      status_details: {},
    },
    'test_helpers.test_clock.created',
  )
}

/** Moves a clock; what falls due is done before the answer, so the clock is `ready` at once. */
function advance(cloud: Cloud, to: number, id: string): Clock {
  const clock = cloud.need('test_helpers.test_clock', id)
  if (to <= clock.frozen_time) throw refuse('A test clock only moves forward.', { param: 'frozen_time' })
  if (to > clock.frozen_time + furthest)
    throw refuse('A test clock moves by at most two years at a time.', { param: 'frozen_time' })
  runUntil(cloud, id, to)
  const now = cloud.need('test_helpers.test_clock', id)
  return cloud.change(now, { frozen_time: to }, 'test_helpers.test_clock.ready')
}

/** Takes the clock's customers with it. */
function remove(cloud: Cloud, id: string): object {
  const clock = cloud.need('test_helpers.test_clock', id)
  for (const customer of cloud.store.all('customer').filter((one) => one.test_clock === id)) {
    for (const subscription of cloud.store.all('subscription', { customer: customer.id })) {
      if (!['canceled', 'incomplete_expired'].includes(subscription.status)) cancelNow(cloud, subscription)
    }
    cloud.store.remove('customer', customer.id)
  }
  cloud.emit('test_helpers.test_clock.deleted', clock)
  return cloud.store.remove('test_helpers.test_clock', id)
}

export const testClockRoutes = [
  route<Stripe.TestHelpers.TestClockCreateParams>(
    'POST /v1/test_helpers/test_clocks',
    'frozen_time name',
    create,
  ),
  route('GET /v1/test_helpers/test_clocks/{}', '', (cloud, _params, id) =>
    cloud.need('test_helpers.test_clock', id!),
  ),
  route<Stripe.TestHelpers.TestClockAdvanceParams>(
    'POST /v1/test_helpers/test_clocks/{}/advance',
    'frozen_time',
    (cloud, params, id) => advance(cloud, params.frozen_time, id!),
  ),
  route('DELETE /v1/test_helpers/test_clocks/{}', '', (cloud, _params, id) => remove(cloud, id!)),
  route<Stripe.TestHelpers.TestClockListParams>('GET /v1/test_helpers/test_clocks', '', (cloud, params) =>
    listPage(cloud.store.all('test_helpers.test_clock'), params, '/v1/test_helpers/test_clocks'),
  ),
]
