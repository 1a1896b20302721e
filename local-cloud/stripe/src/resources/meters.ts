import type Stripe from 'stripe'
import { usageOf } from '../billing/usage.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { letters, newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Meter = Kinds['billing.meter']

const daySeconds = 86_400
const oldest = 35 * daySeconds

function createMeter(cloud: Cloud, params: Sent<Stripe.Billing.MeterCreateParams>): Meter {
  if (meterOf(cloud, params.event_name)) {
    throw refuse(`An active meter already exists with event name: ${params.event_name}`, {
      param: 'event_name',
    })
  }
  const now = cloud.serverNow()
  return cloud.create<Meter>(
    {
      id: newId('mtr'),
      object: 'billing.meter',
      created: now,
      customer_mapping: params.customer_mapping ?? { event_payload_key: 'stripe_customer_id', type: 'by_id' },
      default_aggregation: params.default_aggregation,
      display_name: params.display_name,
      event_name: params.event_name,
      event_time_window: params.event_time_window ?? null,
      livemode: false,
      status: 'active',
      status_transitions: { deactivated_at: null },
      updated: now,
      value_settings: params.value_settings ?? { event_payload_key: 'value' },
    },
    'billing.meter.created',
  )
}

const meterOf = (cloud: Cloud, event: string): Meter | undefined =>
  cloud.store.all('billing.meter').find((one) => one.event_name === event && one.status === 'active')

function record(cloud: Cloud, params: Sent<Stripe.Billing.MeterEventCreateParams>): object {
  const meter = meterOf(cloud, params.event_name)
  if (!meter)
    throw refuse(`No active meter found for event name: ${params.event_name}`, {
      code: 'no_meter',
      param: 'event_name',
    })
  const customer = cloud.need(
    'customer',
    params.payload[meter.customer_mapping.event_payload_key] ?? '',
    'payload',
  )
  const counts = meter.default_aggregation.formula === 'count'
  const value = Number(params.payload[meter.value_settings.event_payload_key] ?? (counts ? '1' : 'none'))
  if (!Number.isFinite(value))
    throw refuse('The payload has no numeric value.', { code: 'meter_event_invalid_value', param: 'payload' })
  const now = cloud.now(customer.id)
  const at = params.timestamp ?? now
  if (at < now - oldest || at > now + 300) {
    throw refuse('The timestamp must be within the past 35 days and at most 5 minutes ahead.', {
      param: 'timestamp',
    })
  }
  const identifier = params.identifier ?? letters(32)
  const written = cloud.store
    .sql(
      'insert into usage (identifier, meter, customer, value, at) values (?, ?, ?, ?, ?) on conflict do nothing',
    )
    .run(identifier, meter.event_name, customer.id, value, at)
  if (written.changes === 0) {
    throw refuse(`An event already exists with identifier ${identifier}.`, {
      code: 'duplicate_meter_event',
      param: 'identifier',
    })
  }
  return {
    object: 'billing.meter_event',
    created: now,
    event_name: params.event_name,
    identifier,
    livemode: false,
    payload: params.payload,
    timestamp: at,
  }
}

function summaries(
  cloud: Cloud,
  params: Sent<Stripe.Billing.MeterListEventSummariesParams>,
  id: string,
): Kinds['billing.meter_event_summary'][] {
  const meter = cloud.need('billing.meter', id)
  const size =
    params.value_grouping_window === 'hour'
      ? 3600
      : params.value_grouping_window === 'day'
        ? daySeconds
        : undefined
  const step = size ?? params.end_time - params.start_time
  const rows: Kinds['billing.meter_event_summary'][] = []
  for (let start = params.start_time; start < params.end_time; start += step) {
    const end = Math.min(start + step, params.end_time)
    const aggregated_value = usageOf(cloud, meter, params.customer, start, end)
    if (aggregated_value === 0 && size) continue
    rows.unshift({
      id: `mtrusg_${meter.id}_${start}`,
      object: 'billing.meter_event_summary',
      aggregated_value,
      end_time: end,
      livemode: false,
      meter: meter.id,
      start_time: start,
    })
  }
  return rows
}

function setStatus(cloud: Cloud, id: string, status: 'active' | 'inactive'): Meter {
  const now = cloud.serverNow()
  const meter = cloud.need('billing.meter', id)
  const status_transitions = { deactivated_at: status === 'inactive' ? now : null }
  const event = status === 'inactive' ? 'billing.meter.deactivated' : 'billing.meter.reactivated'
  return cloud.change(meter, { status, status_transitions, updated: now }, event)
}

export const meterRoutes = [
  route<Stripe.Billing.MeterCreateParams>(
    'POST /v1/billing/meters',
    'customer_mapping default_aggregation display_name event_name event_time_window value_settings',
    createMeter,
  ),
  route('GET /v1/billing/meters/{}', '', (cloud, _params, id) => cloud.need('billing.meter', id!)),
  route<Stripe.Billing.MeterUpdateParams>(
    'POST /v1/billing/meters/{}',
    'display_name',
    (cloud, params, id) => {
      const meter = cloud.need('billing.meter', id!)
      const patch = { display_name: params.display_name ?? meter.display_name, updated: cloud.serverNow() }
      return cloud.change(meter, patch, 'billing.meter.updated')
    },
  ),
  route('POST /v1/billing/meters/{}/deactivate', '', (cloud, _params, id) =>
    setStatus(cloud, id!, 'inactive'),
  ),
  route('POST /v1/billing/meters/{}/reactivate', '', (cloud, _params, id) => setStatus(cloud, id!, 'active')),
  route<Stripe.Billing.MeterListParams>('GET /v1/billing/meters', 'status', (cloud, params) => {
    const rows = cloud.store
      .all('billing.meter')
      .filter((one) => !params.status || one.status === params.status)
    return listPage(rows, params, '/v1/billing/meters')
  }),
  route<Stripe.Billing.MeterEventCreateParams>(
    'POST /v1/billing/meter_events',
    'event_name identifier payload timestamp',
    record,
  ),
  route<Stripe.Billing.MeterListEventSummariesParams>(
    'GET /v1/billing/meters/{}/event_summaries',
    'customer end_time start_time value_grouping_window',
    (cloud, params, id) =>
      listPage(summaries(cloud, params, id!), params, `/v1/billing/meters/${id}/event_summaries`),
  ),
]
