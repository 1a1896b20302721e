import type { Me } from '@insula/contracts'

const keyOf = (personId: string) => `insula-last-tenant/${personId}`

/** Which tenant this browser last showed a person, so that one who was removed from it is told so by its name. */
export const lastTenant = {
  remember: ({ user, tenant }: Me): void => {
    if (!tenant) return
    try {
      localStorage.setItem(keyOf(user.id), JSON.stringify({ id: tenant.id, name: tenant.name }))
    } catch {}
  },
  /** Its name, if the person is no longer in it; null where there was none or they still are. */
  gone: (me: Pick<Me, 'user' | 'memberships'>): string | null => {
    try {
      const { id, name } = JSON.parse(localStorage.getItem(keyOf(me.user.id)) ?? 'null') ?? {}
      if (typeof id !== 'string' || typeof name !== 'string') return null
      return me.memberships.some(({ tenantId }) => tenantId === id) ? null : name
    } catch {
      return null
    }
  },
  forget: (personId: string): void => {
    try {
      localStorage.removeItem(keyOf(personId))
    } catch {}
  },
}
