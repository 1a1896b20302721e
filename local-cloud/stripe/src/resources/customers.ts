import type Stripe from 'stripe'
import { cancelNow } from '../billing/cancel.ts'
import type { Cloud } from '../cloud.ts'
import { refuse } from '../http/errors.ts'
import { listPage, matching, mergeMetadata, within } from '../http/list.ts'
import { route } from '../http/routes.ts'
import { letters, newId } from '../ids.ts'
import { attach, spend } from '../payments/methods.ts'
import type { Kinds } from '../store.ts'
import type { Sent } from '../wire.ts'
import { addressOf } from './address.ts'

type Create = Sent<Stripe.CustomerCreateParams>
type Address = NonNullable<Kinds['customer']['address']>

const writable =
  'address balance description email invoice_prefix invoice_settings.default_payment_method invoice_settings.footer metadata name next_invoice_sequence phone preferred_locales shipping tax_exempt'

export function createCustomer(cloud: Cloud, params: Create): Kinds['customer'] {
  if (params.test_clock) cloud.need('test_helpers.test_clock', params.test_clock, 'test_clock')
  checkEmail(params.email)
  const id = newId('cus', 14)
  const clock = params.test_clock ? cloud.store.get('test_helpers.test_clock', params.test_clock) : undefined
  const customer: Kinds['customer'] = {
    id,
    object: 'customer',
    address: addressOf(params.address || undefined),
    balance: params.balance ?? 0,
    created: clock?.frozen_time ?? cloud.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: params.description || null,
    discount: null,
    email: params.email || null,
    invoice_prefix: params.invoice_prefix ?? letters(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: params.invoice_settings?.footer ?? null,
      rendering_options: null,
    },
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name ?? null,
    next_invoice_sequence: params.next_invoice_sequence ?? 1,
    phone: params.phone ?? null,
    preferred_locales: params.preferred_locales ?? [],
    shipping: shippingOf(params.shipping || undefined),
    tax_exempt: params.tax_exempt || 'none',
    test_clock: params.test_clock ?? null,
  }
  cloud.create(customer, 'customer.created')
  const method = params.invoice_settings?.default_payment_method ?? params.payment_method
  if (params.payment_method) attach(cloud, params.payment_method, id)
  if (!params.invoice_settings?.default_payment_method) return customer
  return cloud.change(customer, withDefault(cloud, customer, method!), 'customer.updated')
}

function withDefault(cloud: Cloud, customer: Kinds['customer'], method: string): Partial<Kinds['customer']> {
  const attached = cloud.need('payment_method', method, 'invoice_settings[default_payment_method]')
  if (attached.customer !== customer.id) {
    throw refuse(
      'The customer does not have a payment method with the ID given. The payment method must be attached to the customer.',
      { code: 'resource_missing', param: 'invoice_settings[default_payment_method]' },
    )
  }
  return { invoice_settings: { ...customer.invoice_settings, default_payment_method: method } }
}

function checkEmail(email: string | undefined): void {
  if (email === undefined || email === '' || /^[^\s@]+@[^\s@]+$/.test(email)) return
  throw refuse(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'email' })
}

function shippingOf(
  sent: { address: Partial<Address>; name: string; phone?: string } | undefined,
): Kinds['customer']['shipping'] {
  if (!sent) return null
  return { address: addressOf(sent.address)!, name: sent.name, phone: sent.phone ?? null }
}

function updateCustomer(
  cloud: Cloud,
  params: Sent<Stripe.CustomerUpdateParams>,
  id: string,
): Kinds['customer'] {
  const customer = cloud.need('customer', id)
  checkEmail(params.email)
  const { metadata, address, shipping, invoice_settings, tax_exempt, expand: _expand, ...plain } = params
  const patch: Partial<Kinds['customer']> = {
    ...(unset(plain) as Partial<Kinds['customer']>),
    metadata: mergeMetadata(customer.metadata, metadata),
  }
  if (address !== undefined) patch.address = addressOf(address || undefined)
  if (shipping !== undefined) patch.shipping = shippingOf(shipping || undefined)
  if (tax_exempt !== undefined) patch.tax_exempt = tax_exempt || 'none'
  if (invoice_settings?.footer)
    patch.invoice_settings = { ...customer.invoice_settings, footer: invoice_settings.footer }
  if (invoice_settings?.default_payment_method) {
    Object.assign(
      patch,
      withDefault(cloud, { ...customer, ...patch }, invoice_settings.default_payment_method),
    )
  }
  return cloud.change(customer, patch, 'customer.updated')
}

/** An empty value takes the former one away. */
const unset = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value === '' ? null : value]))

/** Cancels what the customer subscribes to, lets go of the cards, and leaves a tombstone. */
function deleteCustomer(cloud: Cloud, id: string): object {
  const customer = cloud.need('customer', id)
  for (const subscription of cloud.store.all('subscription', { customer: id })) {
    if (subscription.status !== 'canceled') cancelNow(cloud, subscription)
  }
  for (const method of cloud.store.all('payment_method', { customer: id })) {
    spend(cloud, method.id)
    cloud.change(method, { customer: null })
  }
  cloud.emit('customer.deleted', customer)
  return cloud.store.remove('customer', id)
}

export const customerRoutes = [
  route<Stripe.CustomerCreateParams>(
    'POST /v1/customers',
    `payment_method test_clock ${writable}`,
    createCustomer,
  ),
  route('GET /v1/customers/{}', '', (cloud, _params, id) => {
    return cloud.store.tombstone('customer', id!) ?? cloud.need('customer', id!)
  }),
  route<Stripe.CustomerUpdateParams>('POST /v1/customers/{}', writable, (cloud, params, id) =>
    updateCustomer(cloud, params, id!),
  ),
  route('DELETE /v1/customers/{}', '', (cloud, _params, id) => deleteCustomer(cloud, id!)),
  route<Stripe.CustomerListParams>('GET /v1/customers', 'created email test_clock', (cloud, params) => {
    const { email, test_clock } = params
    const rows = matching(cloud.store.all('customer'), { email, test_clock }).filter(
      (customer) =>
        within(customer.created, params.created) &&
        (test_clock !== undefined || customer.test_clock === null),
    )
    return listPage(rows, params, '/v1/customers')
  }),
  route<Stripe.CustomerListPaymentMethodsParams>(
    'GET /v1/customers/{}/payment_methods',
    'type',
    (cloud, params, id) => {
      cloud.need('customer', id!, 'customer')
      const rows = matching(cloud.store.all('payment_method', { customer: id }), { type: params.type })
      return listPage(rows, params, `/v1/customers/${id}/payment_methods`)
    },
  ),
  route('GET /v1/customers/{}/payment_methods/{}', '', (cloud, _params, customer, id) => {
    cloud.need('customer', customer!, 'customer')
    const method = cloud.need('payment_method', id!)
    if (method.customer !== customer)
      throw refuse(`No such PaymentMethod: '${id}'`, { code: 'resource_missing', status: 404 })
    return method
  }),
]
