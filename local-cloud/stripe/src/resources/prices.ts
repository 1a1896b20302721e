import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { newId } from '../ids.ts'
import { currencyOf } from '../payments/currencies.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'

type Create = Sent<Stripe.PriceCreateParams>

/** Makes a price; a `lookup_key` in use moves here only with `transfer_lookup_key`. */
export function createPrice(cloud: Cloud, params: Create): Kinds['price'] {
  const product = params.product
    ? cloud.need('product', params.product, 'product').id
    : productFromData(cloud, params.product_data)
  if ((params.unit_amount === undefined) === (params.unit_amount_decimal === undefined)) {
    throw refuse('You must pass exactly one of unit_amount and unit_amount_decimal.', {
      code: 'parameter_missing',
      param: 'unit_amount',
    })
  }
  const decimal = params.unit_amount_decimal ?? String(params.unit_amount)
  if (Number(decimal) < 0)
    throw refuse('Invalid non-negative integer', { param: 'unit_amount', code: 'parameter_invalid_integer' })
  const currency = currencyOf(params.currency)
  if (params.recurring?.usage_type === 'metered' && !params.recurring.meter) {
    throw refuse('Metered prices need a meter.', { param: 'recurring[meter]', code: 'parameter_missing' })
  }
  if (params.recurring?.meter) cloud.need('billing.meter', params.recurring.meter, 'recurring[meter]')
  if (params.lookup_key) takeLookupKey(cloud, params.lookup_key, params.transfer_lookup_key)
  return cloud.create<Kinds['price']>(
    {
      id: newId('price'),
      object: 'price',
      active: params.active ?? true,
      billing_scheme: 'per_unit',
      created: cloud.now(),
      currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: params.lookup_key ?? null,
      metadata: mergeMetadata({}, params.metadata),
      nickname: params.nickname ?? null,
      product,
      recurring: params.recurring
        ? {
            interval: params.recurring.interval,
            interval_count: params.recurring.interval_count ?? 1,
            meter: params.recurring.meter ?? null,
            trial_period_days: null,
            usage_type: params.recurring.usage_type ?? 'licensed',
          }
        : null,
      tax_behavior: params.tax_behavior ?? 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: params.recurring ? 'recurring' : 'one_time',
      unit_amount: /^\d+$/.test(decimal) ? Number(decimal) : null,
      unit_amount_decimal: decimal,
    },
    'price.created',
  )
}

function productFromData(cloud: Cloud, data: Create['product_data']): string {
  if (!data)
    throw refuse('You must pass either product or product_data.', {
      code: 'parameter_missing',
      param: 'product',
    })
  const now = cloud.now()
  const product = cloud.create<Kinds['product']>(
    {
      id: data.id ?? newId('prod', 14),
      object: 'product',
      active: data.active ?? true,
      created: now,
      default_price: null,
      description: null,
      images: [],
      livemode: false,
      marketing_features: [],
      metadata: mergeMetadata({}, data.metadata),
      name: data.name,
      package_dimensions: null,
      shippable: null,
      statement_descriptor: data.statement_descriptor ?? null,
      tax_code: data.tax_code ?? null,
      tax_details: null,
      type: 'service',
      unit_label: data.unit_label ?? null,
      updated: now,
      url: null,
    },
    'product.created',
  )
  return product.id
}

function takeLookupKey(cloud: Cloud, key: string, transfer: boolean | undefined, by?: string): void {
  const holder = cloud.store.all('price').find((price) => price.lookup_key === key && price.id !== by)
  if (!holder) return
  if (!transfer) {
    throw refuse(`A price (\`${holder.id}\`) already uses that lookup key.`, { param: 'lookup_key' })
  }
  cloud.change(holder, { lookup_key: null }, 'price.updated')
}

function updatePrice(cloud: Cloud, params: Sent<Stripe.PriceUpdateParams>, id: string): Kinds['price'] {
  const price = cloud.need('price', id)
  const { metadata, transfer_lookup_key, lookup_key, active, nickname, tax_behavior } = params
  if (lookup_key) takeLookupKey(cloud, lookup_key, transfer_lookup_key, id)
  const patch: Partial<Kinds['price']> = { metadata: mergeMetadata(price.metadata, metadata) }
  if (active !== undefined) patch.active = active
  if (nickname !== undefined) patch.nickname = nickname
  if (lookup_key !== undefined) patch.lookup_key = lookup_key
  if (tax_behavior !== undefined) patch.tax_behavior = tax_behavior
  return cloud.change(price, patch, 'price.updated')
}

function listPrices(cloud: Cloud, params: Sent<Stripe.PriceListParams>): object {
  const { active, currency, product, type, recurring } = params
  const rows = matching(cloud.store.all('price'), { active, currency, product, type }).filter(
    (price) =>
      within(price.created, params.created) &&
      (!params.lookup_keys || params.lookup_keys.includes(price.lookup_key ?? '')) &&
      (!recurring || (price.recurring && matching([price.recurring], recurring).length === 1)),
  )
  return listPage(rows, params, '/v1/prices')
}

const createTakes =
  'active currency lookup_key metadata nickname product product_data.active product_data.id product_data.metadata product_data.name product_data.statement_descriptor product_data.tax_code product_data.unit_label recurring.interval recurring.interval_count recurring.meter recurring.usage_type tax_behavior transfer_lookup_key unit_amount unit_amount_decimal'

export const priceRoutes = [
  route<Stripe.PriceCreateParams>('POST /v1/prices', createTakes, createPrice),
  route('GET /v1/prices/{}', '', (cloud, _params, id) => cloud.need('price', id!)),
  route<Stripe.PriceUpdateParams>(
    'POST /v1/prices/{}',
    'active lookup_key metadata nickname tax_behavior transfer_lookup_key',
    (cloud, params, id) => updatePrice(cloud, params, id!),
  ),
  route<Stripe.PriceListParams>(
    'GET /v1/prices',
    'active created currency lookup_keys product recurring type',
    listPrices,
  ),
]
