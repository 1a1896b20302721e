import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalEnvironment } from './env.ts'
import { type Keys, mergeKeys } from './environment.ts'

/** A downloaded mongod outlives `--fresh`: it is a program and no state. */
const downloads = 'bin'

export const downloadDir = (dataDir: string) => join(dataDir, downloads)

/** What was saved by name outlives `--fresh`, and so do the keys that its sessions and secrets were made with. */
const states = 'states'
const keysName = 'keys.json'

const lockName = 'cloud.pid'
const outliving = new Set([downloads, states, keysName, lockName])

export const statesDir = (dataDir: string) => join(dataDir, states)

/** Forgets everything a cloud has stored but what was saved by name. */
export async function wipe(dataDir: string): Promise<void> {
  const entries = await readdir(dataDir).catch(() => [])
  const gone = entries.filter((entry) => !outliving.has(entry))
  await Promise.all(gone.map((entry) => rm(join(dataDir, entry), { recursive: true, force: true })))
}

/** The keys of this folder: made at the first start and readable by their owner alone. */
export async function rememberKeys(dataDir: string, env: LocalEnvironment): Promise<Keys> {
  const file = join(dataDir, keysName)
  const remembered: Partial<Keys> = await readFile(file, 'utf8').then(JSON.parse, () => ({}))
  const own = { ...mergeKeys({}, {} as LocalEnvironment), ...remembered }
  await writeFile(file, `${JSON.stringify(own, null, 2)}\n`, { mode: 0o600 })
  return mergeKeys(own, env)
}

/** Two clouds on one folder would tear each other's files. Resolves with how to give the folder back. */
export async function lockState(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true })
  const file = join(dataDir, lockName)
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' })
      return () => rm(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = Number(await readFile(file, 'utf8').catch(() => ''))
      if (isLocalCloud(holder)) {
        throw new Error(
          `A local cloud runs already on ${dataDir} (process ${holder}). Stop it first: kill ${holder}`,
        )
      }
      await rm(file, { force: true })
    }
  }
}

/** Whether this process lives and is one of ours: ids are used again after a restart of the machine. */
function isLocalCloud(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('local.mjs')
  } catch {
    return process.platform !== 'linux'
  }
}
