import { Refusal } from '@insula/contracts'
import { BillingCustomerModel } from '@insula/db'
import { type PayerData, stripeProvider } from '@insula/providers/stripe'
import { tenantOf } from '../../kernel/tenant.ts'
import { contactsOf } from '../../tenants/service/index.ts'
import { retireCustomer, type TenantCustomer } from '../stripe/subscriptions.ts'

/** What stands on the tenant's invoices: its name, and who pays, or else whoever has managed its billing for longest. */
export async function payerOf(tenantId: string, payerId: string | null): Promise<PayerData> {
  const [tenant, contacts] = await Promise.all([tenantOf(tenantId), contactsOf(tenantId, 'billing:manage')])
  if (!tenant || !contacts) throw new Refusal('not_found', 'There is no such tenant.')
  const people = contacts.people.toSorted((one, other) => (one.userId < other.userId ? -1 : 1))
  const payer = people.find(({ userId }) => userId === payerId) ?? people[0]
  return { name: tenant.name, email: payer?.email ?? null, locale: tenant.locale }
}

/**
 * Makes Stripe know the payer of now. `always` asks Stripe even where it was told so already: for what is tried again
 * after a failure, since the former try may have come in late and brought back what was there before.
 */
export async function pushPayer(customer: TenantCustomer, { always = false } = {}): Promise<void> {
  for (let push = always; ; push = false) {
    const told = await BillingCustomerModel.findOne({ ...customer }).lean()
    if (!told) return
    const payer = await payerOf(customer.tenantId, told.payerId ?? null)
    const same = told.name === payer.name && told.email === payer.email && told.locale === payer.locale
    if (same && !push) return
    if (!(await stripeProvider().changeCustomer(customer.stripeCustomerId, payer))) {
      return retireCustomer(customer, 'payer')
    }
    // Once more round: somebody may have changed it again in the meantime.
    await BillingCustomerModel.updateOne({ ...customer }, { $set: payer })
  }
}
