import { readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { roles } from '@insula/contracts'
import type { Actor } from '@insula/core/kernel/actor'
import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { objectStoreEnv, stripeEnv } from '@insula/providers/env'
import { password, seedPeople } from './seed/identity.ts'
import { seedTenants } from './seed/tenants.ts'

// Fills an installation with the demo: people of every role, two tenants, and what each domain shows in `seed/<domain>.ts`.
// What is there already is left as it is, so it may run at each start. Prints the logins as one line of JSON.

const ground = ['identity', 'tenants']

await startUp([objectStoreEnv, stripeEnv])
const owner = await seedTenants(await seedPeople())
for (const seed of await everySeed()) await seed(owner)

const login = (role: string, email: string) => ({ role, email, password })
const logins = [
  ...Object.keys(roles).map((role) => login(role, `${role}@acme.test`)),
  login('platform admin', 'operator@insula.test'),
]
process.stdout.write(`${JSON.stringify({ logins })}\n`)
await shutDown()

/** Each is an entry of the bundle, so that a domain's demo stands in its own file and in no list. */
async function everySeed(): Promise<((owner: Actor) => Promise<unknown>)[]> {
  const folder = join(import.meta.dirname, 'seed')
  const files = (await readdir(folder)).filter((file) => /\.[jt]s$/.test(file)).sort()
  const domains = files.filter((file) => !ground.includes(parse(file).name))
  return Promise.all(domains.map(async (file) => (await import(join(folder, file))).seed))
}
