import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { freePort } from '@insula/local-kit/port'
import { MongoClient, MongoNetworkError } from 'mongodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectCloud } from '../src/client.ts'

const command = resolve(import.meta.dirname, '../bin/local.mjs')
const names = [
  'LOCAL_PAGE_PORT',
  'MONGO_PORT',
  'REDIS_PORT',
  'S3_PORT',
  'STRIPE_PORT',
  'SENDGRID_PORT',
] as const

let dataDir: string
let ports: Record<string, string>
let started: ChildProcess[]
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-up-'))
  ports = {}
  for (const name of names) ports[name] = String(await freePort())
  started = []
})
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await allGone()
  await rm(dataDir, { recursive: true, force: true })
})

/** Starts `local up`; resolves with what it said when it was ready, or how it ended. */
async function up(
  env: Record<string, string> = {},
  more: string[] = [],
): Promise<{ child: ChildProcess; said: string }> {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [command, 'up', '--data', dataDir, ...more], {
    env: { NODE_ENV: 'test', PATH, INSULA_MONGO: 'embedded', ...ports, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let said = ''
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (/^ {2}page /m.test(said)) resolve()
      })
    }
  })
  await Promise.race([ready, once(child, 'close')])
  return { child, said }
}

const page = () => `http://localhost:${ports.LOCAL_PAGE_PORT}`

/** Resolves when nobody listens on any of the ports any more. */
async function allGone(timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (const port of Object.values(ports)) {
    while (await answers(Number(port))) {
      if (Date.now() > deadline) throw new Error(`Somebody still listens on port ${port}.`)
      await pause(20)
    }
  }
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import('node:net')
  const socket = connect(port, '127.0.0.1')
  const answered = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false)
  socket.destroy()
  return answered
}

test('it does not start with NODE_ENV=production, and says why', async () => {
  const { child, said } = await up({ NODE_ENV: 'production' })
  expect(child.exitCode).toBe(1)
  expect(said).toMatch(/does not start with NODE_ENV=production.*INSULA_LOCAL=1/s)
})

test('a port in use is named with the variable that sets it', async () => {
  await using holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  const { child, said } = await up({ S3_PORT: ports.LOCAL_PAGE_PORT ?? '', LOCAL_PAGE_PORT: String(port) })
  expect(child.exitCode).toBe(1)
  expect(said).toMatch(/Port \d+ is in use. Choose another: LOCAL_PAGE_PORT=\d+/)
})

test('a variable that is no address is named with an example', async () => {
  const { child, said } = await up({ REDIS_URL: 'localhost' })
  expect(child.exitCode).toBe(1)
  expect(said).toContain('REDIS_URL is not an address; example: redis://127.0.0.1:6379')
})

test('two of them cannot share a folder', async () => {
  await up()
  const { child, said } = await up()
  expect(child.exitCode).toBe(1)
  expect(said).toMatch(/runs already on .* \(process \d+\)/)
})

