import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startMongo } from '../src/server.ts'
import { randomFrom } from './random.ts'

const server = new URL('../src/server.ts', import.meta.url).href
const program = `
  import { startMongo } from ${JSON.stringify(server)}
  const { url, port } = await startMongo({ port: Number(process.argv[1]), dataDir: process.argv[2] })
  process.send({ url, port })
`

interface Running {
  child: ChildProcess
  url: string
  port: number
}

let dataDir: string
let running: Running | undefined

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-mongo-'))
})

afterEach(async () => {
  if (running) await kill(running)
  await rm(dataDir, { recursive: true })
})

async function start(port: number): Promise<Running> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, String(port), dataDir], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [ready] = (await once(child, 'message')) as [{ url: string; port: number }]
  running = { child, ...ready }
  return running
}

async function kill({ child }: Running): Promise<void> {
  running = undefined
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('after kill -9 nothing acknowledged is lost and nothing took effect twice', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  console.info(`SEED=${seed}`)
  const random = randomFrom(seed)
  const { port, url } = await start(0)
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 10_000 })
  const db = client.db('ledger')
  const accounts = ['a', 'b', 'c', 'd']
  await db
    .collection<{ _id: string; balance: number }>('accounts')
    .insertMany(accounts.map((_id) => ({ _id, balance: 100 })))
  await db.collection('entries').createIndex({ key: 1 }, { unique: true })
  await db.collection<{ _id: string; n: number }>('counters').insertOne({ _id: 'n', n: 0 })
  const entries = db.collection<{ key: number }>('entries')
  const counters = db.collection<{ _id: string; n: number }>('counters')
  const balances = db.collection<{ _id: string; balance: number }>('accounts')
  const acknowledged = { entries: [] as number[], increments: 0, transfers: 0 }
  let unknown = 0
  let nextKey = 0

  const insertOne = async () => {
    const key = nextKey++
    await entries.insertOne({ key })
    acknowledged.entries.push(key)
  }
  const increment = async () => {
    await counters.updateOne({ _id: 'n' }, { $inc: { n: 1 } })
    acknowledged.increments++
  }
  const transfer = async () => {
    const [from, to] = [accounts[Math.floor(random() * 4)]!, accounts[Math.floor(random() * 4)]!]
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await balances.updateOne({ _id: from }, { $inc: { balance: -1 } }, { session })
        await balances.updateOne({ _id: to }, { $inc: { balance: 1 } }, { session })
        await db.collection('transfers').insertOne({ from, to }, { session })
      }),
    )
    acknowledged.transfers++
  }

  for (let round = 0; round < 5; round++) {
    let stopping = false
    const work = [insertOne, insertOne, increment, transfer, transfer].map(async (step) => {
      while (!stopping) {
        try {
          await step()
        } catch {
          unknown++
        }
      }
    })
    await pause(50 + random() * 150)
    await kill(running!)
    await start(port)
    await pause(100)
    stopping = true
    await Promise.all(work)
  }

  const keys = (await entries.find().toArray()).map(({ key }) => key)
  const found = new Set(keys)
  expect(keys.length).toBe(found.size)
  expect(acknowledged.entries.filter((key) => !found.has(key))).toEqual([])
  const counter = await counters.findOne({ _id: 'n' })
  const transfers = await db.collection('transfers').countDocuments()
  const sum = (await balances.find().toArray()).reduce((total, { balance }) => total + balance, 0)
  expect(sum).toBe(400)
  expect(counter!.n).toBeGreaterThanOrEqual(acknowledged.increments)
  expect(counter!.n).toBeLessThanOrEqual(acknowledged.increments + unknown)
  expect(transfers).toBeGreaterThanOrEqual(acknowledged.transfers)
  expect(transfers).toBeLessThanOrEqual(acknowledged.transfers + unknown)
  for (const name of ['entries', 'counters', 'accounts', 'transfers']) {
    expect(await db.command({ validate: name })).toMatchObject({ valid: true, errors: [] })
  }
  console.info(
    `kept ${found.size} entries, ${counter!.n} increments, ${transfers} transfers; ${unknown} operations without an answer`,
  )
  await client.close()
})

test('a second server on the same folder is refused by name', async () => {
  const first = await startMongo({ port: 0, dataDir })
  await expect(startMongo({ port: 0, dataDir })).rejects.toThrow(`Another process already serves ${dataDir}.`)
  await first.close()
})
