import { arch, cpus, hostname, platform, release, totalmem } from 'node:os'
import type { Call, Command } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, isNumeric, toDoc, toDouble } from '../language/value.ts'
import type { Collection } from '../storage/collection.ts'
import { maxDocumentBytes } from '../storage/record.ts'
import { setName, version } from './handshake.ts'

const plain = (run: (call: Call) => Doc, fields: Command['fields'] = {}, adminOnly = false): Command => ({
  fields,
  subject: 'any',
  adminOnly,
  run,
})

const buildInfo = plain(() =>
  toDoc({
    version,
    gitVersion: 'insula',
    modules: [],
    versionArray: [...version.split('.').map(Number), 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: maxDocumentBytes,
    storageEngines: ['sqlite'],
  }),
)

const serverStatus = plain(
  ({ engine }) => {
    const commands = Object.fromEntries([...engine.counts].map(([name, total]) => [name, { total }]))
    return toDoc({
      host: engine.address,
      version,
      process: 'mongod',
      pid: process.pid,
      uptime: (Date.now() - engine.startedAt) / 1000,
      localTime: new Date(),
      repl: { setName, isWritablePrimary: true, me: engine.address, hosts: [engine.address] },
      metrics: { commands, cursor: { open: { total: engine.cursors.count } } },
      logicalSessionRecordCache: { activeSessionsCount: engine.sessions.count },
      storageEngine: { name: 'sqlite', persistent: true },
    })
  },
  Object.fromEntries(
    ['repl', 'metrics', 'locks', 'wiredTiger', 'opcounters'].map((name) => [name, 'any' as const]),
  ),
)

const hostInfo = plain(() =>
  toDoc({
    system: {
      currentTime: new Date(),
      hostname: hostname(),
      cpuAddrSize: 64,
      memSizeMB: Math.floor(totalmem() / 2 ** 20),
      numCores: cpus().length,
      cpuArch: arch(),
    },
    os: { type: platform(), name: platform(), version: release() },
  }),
)

const connectionStatus = plain(
  () => toDoc({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  { showPrivileges: 'bool' },
)

/** Parameters that drivers and tests ask for. */
const parameters: Doc = toDoc({
  featureCompatibilityVersion: { version: '8.0' },
  enableTestCommands: true,
  transactionLifetimeLimitSeconds: 60,
  localLogicalSessionTimeoutMinutes: 30,
  ttlMonitorEnabled: true,
})

const getParameter: Command = {
  fields: Object.fromEntries([...parameters.keys(), 'allParameters'].map((name) => [name, 'any' as const])),
  subject: 'any',
  adminOnly: true,
  run(call) {
    if (call.get('getParameter') === '*' || call.flag('allParameters')) return new Map(parameters)
    const asked = [...parameters].filter(([name]) => call.body.has(name))
    if (asked.length === 0) throw new MongoError(72, 'no option found to get')
    return new Map(asked)
  },
}

function sizesOf(collections: Collection[]): { count: number; bytes: number; entries: number } {
  let [count, bytes, entries] = [0, 0, 0]
  for (const collection of collections) {
    count += collection.documents
    bytes += collection.bytes
    for (const index of collection.indexes) entries += index.entries.size
  }
  return { count, bytes, entries }
}

const dbStats = plain(
  (call) => {
    const collections = call.engine.store.collections(call.db)
    const { count, bytes, entries } = sizesOf(collections)
    const scale = scaleOf(call.body)
    return toDoc({
      db: call.db,
      collections: collections.length,
      views: 0,
      objects: count,
      avgObjSize: count === 0 ? 0 : bytes / count,
      dataSize: bytes / scale,
      storageSize: bytes / scale,
      indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0),
      indexSize: entries / scale,
      totalSize: (bytes + entries) / scale,
      scaleFactor: scale,
    })
  },
  { scale: 'number', freeStorage: 'absent' },
)

/** By what the sizes in an answer are to be divided. */
export function scaleOf(asking: Doc): number {
  const given = asking.get('scale') ?? 1
  const scale = isNumeric(given) ? Math.trunc(toDouble(given)) : Number.NaN
  if (scale >= 1) return scale
  throw new MongoError(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`)
}

/** What `collStats` and `$collStats` tell of a collection; sizes in bytes, those of indexes in entries. */
export function collectionStats(db: string, name: string, collection: Collection | undefined, scale = 1) {
  const { count, bytes, entries } = sizesOf(collection ? [collection] : [])
  const cap = collection?.cap
  const scaled = (size: number) => Math.floor(size / scale)
  return {
    ns: `${db}.${name}`,
    size: scaled(bytes),
    count,
    ...(count > 0 && { avgObjSize: bytes / count }),
    numOrphanDocs: 0,
    storageSize: scaled(bytes),
    totalSize: scaled(bytes + entries),
    nindexes: collection?.indexes.length ?? 0,
    totalIndexSize: scaled(entries),
    indexSizes: Object.fromEntries(
      collection?.indexes.map(({ name, entries }) => [name, scaled(entries.size)]) ?? [],
    ),
    capped: cap !== undefined,
    ...(cap && { max: collection?.options.get('max') ?? 0, maxSize: collection?.options.get('size') }),
    scaleFactor: scale,
  }
}

const collStats: Command = {
  fields: { scale: 'number' },
  run(call) {
    const collection = call.engine.store.collection(call.db, call.collectionName)
    return toDoc(collectionStats(call.db, call.collectionName, collection, scaleOf(call.body)))
  },
}

export const diagnosticCommands: Record<string, Command> = {
  buildInfo,
  buildinfo: buildInfo,
  serverStatus,
  hostInfo,
  connectionStatus,
  getParameter,
  whatsmyuri: plain(({ engine }) => toDoc({ you: engine.address })),
  getCmdLineOpts: plain(
    () => toDoc({ argv: ['insula'], parsed: { net: { bindIp: '127.0.0.1' } } }),
    {},
    true,
  ),
  // A test command of MongoDB's own, by which drivers see what being strict about the API's version means.
  testVersion2: plain(() => new Map()),
  dbStats,
  dbstats: dbStats,
  collStats,
  collstats: collStats,
}
