import type { Announced } from '../kernel/listener.ts'
import { queueMail } from '../notifications/service/index.ts'
import { addresseesOf } from './service/addressees.ts'

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
