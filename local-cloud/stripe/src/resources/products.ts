import type Stripe from 'stripe'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { newId } from '../ids.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'
import { createPrice } from './prices.ts'

const writable =
  'active description images marketing_features metadata name package_dimensions shippable statement_descriptor tax_code unit_label url'

type Create = Sent<Stripe.ProductCreateParams>

function createProduct(cloud: Cloud, params: Create): Kinds['product'] {
  if (
    params.id !== undefined &&
    (cloud.store.get('product', params.id) || cloud.store.tombstone('product', params.id))
  ) {
    throw refuse(`Product already exists.`, { code: 'resource_already_exists', param: 'id' })
  }
  const now = cloud.now()
  const product = cloud.create<Kinds['product']>(
    {
      id: params.id ?? newId('prod', 14),
      object: 'product',
      active: params.active ?? true,
      created: now,
      default_price: null,
      description: params.description ?? null,
      images: params.images ?? [],
      livemode: false,
      marketing_features: params.marketing_features ?? [],
      metadata: mergeMetadata({}, params.metadata),
      name: params.name,
      package_dimensions: params.package_dimensions ?? null,
      shippable: params.shippable ?? null,
      statement_descriptor: params.statement_descriptor ?? null,
      tax_code: params.tax_code ?? null,
      tax_details: null,
      type: 'service',
      unit_label: params.unit_label ?? null,
      updated: now,
      url: params.url ?? null,
    },
    'product.created',
  )
  if (!params.default_price_data) return product
  const { metadata, ...price } = params.default_price_data
  const made = createPrice(cloud, { ...price, ...(metadata ? { metadata } : {}), product: product.id })
  return cloud.change(product, { default_price: made.id }, 'product.updated')
}

function updateProduct(cloud: Cloud, params: Sent<Stripe.ProductUpdateParams>, id: string): Kinds['product'] {
  const product = cloud.need('product', id)
  const { metadata, expand: _expand, ...sent } = params
  if (sent.default_price) cloud.need('price', sent.default_price, 'default_price')
  const patch = Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [
      name,
      value === '' ? (Array.isArray(product[name as never]) ? [] : null) : value,
    ]),
  )
  return cloud.change(
    product,
    { ...patch, metadata: mergeMetadata(product.metadata, metadata), updated: cloud.now() },
    'product.updated',
  )
}

function deleteProduct(cloud: Cloud, id: string): object {
  const product = cloud.need('product', id)
  if (cloud.store.all('price').some((price) => price.product === id)) {
    throw refuse('This product cannot be deleted because it has one or more user-created prices.', {
      param: 'id',
    })
  }
  cloud.emit('product.deleted', product)
  return cloud.store.remove('product', id)
}

export const productRoutes = [
  route<Stripe.ProductCreateParams>('POST /v1/products', `id default_price_data ${writable}`, createProduct),
  route('GET /v1/products/{}', '', (cloud, _params, id) => cloud.need('product', id!)),
  route<Stripe.ProductUpdateParams>(
    'POST /v1/products/{}',
    `default_price ${writable}`,
    (cloud, params, id) => updateProduct(cloud, params, id!),
  ),
  route('DELETE /v1/products/{}', '', (cloud, _params, id) => deleteProduct(cloud, id!)),
  route<Stripe.ProductListParams>('GET /v1/products', 'active created ids shippable url', (cloud, params) => {
    const { active, shippable, url } = params
    const rows = matching(cloud.store.all('product'), { active, shippable, url }).filter(
      (product) =>
        within(product.created, params.created) && (!params.ids || params.ids.includes(product.id)),
    )
    return listPage(rows, params, '/v1/products')
  }),
]
