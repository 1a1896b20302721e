import { FileQuery, roles, type User } from '@insula/contracts'
import { pushPlans } from '@insula/core/billing/plans'
import { completeUpload, listFiles, startUpload } from '@insula/core/files/service/index'
import { registerVerified } from '@insula/core/identity/seed'
import type { Actor, Person } from '@insula/core/kernel/actor'
import { coreEnv } from '@insula/core/kernel/env'
import { addMember } from '@insula/core/tenants/seed'
import { createTenant, membershipsOf } from '@insula/core/tenants/service/index'
import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { objectStoreEnv, stripeEnv } from '@insula/providers/env'
import { objectStore } from '@insula/providers/s3'
import { demoPictures } from './seed/pictures.ts'

// Fills an installation with the demo: people of every role, two tenants and some pictures. What is there already is
// left as it is, so it may run at each start. Prints the logins as one line of JSON.

const password = 'insula demo password'
const origin = { requestId: 'seed', ipAddress: null, userAgent: null }

await startUp([objectStoreEnv, stripeEnv])
await pushPlans()
await objectStore().ensureBucket(coreEnv().APP_URL)

const owner = await register('Olivia Owner', 'owner@acme.test')
const acmeId = await foundTenant(owner, 'Acme', 'acme')
await addMember(acmeId, await register('Adam Admin', 'admin@acme.test'), 'admin')
await addMember(acmeId, await register('Mia Member', 'member@acme.test'), 'member')
await addMember(acmeId, await register('Victor Viewer', 'viewer@acme.test'), 'viewer')
await foundTenant(owner, 'Globex', 'globex')
await registerVerified({
  name: 'Oscar Operator',
  email: 'operator@insula.test',
  password,
  platformRole: 'admin',
})
await uploadPictures(owner, acmeId)

const login = (role: string, email: string) => ({ role, email, password })
const logins = [
  ...Object.keys(roles).map((role) => login(role, `${role}@acme.test`)),
  login('platform admin', 'operator@insula.test'),
]
process.stdout.write(`${JSON.stringify({ logins })}\n`)
await shutDown()

function register(name: string, email: string): Promise<User> {
  return registerVerified({ name, email, password })
}

async function foundTenant(user: User, name: string, slug: string): Promise<string> {
  const known = (await membershipsOf(user.id)).find(({ tenant }) => tenant.slug === slug)
  if (known) return known.tenant._id
  const person: Person = { user, sessionId: 'seed', activeTenantId: null, origin }
  return (await createTenant(person, { name, slug })).id
}

/** As the console does it: the bytes go to S3 by the form, and the worker makes the variants once it runs. */
async function uploadPictures(user: User, tenantId: string): Promise<void> {
  const actor: Actor = {
    kind: 'user',
    id: user.id,
    name: user.name,
    tenantId,
    role: 'owner',
    permissions: new Set(roles.owner),
    origin,
  }
  const { items } = await listFiles(actor, FileQuery.parse({}))
  if (items.length > 0) return
  for await (const { name, bytes } of demoPictures()) {
    const contentType = 'image/jpeg'
    const { file, post } = await startUpload(actor, { name, bytes: bytes.length, contentType })
    const form = new FormData()
    for (const [field, value] of Object.entries(post.fields)) form.set(field, value)
    form.set('file', new Blob([new Uint8Array(bytes)], { type: contentType }), name)
    const sent = await fetch(post.url, { method: 'POST', body: form, signal: AbortSignal.timeout(20_000) })
    if (!sent.ok) throw new Error(`S3 refused ${name}: ${sent.status} ${await sent.text()}`)
    await completeUpload(actor, file.id)
  }
}
