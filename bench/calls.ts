import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { cache } from '@insula/providers/cache'
import { remembered } from '@insula/providers/remembered'
import { aTenant } from '@insula/testing/builders'
import { consume } from '../packages/core/src/identity/service/limits.ts'
import { compare, sixteen } from './rounds.ts'
import { caller, startCloud, startServer } from './servers.ts'

// What a call costs at the gateway's front door before it does any work, against bare node:http with an answer as small: each counts a
// rate limit in Redis. And what a limit and a remembered thing cost, against Redis' PING.

const cloud = await startCloud()
await startUp()
const { owner } = await aTenant({ planId: 'pro' })
const gateway = await startServer('ours')
const plain = await startServer('plain')

const ours = [
  {
    what: 'a call that asks nobody',
    of: caller('refused, no cookie', gateway, '/api/trpc/tenants.get', { cookie: 'none=1', status: 401 }),
    hold: 0.13,
    aim: 0.3,
  },
  {
    what: 'a call that asks who is asking',
    of: caller('refused, no operator', gateway, '/api/trpc/platform.listQueues', {
      cookie: owner.cookie,
      status: 404,
    }),
    hold: 0.09,
    aim: 0.18,
  },
  {
    what: 'tenants.get, one read of MongoDB',
    of: caller('tenants.get', gateway, '/api/trpc/tenants.get', { cookie: owner.cookie }),
    hold: 0.02,
    aim: 0.08,
  },
]
for (const { what, of, hold, aim } of ours) {
  const bare = caller('node:http', plain, '/', { cookie: owner.cookie })
  await compare({ what, unit: 'answers', ours: of, bare, hold, aim })
  const cpu = [of, bare].map((one) => `${one.name} ${one.cpuMsPerCall().toFixed(3)} ms`)
  process.stdout.write(`${' '.repeat(35)}processor a call: ${cpu.join(', ')}\n`)
}

await compare({
  what: 'a limit counted',
  unit: 'answers',
  ours: sixteen('consume', () => consume('bench', 'caller', { max: 1_000_000_000, window: 60 })),
  bare: sixteen('Redis PING', () => cache().ping()),
  hold: 0.8,
  aim: 0.9,
})
const reading = async () => ({ value: { name: 'x'.repeat(500) }, about: ['ten_bench'] })
await compare({
  what: 'a thing remembered',
  unit: 'answers',
  ours: sixteen('remembered', () => remembered('bench', reading)),
  bare: sixteen('Redis PING', () => cache().ping()),
  hold: 0.6,
  aim: 0.7,
})

for (const server of [gateway, plain]) server.process.disconnect()
await shutDown()
await cloud.close()
