import { plans } from '@insula/contracts'
import type { Announced } from '../events/subscribers.ts'
import { addresseesOf } from '../identity/addressee.ts'
import { contactsOf } from '../tenants/contacts.ts'
import { queueMail } from './service/queue.ts'

/** Who signed up gets a welcome. The mail belongs to no tenant: they may have none yet. */
export async function welcomePerson({ id, payload }: Announced<'user.registered'>): Promise<void> {
  const [person] = await addresseesOf([payload.userId])
  if (!person) return
  await queueMail({
    tenantId: null,
    to: person.email,
    template: 'welcome',
    variables: { name: person.name },
    dedupeKey: `welcome:${id}`,
  })
}

/** Everyone who may manage the tenant's billing hears that the plan stands, once each. */
export async function tellOfSubscription(event: Announced<'subscription.activated'>): Promise<void> {
  if (!event.tenantId) return
  const contacts = await contactsOf(event.tenantId, 'billing:manage')
  if (!contacts) return
  for (const person of contacts.people) {
    await queueMail({
      tenantId: event.tenantId,
      to: person.email,
      template: 'subscription-activated',
      variables: { tenantName: contacts.tenantName, planName: plans[event.payload.planId].name },
      dedupeKey: `subscription-activated:${event.id}:${person.userId}`,
    })
  }
}
