import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { variantNames } from '@insula/contracts'
import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { FileModel } from '@insula/db'
import { aTenant } from '@insula/testing/builders'
import autocannon from 'autocannon'
import { compare } from './rounds.ts'

// Answers a second: an authenticated files.list of fifty through the gateway's front door against bare node:http that looks up the same
// session and asks the same indexed question. Both on one embedded MongoDB, sixteen callers each.

// From its source, not from this bundle: it starts programs that lie beside it.
const source = pathToFileURL(join(process.cwd(), 'local-cloud/cloud/src/start.ts')).href
const { startCloud }: typeof import('@insula/local-cloud/start') = await import(source)
const cloud = await startCloud()
Object.assign(process.env, cloud.env, {
  APP_URL: 'http://localhost:3000',
  LOG_LEVEL: 'error',
  RATE_LIMIT_PER_MINUTE: '100000000',
})
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

const servers: ChildProcess[] = []
async function start(which: 'ours' | 'bare'): Promise<string> {
  const server = fork(fileURLToPath(new URL('./http-server.js', import.meta.url)), [which])
  servers.push(server)
  const [port] = await once(server, 'message')
  return `http://127.0.0.1:${port}`
}

const contender = (name: string, url: string) => ({
  name,
  async round(durationMs: number) {
    const seen = await autocannon({
      url,
      connections: 16,
      duration: durationMs / 1_000,
      headers: { cookie: owner.cookie },
    })
    if (seen.non2xx > 0 || seen.errors > 0)
      throw new Error(`${name}: ${seen.non2xx} refusals, ${seen.errors} errors`)
    return (seen['2xx'] * 1_000) / durationMs
  },
})

const input = encodeURIComponent(JSON.stringify({ limit: 50 }))
await compare({
  what: 'files.list of 50 over HTTP',
  unit: 'answers',
  ours: contender('gateway', `${await start('ours')}/api/trpc/files.list?input=${input}`),
  bare: contender('node:http and driver', await start('bare')),
  hold: 0.3,
  aim: 0.5,
})

for (const server of servers) server.disconnect()
await shutDown()
await cloud.close()