test('another site may give no orders, by its own name or by one that points here', async () => {
  await up()
  const order = (headers: Record<string, string>) =>
    fetch(`${page()}/control/cloud/restarts`, { method: 'POST', body: '[]', headers })
  const json = { 'content-type': 'application/json' }
  expect((await order({ ...json, origin: 'https://evil.example' })).status).toBe(403)
  expect((await order({ ...json, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await order({ 'content-type': 'text/plain' })).status).toBe(415)
  expect((await order(json)).status).toBe(200)
})

test('it says in one line which MongoDB was taken and why', async () => {
  const { said } = await up()
  expect(said.match(/^MongoDB:.*$/gm)).toEqual(['MongoDB: embedded, because INSULA_MONGO=embedded'])
})

test('the switches are set from another process by their typed names, and all are taken back by a reset', async () => {
  await up()
  const cloud = connectCloud(page())
  const env: Record<string, string> = JSON.parse(await readFile(join(dataDir, 'env.json'), 'utf8'))
  const mails = () => fetch(`${env.SENDGRID_API_BASE}/v3/mail/send`, { method: 'POST', body: '{}' })
  const hook = async () => (await fetch(`${page()}/hooks/orders`, { method: 'POST', body: '{}' })).status

  await cloud.sendgrid.failNext(2, 500)
  expect([(await mails()).status, (await mails()).status, (await mails()).status]).toEqual([500, 500, 401])
  await cloud.hooks.answerNext(1, 503)
  expect([await hook(), await hook()]).toEqual([503, 200])
  expect(await cloud.hooks.caught('orders')).toMatchObject([{ answeredWith: 200 }, { answeredWith: 503 }])

  const mongo = new MongoClient(env.MONGODB_URI ?? '', { retryWrites: false })
  const samples = mongo.db('kept').collection('samples')
  await cloud.mongo.dropReplyAfterCommit()
  await expect(samples.insertOne({})).rejects.toThrow(MongoNetworkError)
  expect(await samples.countDocuments()).toBe(1)

  await cloud.sendgrid.failNext(1, 500)
  await cloud.mongo.failNext(1, 11600)
  await cloud.reset()
  expect([(await mails()).status, await samples.countDocuments(), await cloud.hooks.caught()]).toEqual([
    401,
    0,
    [],
  ])
  await mongo.close()
})

test('its page lists what lies in a bucket, opens it and downloads it', async () => {
  await up()
  const env: Record<string, string> = JSON.parse(await readFile(join(dataDir, 'env.json'), 'utf8'))
  const credentials = {
    accessKeyId: env.S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.S3_SECRET_ACCESS_KEY ?? '',
  }
  const { S3_ENDPOINT: endpoint = '', S3_REGION: region = '', S3_BUCKET: Bucket = '' } = env
  const s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials })
  await s3.send(new PutObjectCommand({ Bucket, Key: 'notes/a b.txt', Body: 'what was kept' }))
  s3.destroy()
  const list = await (await fetch(`${page()}/s3/${Bucket}?prefix=notes/`)).text()
  const link = `/s3/${Bucket}/open?key=notes%2Fa+b.txt`
  expect(list).toContain(`href="${link}"`)
  expect(await (await fetch(`${page()}${link}`)).text()).toBe('what was kept')
  const download = await fetch(`${page()}${link}&download=1`)
  expect(download.headers.get('content-disposition')).toBe('attachment')
})

test('what each server kept outlives its kill, on the same port', async () => {
  await up()
  const env: Record<string, string> = JSON.parse(await readFile(join(dataDir, 'env.json'), 'utf8'))
  const cloud = connectCloud(page())
  const mongo = new MongoClient(env.MONGODB_URI ?? '')
  await mongo
    .db('kept')
    .collection('samples')
    .insertOne({ name: 'kept' }, { writeConcern: { w: 'majority', journal: true } })
  for (const server of ['mongo', 'redis', 's3', 'stripe', 'sendgrid'] as const) await cloud.kill(server)
  expect(await mongo.db('kept').collection('samples').countDocuments({ name: 'kept' })).toBe(1)
  await mongo.close()
  expect(await cloud.restarts()).toMatchObject({ mongo: 1, redis: 1, s3: 1, stripe: 1, sendgrid: 1 })
  await expect(cloud.stripe.clock.advance('a while')).rejects.toThrow(/Say a span/)
})

test('a state that was saved by name outlives the cloud, and a fresh start', async () => {
  const { child } = await up()
  const cloud = connectCloud(page())
  await expect(cloud.states.restore('nothing')).rejects.toThrow(/no saved state "nothing"/)
  const alone = await fetch(`${page()}/control/s3/save`, {
    method: 'POST',
    body: '["/tmp/anywhere"]',
    headers: { 'content-type': 'application/json' },
  })
  expect(await alone.text()).toContain('ask the cloud')
  const { MONGODB_URI = '' } = JSON.parse(await readFile(join(dataDir, 'env.json'), 'utf8'))
  const mongo = new MongoClient(MONGODB_URI)
  await mongo.db('kept').collection('samples').insertOne({ name: 'kept' })
  await mongo.close()
  await cloud.stripe.clock.advance('1 month')
  expect(await cloud.states.save('a-month-later')).toMatchObject({
    holds: ['mongo', 'redis', 's3', 'stripe', 'sendgrid'],
  })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await allGone()

  await up({}, ['--fresh'])
  expect(await cloud.mongo.databases()).toEqual([])
  await cloud.states.restore('a-month-later')
  expect(await cloud.mongo.databases()).toMatchObject([{ name: 'kept' }])
  expect(await cloud.stripe.clock.now()).toBeGreaterThan(Date.now() / 1000 + 27 * 86_400)
})

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('after %s no process is left', async (signal) => {
  const { child } = await up()
  child.kill(signal)
  await once(child, 'exit')
  await allGone()
})
