import type { Actor } from '@insula/core/kernel/actor'
import { queueMail } from '@insula/core/notifications/service/index'
import { FileModel } from '@insula/db'

/** A file of the actor's tenant that is ready, without bytes behind it. */
export async function aFile(actor: Actor, name: string): Promise<string> {
  const file = await FileModel.create({
    tenantId: actor.tenantId,
    name,
    state: 'ready' as const,
    bytes: 1_000,
    contentType: 'image/png',
    uploadedBy: { id: actor.id ?? 'system', name: actor.name },
    stateAt: new Date(),
  })
  return file._id
}

/** A mail in the tenant's log. */
export async function aMail(tenantId: string, name: string): Promise<string> {
  const id = await queueMail({
    tenantId,
    to: `${name}@example.test`,
    template: 'invitation',
    variables: { tenantName: name, invitedBy: name, role: 'viewer' },
    link: 'http://localhost/invitation?token=none',
    dedupeKey: `test:${name}`,
  })
  return id ?? ''
}
