import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Refusal } from '@insula/contracts'
import { completeUpload, fileUsage, renameFile, startUpload, sweepFiles } from '@insula/core/files'
import type { Actor } from '@insula/core/kernel/actor'
import { sweepOutbox } from '@insula/core/wiring/dispatch'
import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { AuditEntryModel, EventModel, FileModel } from '@insula/db'
import { queueOf } from '@insula/jobs'
import { readEnvironment } from '@insula/local-cloud/env'
import { type SupervisedCloud, up } from '@insula/local-cloud/up'
import { freePort } from '@insula/local-kit/port'
import { objectStore } from '@insula/providers/s3'
import { aTenant } from '@insula/testing'
import { must } from '@insula/testing/must'
import { seededRandom } from '@insula/testing/random'
import { send } from '@insula/testing/things/files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aFolder, aPhoto } from './photos.ts'

const uploads = 24
const kills = 9
const atOnce = 4

const folder = fileURLToPath(new URL('..', import.meta.url))
const outdir = 'dist/kill-test'
let cloud: SupervisedCloud
let worker: ChildProcess | undefined

beforeAll(async () => {
  const bundle = ['../../scripts/bundle.mjs', '--outdir', outdir, 'src/main.ts', 'src/images/child.ts']
  await promisify(execFile)(process.execPath, bundle, { cwd: folder })
  const ports = ['LOCAL_PAGE', 'MONGO', 'REDIS', 'S3', 'STRIPE', 'SENDGRID']
  const free = await Promise.all(ports.map(async (name) => [`${name}_PORT`, String(await freePort())]))
  cloud = await up({
    env: readEnvironment({
      PATH: process.env.PATH,
      INSULA_MONGO: 'embedded',
      ...Object.fromEntries(free),
    }),
    dataDir: await aFolder(),
    fresh: true,
    note: () => {},
    onHopeless: (name, words) => console.error(`${name} is hopeless: ${words}`),
  })
  Object.assign(process.env, cloud.env, { WORKER_PORT: '0' })
  await startUp()
})

afterAll(async () => {
  const last = worker
  worker = undefined
  last?.kill('SIGKILL')
  await shutDown()
  await cloud.close()
})

/** Keeps a worker running: one that is killed is followed by another, as in production. */
function startWorker(): void {
  const main = join(folder, outdir, 'main.js')
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'ignore', 'inherit'], env: process.env })
  worker = child
  child.once('exit', () => {
    if (worker === child) startWorker()
  })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What a client does whose call came to no answer: it calls again. A refusal is an answer. */
async function insist<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (error instanceof Refusal) throw error
      await pause(100)
    }
  }
}

/** Uploads and renames one photo, and answers only what was acknowledged. */
async function upload(actor: Actor, bytes: Uint8Array<ArrayBuffer>, number: number) {
  const input = { name: `${number}.jpg`, contentType: 'image/jpeg', bytes: bytes.length }
  const ticket = await insist(() => startUpload(actor, input))
  const fileId = ticket.file.id
  const sent = await send(ticket, bytes)
  if (!sent.ok) throw new Error(`S3 refused the upload: ${sent.status}`)
  await insist(() => completeUpload(actor, fileId))
  await insist(() => renameFile(actor, fileId, `Photo ${number}.jpg`))
  return { fileId, name: `Photo ${number}.jpg` }
}

const countBy = <Row>(rows: Row[], key: (row: Row) => string) =>
  Object.fromEntries(
    Map.groupBy(rows, key)
      .entries()
      .map(([name, group]) => [name, group.length]),
  )

