import type { AuditAction } from '@insula/contracts'
import { AuditEntryModel } from '@insula/db'
import type { Actor, Person } from './actor.ts'

export interface AuditTarget {
  /** The kind of thing, as its id's domain word: `file`, `member`, `invitation`. */
  kind: string
  id: string
  name: string | null
}

/**
 * Writes who did what to what, with what changed, into the log. Call it inside the transaction of the change, so that
 * neither exists without the other. `before` and `after` hold only the fields that changed and no secrets.
 */
export async function record(
  actor: Actor,
  action: AuditAction,
  target: AuditTarget,
  change: { before?: Record<string, unknown>; after?: Record<string, unknown> } = {},
): Promise<void> {
  await AuditEntryModel.create({
    tenantId: actor.tenantId,
    action,
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    target,
    ...actor.origin,
    before: change.before ?? null,
    after: change.after ?? null,
    at: new Date(),
  })
}

/** The same for what a person does outside any tenant, such as signing in; filed under no tenant. */
export async function recordPersonal(
  person: Pick<Person, 'user' | 'origin'>,
  action: AuditAction,
  change: { before?: Record<string, unknown>; after?: Record<string, unknown>; target?: AuditTarget } = {},
  at = new Date(),
): Promise<void> {
  await AuditEntryModel.create({
    tenantId: null,
    action,
    actor: { kind: 'user', id: person.user.id, name: person.user.name },
    target: change.target ?? { kind: 'user', id: person.user.id, name: person.user.name },
    ...person.origin,
    before: change.before ?? null,
    after: change.after ?? null,
    at,
  })
}
