import { BillingCustomerModel } from '@insula/db'
import type { Announced } from '../kernel/listener.ts'
import { pushPayer } from './service/payer.ts'

/** The tenant's new name stands on its next invoice. */
export const followTenant = ({ tenantId }: Announced<'tenant.changed'>) => push(tenantId, true)

/** Whoever pays may not be allowed to any more; then somebody else's address takes its place. */
export const followPayer = ({ tenantId }: Pick<Announced, 'tenantId'>) => push(tenantId, false)

async function push(tenantId: string | null, always: boolean): Promise<void> {
  if (!tenantId) return
  const customer = await BillingCustomerModel.findOne({ tenantId }, { stripeCustomerId: 1 }).lean()
  if (!customer?.stripeCustomerId) return
  await pushPayer({ tenantId, stripeCustomerId: customer.stripeCustomerId }, { always })
}
