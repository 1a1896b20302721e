import { variantNames } from '@insula/contracts'
import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { FileModel } from '@insula/db'
import { aTenant } from '@insula/testing/builders'
import { compare } from './rounds.ts'
import { caller, startCloud, startServer } from './servers.ts'

// Answers a second: an authenticated files.list of fifty through the gateway's front door against bare node:http that looks up the same
// session and asks the same indexed question. Both on one embedded MongoDB, sixteen callers each.

const cloud = await startCloud()
await startUp()

const { tenant, owner } = await aTenant({ planId: 'pro' })
await FileModel.insertMany(
  Array.from({ length: 200 }, (_, index) => ({
    tenantId: tenant.id,
    name: `photo-${index}.jpg`,
    state: 'ready' as const,
    bytes: 4_000_000,
    contentType: 'image/jpeg',
    etag: '"0"',
    run: 1,
    width: 4000,
    height: 3000,
    thumbhash: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
    variants: variantNames.map((name) => ({ name, width: 1024, height: 768, bytes: 90_000 })),
    uploadedBy: { id: owner.user.id, name: owner.user.name },
    stateAt: new Date(),
  })),
)

const gateway = await startServer('ours')
const bare = await startServer('bare')
const input = encodeURIComponent(JSON.stringify({ limit: 50 }))
await compare({
  what: 'files.list of 50 over HTTP',
  unit: 'answers',
  ours: caller('gateway', gateway, `/api/trpc/files.list?input=${input}`, owner),
  bare: caller('node:http and driver', bare, '/', owner),
  hold: 0.3,
  aim: 0.5,
})

for (const server of [gateway, bare]) server.process.disconnect()
await shutDown()
await cloud.close()
