/**
 * Measures the embedded MongoDB server through mongoose, each figure beside its goal. The server runs in a process
 * of its own. Run: node local-cloud/mongo/bench/mongo.ts
 */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'

const seconds = Number(process.env.SECONDS ?? 2)
const dataDir = mkdtempSync(join(tmpdir(), 'insula-mongo-bench-'))
const program = `
  import { startMongo } from ${JSON.stringify(new URL('../src/server.ts', import.meta.url).href)}
  const { url, port } = await startMongo({ port: Number(process.argv[1]), dataDir: process.argv[2] })
  process.send({ url, port })
`

async function start(port: number): Promise<{ child: ChildProcess; url: string; port: number; ms: number }> {
  const from = performance.now()
  const flags = process.env.CPU_PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.CPU_PROF}`] : []
  const args = [...flags, '--input-type=module', '-e', program, String(port), dataDir]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [ready] = (await once(child, 'message')) as [{ url: string; port: number }]
  return { child, ...ready, ms: performance.now() - from }
}

/** Operations a second that `callers` make at once. */
async function rate(
  callers: number,
  operation: (turn: number) => Promise<unknown>,
  during = seconds,
): Promise<number> {
  let done = 0
  const from = performance.now()
  const until = from + during * 1000
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < until) await operation(done++)
    }),
  )
  return (done * 1000) / (performance.now() - from)
}

/** The rates of several operations in rounds, all of them in each, so that a busy machine is as busy for one as for another. */
async function interleaved<Name extends string>(
  operations: Record<Name, (turn: number) => Promise<unknown>>,
) {
  const names = Object.keys(operations) as Name[]
  const rates = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>
  for (let round = 0; round < 7; round++) {
    for (const name of names) rates[name].push(await rate(16, operations[name], seconds / 4))
  }
  return rates
}

const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

async function median(times: number, operation: (turn: number) => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let turn = 0; turn < times; turn++) {
    const from = performance.now()
    await operation(turn)
    taken.push(performance.now() - from)
  }
  return middle(taken)
}

const printFigure = (what: string, figure: string, goal: string) =>
  console.info(`${what.padEnd(50)} ${figure.padEnd(22)} goal ${goal}`)
const residentMb = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

const itemSchema = new mongoose.Schema(
  { tenantId: { type: String, index: true }, name: String, n: { type: Number, index: true }, text: String },
  { timestamps: true },
)
const make = (n: number) => ({
  tenantId: `ten_${n % 1000}`,
  name: `item ${n}`,
  n,
  text: 'lorem ipsum dolor sit amet '.repeat(6),
})

let server = await start(0)
const connect = async () =>
  mongoose.createConnection(server.url, { dbName: 'bench', maxPoolSize: 20 }).asPromise()
let db = await connect()
const Small = db.model('Small', itemSchema)
let Large = db.model('Large', itemSchema)
await Promise.all([Small.init(), Large.init()])
const emptyMb = residentMb(server.child.pid!)
await Small.insertMany(Array.from({ length: 1000 }, (_, n) => make(n)))
const from = performance.now()
for (let n = 0; n < 100_000; n += 5000)
  await Large.collection.insertMany(Array.from({ length: 5000 }, (_, i) => make(n + i)))
printFigure('insertMany of 100,000', `${Math.round(1e8 / (performance.now() - from))}/s`, '-')
/** Says what memory the server takes for what it holds, as a multiple of its BSON. */
async function sayMemory(when: string): Promise<void> {
  const { dataSize } = await db.db!.stats()
  const [used, held] = [residentMb(server.child.pid!) - emptyMb, dataSize / 2 ** 20]
  const figure = `${used.toFixed(0)} MB / ${held.toFixed(0)} MB = ${(used / held).toFixed(1)}x`
  printFigure(`memory over BSON, ${when}`, figure, 'under 4x')
}
await sayMemory('filled')

for (let warm = 0; warm < 2000; warm++) await Small.findOne({ n: warm % 1000 }).lean()
const canned = fork(new URL('canned-mongo.ts', import.meta.url))
const [{ url: cannedUrl }] = (await once(canned, 'message')) as [{ url: string }]
const cannedDb = await mongoose.createConnection(cannedUrl, { dbName: 'bench', maxPoolSize: 20 }).asPromise()
const Canned = cannedDb.model('Large', itemSchema.clone().set('autoIndex', false))
const at = (turn: number) => ({ n: (turn * 7919) % 100_000 })
const reads = {
  ping: () => db.db!.command({ ping: 1 }),
  lean: (turn: number) => Large.findOne(at(turn)).lean(),
  hydrated: (turn: number) => Large.findOne(at(turn)),
  'ping, canned': () => cannedDb.db!.command({ ping: 1 }),
  'lean, canned': (turn: number) => Canned.findOne(at(turn)).lean(),
  'hydrated, canned': (turn: number) => Canned.findOne(at(turn)),
}
const rates = await interleaved(reads)
const percent = (part: keyof typeof reads, whole: keyof typeof reads) =>
  `${Math.round(middle(rates[part].map((one, round) => one / rates[whole][round]!)) * 100)} %`
printFigure('ping, 16 callers', `${Math.round(middle(rates.ping))}/s`, '-')
for (const kind of ['lean', 'hydrated'] as const) {
  const figure = `${Math.round(middle(rates[kind]))}/s (${percent(kind, 'ping')})`
  printFigure(`indexed findOne in 100,000, ${kind}, 16 callers`, figure, '80 % of ping')
  printFigure(
    '  the same from a server of canned replies',
    percent(`${kind}, canned`, 'ping, canned'),
    'the ceiling',
  )
}
await cannedDb.close()
canned.kill()
printFigure(
  'durable inserts, 1 caller',
  `${Math.round(await rate(1, (turn) => Small.create(make(turn + 1000))))}/s`,
  '1,000/s',
)
printFigure(
  'durable inserts, 16 callers',
  `${Math.round(await rate(16, (turn) => Small.create(make(turn + 1000))))}/s`,
  '1,000/s',
)
const transact = () =>
  db.transaction(async (session) => {
    await Small.create([make(1), make(2)], { session, ordered: true })
  })
printFigure('transactions of two documents, 1 caller', `${Math.round(await rate(1, transact))}/s`, '250/s')
printFigure('transactions of two documents, 16 callers', `${Math.round(await rate(16, transact))}/s`, '250/s')
await Small.deleteMany({})
await Small.insertMany(Array.from({ length: 1000 }, (_, n) => make(n)))
const small = await median(2000, (turn) => Small.findOne({ n: (turn * 7919) % 1000 }).lean())
const large = await median(2000, (turn) => Large.findOne({ n: (turn * 7919) % 100_000 }).lean())
printFigure(
  'indexed find p50, 1,000 and 100,000',
  `${small.toFixed(2)} and ${large.toFixed(2)} ms`,
  'within 2x',
)
await sayMemory('after all of this')
await db.close()
server.child.kill('SIGKILL')
await once(server.child, 'exit')
server = await start(server.port)
printFigure('start on 100,000 documents', `${(server.ms / 1000).toFixed(2)} s`, 'under 3 s')
db = await connect()
Large = db.model('Large', itemSchema)
if ((await Large.estimatedDocumentCount()) !== 100_000) throw new Error('documents were lost')
await sayMemory('after a start')
await db.close()
server.child.kill('SIGTERM')
await once(server.child, 'exit')
rmSync(dataDir, { recursive: true })