test('after kill -9 of worker, Redis and MongoDB during uploads nothing acknowledged is lost and nothing took effect twice', {
  timeout: 240_000,
}, async () => {
  const random = seededRandom('kills')
  const { actor } = await aTenant({ planId: 'pro' })
  const photo = await aPhoto({ width: 400, height: 300 })
  startWorker()

  let killing = true
  const victims: string[] = []
  const killer = (async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(300 + random() * 900)
      // Each in turn twice, so that none is spared; a random one afterwards.
      const order = ['worker', 'mongo', 'redis'] as const
      const victim = must(order[kill < 6 ? kill % 3 : Math.floor(random() * 3)])
      victims.push(victim)
      if (victim !== 'worker') await cloud.servers.get(victim)?.kill()
      else if (worker) {
        const child = worker
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
    }
    killing = false
  })()

  // Uploads go on for as long as the killing does, so that every kill meets work.
  const acknowledged: { fileId: string; name: string }[] = []
  let next = 0
  const client = async () => {
    while (next < uploads || killing) {
      next += 1
      acknowledged.push(await upload(actor, photo, next))
    }
  }
  await Promise.all([killer, ...Array.from({ length: atOnce }, client)])
  console.info(`${acknowledged.length} uploads acknowledged; killed ${victims.join(', ')}`)

  const tenantId = actor.tenantId
  const unfinished = async () => {
    // The sweeps, as the schedules call them, but with the clock turned forward.
    const soon = new Date(Date.now() + 180_000)
    await Promise.allSettled([sweepOutbox(soon), sweepFiles(soon)])
    return {
      processing: await FileModel.countDocuments({ tenantId, state: 'processing' }),
      undispatched: await EventModel.countDocuments({ tenantId, dispatchedAt: null }),
      uploadsKept: await FileModel.countDocuments({ tenantId, state: 'ready', uploadKept: true }),
      queued: await queueOf('files').getJobCountByTypes('waiting', 'active'),
    }
  }
  await expect
    .poll(unfinished, { timeout: 120_000, interval: 1_000 })
    .toEqual({ processing: 0, undispatched: 0, uploadsKept: 0, queued: 0 })

  const files = await FileModel.find({ tenantId }).lean()
  const audit = await AuditEntryModel.find({ tenantId, 'target.kind': 'file' }).lean()
  const events = await EventModel.find({ tenantId, type: 'file.ready' }).lean()
  const byId = new Map(files.map((file) => [file._id, file]))

  for (const { fileId, name } of acknowledged) {
    expect(byId.get(fileId)).toMatchObject({ state: 'ready', name, run: 1 })
    const done = audit.filter(({ target }) => target.id === fileId)
    expect(countBy(done, ({ action }) => action)).toEqual({
      'file.upload-started': 1,
      'file.uploaded': 1,
      'file.renamed': 1,
      'file.ready': 1,
    })
    for (const made of ['original', 'thumb.webp', 'medium.webp', 'large.webp']) {
      expect(await objectStore().head(`${tenantId}/${fileId}/1/${made}`)).not.toBeNull()
    }
    expect(await objectStore().head(`${tenantId}/${fileId}/upload`)).toBeNull()
  }
  const announced = countBy(events, ({ payload }) => (payload as { fileId: string }).fileId)
  expect(announced).toEqual(Object.fromEntries(acknowledged.map(({ fileId }) => [fileId, 1])))

  // A start whose answer was lost left a file that waits for its bytes: its room is claimed, once.
  const lost = files.filter(({ _id }) => !acknowledged.some(({ fileId }) => fileId === _id))
  expect(lost.map(({ state }) => state).filter((state) => state !== 'uploading')).toEqual([])
  const claimed = files.map((file) => file.claimed ?? Number.NaN)
  expect((await fileUsage(actor)).used).toBe(claimed.reduce((sum, bytes) => sum + bytes, 0))
  const stored = [...(await objectStore().sizes(`${tenantId}/`)).values()]
  expect((await fileUsage(actor)).used).toBe(
    stored.reduce((sum, bytes) => sum + bytes, lost.length * photo.length),
  )
  expect(audit.filter(({ action }) => action === 'file.upload-started')).toHaveLength(files.length)
})
