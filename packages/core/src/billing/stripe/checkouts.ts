import { type CheckoutDoc, CheckoutModel } from '@insula/db'
import { stripeProvider } from '@insula/providers/stripe'
import { systemActor } from '../../kernel/actor.ts'
import { moveIfItCan } from '../../kernel/move.ts'
import { aCheckout } from '../kinds.ts'

/** Ends a checkout, so that the tenant may begin another. */
export async function closeCheckout(
  { tenantId, _id }: Pick<CheckoutDoc, 'tenantId' | '_id'>,
  state: 'complete' | 'expired',
): Promise<void> {
  const act = state === 'complete' ? 'complete' : 'expire'
  await moveIfItCan(systemActor(tenantId, _id), aCheckout, act, _id, { set: { url: null } })
}

/** Closes the tenant's checkout if Stripe says that its page is over. */
export async function syncCheckout(tenantId: string, stripeSessionId: string): Promise<void> {
  const checkout = await CheckoutModel.findOne({ tenantId, stripeSessionId, state: 'open' }).lean()
  if (!checkout) return
  const state = (await stripeProvider().readCheckout(stripeSessionId))?.state ?? 'expired'
  if (state !== 'open') await closeCheckout(checkout, state)
}
