import { Refusal } from '@insula/contracts'
import { CustomerModel, newId, TenantModel } from '@insula/db'
import { PaymentsUnavailable, payments } from '@insula/providers/payments'
import type { Actor } from '../../access/actor.ts'
import { addresseesOf } from '../../identity/addressee.ts'

/** The tenant's customer at Stripe, made when it is first needed. */
export async function ensureCustomer(actor: Actor): Promise<string> {
  const { tenantId } = actor
  const customer = (await CustomerModel.findOne({ tenantId }).lean()) ?? (await beginCustomer(actor))
  if (customer.stripeCustomerId) return customer.stripeCustomerId
  const { operationId, name, email } = customer
  const data = { tenantId, name, email: email ?? null }
  const stripeCustomerId = await answered(payments().createCustomer(operationId, data))
  await CustomerModel.updateOne({ tenantId, operationId }, { $set: { stripeCustomerId } })
  return stripeCustomerId
}

async function beginCustomer({ tenantId, id }: Actor) {
  const tenant = await TenantModel.findById(tenantId, { name: 1 }).lean()
  if (!tenant) throw new Refusal('not_found', 'There is no such tenant.')
  const [person] = id === null ? [] : await addresseesOf([id])
  try {
    const operationId = newId('checkout')
    const made = { tenantId, operationId, name: tenant.name, email: person?.email ?? null }
    return (await CustomerModel.create(made)).toObject()
  } catch (error) {
    const other = isDuplicate(error) && (await CustomerModel.findOne({ tenantId }).lean())
    if (other) return other
    throw error
  }
}

/** A unique index said no: somebody else was first. */
export const isDuplicate = (error: unknown) => (error as { code?: unknown }).code === 11000

/** Turns silence at the other end into something to show. */
export async function answered<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof PaymentsUnavailable)) throw error
    throw new Refusal(
      'unavailable',
      'Stripe does not answer just now. Nothing was charged; try again in a minute.',
      {
        retryAfterSeconds: 60,
      },
    )
  }
}
