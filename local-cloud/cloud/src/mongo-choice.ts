import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LocalEnvironment } from './env.ts'
import { findProgram, isProgram } from './program.ts'

/** The release that is downloaded: what the compose file runs, too. */
const version = '8.2.6'

export type MongoChoice =
  | { kind: 'given'; uri: string; why: string }
  | { kind: 'mongod'; binary: string; why: string }
  | { kind: 'embedded'; why: string }

export interface MongoChoiceOptions {
  env: Pick<LocalEnvironment, 'MONGODB_URI' | 'INSULA_MONGO' | 'PATH'>
  /** The state folder: the choice is remembered there, because each server's data can be read by it alone. */
  stateDir: string
  /** Where a downloaded mongod is kept. */
  downloadDir?: string
  /** Told when something takes long. */
  note?: (line: string) => void
  probe?: () => Promise<string | undefined>
}

/**
 * Which MongoDB this machine runs: the one that is given, a real mongod wherever one can be had, else our own.
 * A choice once made holds until the state folder is wiped.
 */
export async function chooseMongo(options: MongoChoiceOptions): Promise<MongoChoice> {
  const { MONGODB_URI, INSULA_MONGO: forced } = options.env
  if (forced?.includes('://')) {
    return { kind: 'given', uri: forced, why: 'INSULA_MONGO gives its address' }
  }
  if (forced === 'embedded') return { kind: 'embedded', why: 'INSULA_MONGO=embedded' }
  if (forced === undefined && MONGODB_URI !== undefined) {
    return { kind: 'given', uri: MONGODB_URI, why: 'MONGODB_URI gives its address' }
  }
  if (forced === undefined) {
    const remembered = await recall(options.stateDir)
    if (remembered !== undefined) return remembered
  }
  const choice = await findMongo(options)
  if (forced === 'mongod' && choice.kind !== 'mongod') {
    throw new Error(`INSULA_MONGO=mongod, but ${choice.why}. Put mongod on the PATH or give MONGODB_URI.`)
  }
  if (forced === undefined) await remember(options.stateDir, choice)
  return choice
}

async function findMongo(options: MongoChoiceOptions): Promise<MongoChoice> {
  const onPath = findProgram(['mongod'], options.env.PATH)
  const unfit = onPath && (await whyItFails(onPath))
  if (onPath && !unfit) return { kind: 'mongod', binary: onPath, why: 'mongod is on the PATH' }
  const none = unfit ? `the mongod on the PATH does not run (${unfit})` : 'no mongod is on the PATH'
  const downloadDir = options.downloadDir ?? join(options.stateDir, 'mongod')
  const found = await alreadyDownloaded(downloadDir)
  const broken = found && (await whyItFails(found))
  if (found && !broken) return { kind: 'mongod', binary: found, why: 'a downloaded mongod was found' }
  if (broken) return { kind: 'embedded', why: `${none} and the downloaded one does not run here (${broken})` }
  const unreachable = await (options.probe ?? probeDownload)()
  if (unreachable !== undefined)
    return { kind: 'embedded', why: `${none} and its download cannot be reached (${unreachable})` }
  options.note?.('Downloading mongod (about 100 MB, once)')
  try {
    const { MongoBinary } = await binaries()
    const binary = await MongoBinary.getPath({ version, downloadDir })
    const fails = await whyItFails(binary)
    if (fails) return { kind: 'embedded', why: `${none} and the downloaded one does not run here (${fails})` }
    return { kind: 'mongod', binary, why: 'mongod was downloaded' }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return { kind: 'embedded', why: `${none} and downloading it failed (${reason})` }
  }
}

/** Why a program does not even tell its version, as one that lacks a library or a processor's instruction; nothing when it does. */
async function whyItFails(binary: string): Promise<string | undefined> {
  try {
    await promisify(execFile)(binary, ['--version'], { timeout: 10_000 })
    return undefined
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    return (stderr || message).trim().split('\n')[0]
  }
}

type BinaryModule = typeof import('mongodb-memory-server-core/lib/util/MongoBinary')
type DryBinaryModule = typeof import('mongodb-memory-server-core/lib/util/DryMongoBinary')
const require = createRequire(import.meta.url)

async function binaries(): Promise<BinaryModule> {
  return require('mongodb-memory-server-core/lib/util/MongoBinary')
}

async function alreadyDownloaded(downloadDir: string): Promise<string | undefined> {
  const { DryMongoBinary }: DryBinaryModule = require('mongodb-memory-server-core/lib/util/DryMongoBinary')
  return await DryMongoBinary.locateBinary({ version, downloadDir })
}

/** Resolves with why mongod cannot be downloaded from here, or with nothing when it can. */
async function probeDownload(): Promise<string | undefined> {
  try {
    const reply = await fetch('https://fastdl.mongodb.org/', {
      method: 'HEAD',
      signal: AbortSignal.timeout(3000),
    })
    await reply.body?.cancel()
    return undefined
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    if (cause instanceof Error) return ('code' in cause && String(cause.code)) || cause.name
    return String(cause)
  }
}

const memory = (stateDir: string) => join(stateDir, 'mongo-choice.json')

async function recall(stateDir: string): Promise<MongoChoice | undefined> {
  try {
    const choice: MongoChoice = JSON.parse(await readFile(memory(stateDir), 'utf8'))
    if (choice.kind === 'mongod' && !isProgram(choice.binary)) return undefined
    return choice
  } catch {
    return undefined
  }
}

async function remember(stateDir: string, choice: MongoChoice): Promise<void> {
  await mkdir(stateDir, { recursive: true })
  await writeFile(memory(stateDir), `${JSON.stringify(choice, null, 2)}\n`)
}
