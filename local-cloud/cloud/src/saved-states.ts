import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '@insula/local-kit/durable'

/** All that the cloud's servers held at one moment, kept under a name. */
export interface SavedState {
  name: string
  /** ISO 8601. */
  savedAt: string
  /** Files that are one on the disk, such as S3's, are counted in each state that holds them. */
  bytes: number
  /** The servers whose state it holds; one that someone else runs may be missing. */
  holds: string[]
}

interface Manifest extends SavedState {
  folder: string
}

/** A server whose control is called by name, wherever it runs. */
interface Callable {
  call(method: string, args: unknown[]): Promise<unknown>
}

const suffix = '.json'
const restoring = 'restoring'
const longestHoldMs = 60_000

/**
 * Saves and restores what all servers hold. A state is a folder of its own and a small file under its name: the one
 * rename of that file makes the state appear, so that a half-written one is never seen.
 */
export class SavedStates {
  readonly #folder: string
  readonly #servers: ReadonlyMap<string, Callable>
  /** One order after another. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(folder: string, servers: ReadonlyMap<string, Callable>) {
    this.#folder = folder
    this.#servers = servers
  }

  /** Keeps what every server holds now under `name`, in place of what was kept under it before. */
  save(name: string): Promise<SavedState> {
    checkName(name)
    return this.#next(async () => {
      await this.#sweep()
      const folder = randomUUID()
      await mkdir(join(this.#folder, folder), { recursive: true })
      const holds = await this.#saveServers(join(this.#folder, folder))
      const savedAt = new Date().toISOString()
      const bytes = await bytesIn(join(this.#folder, folder))
      const manifest: Manifest = { name, savedAt, bytes, holds, folder }
      const draft = join(this.#folder, folder, 'state')
      await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
      await syncFolder(this.#folder)
      await rename(draft, join(this.#folder, name + suffix))
      await syncFolder(this.#folder)
      await this.#sweep()
      return shown(manifest)
    })
  }

  /** Puts what is kept under `name` in place of what the servers hold now. They go on running, on the same addresses. */
  restore(name: string): Promise<void> {
    checkName(name)
    return this.#next(async () => {
      const manifest = await this.#find(name)
      const missing = manifest.holds.filter((server) => !this.#servers.has(server))
      if (missing.length > 0) {
        throw new Error(
          `"${name}" holds ${missing.join(', ')}, which does not run here. Start it, or restore elsewhere.`,
        )
      }
      const mark = join(this.#folder, restoring)
      await writeFile(mark, name, { flush: true })
      try {
        await this.#restoreServers(manifest)
      } finally {
        await rm(mark, { force: true })
      }
    })
  }

  /** The newest first. */
  async list(): Promise<SavedState[]> {
    const manifests = await this.#manifests()
    return manifests.map(shown).sort((left, right) => right.savedAt.localeCompare(left.savedAt))
  }

  /** Throws away what is kept under `name`. */
  remove(name: string): Promise<void> {
    checkName(name)
    return this.#next(async () => {
      await this.#find(name)
      await rm(join(this.#folder, name + suffix))
      await this.#sweep()
    })
  }

  /** Restores once more what a crash left half restored. @returns its name, if there was such a one */
  async finish(): Promise<string | undefined> {
    const name = await readFile(join(this.#folder, restoring), 'utf8').catch(() => undefined)
    if (name !== undefined) await this.restore(name)
    return name
  }

  #next<T>(order: () => Promise<T>): Promise<T> {
    const done = this.#last.then(order)
    this.#last = done.catch(() => {})
    return done
  }

  /** Redis is held still from before the first until after the last, so that no job is done twice or lost between them. */
  async #saveServers(folder: string): Promise<string[]> {
    const redis = this.#servers.get('redis')
    await ifOffered(redis?.call('holdWrites', [longestHoldMs]))
    try {
      const saved = await Promise.all(
        [...this.#servers].map(async ([name, server]) => {
          const own = join(folder, name)
          await mkdir(own)
          if (await ifOffered(server.call('save', [own]))) return [name]
          await rm(own, { recursive: true })
          return []
        }),
      )
      return saved.flat()
    } finally {
      await ifOffered(redis?.call('release', []))
    }
  }

  /** Redis comes last: whatever the product's workers do on the way to the others goes with the old queues. */
  async #restoreServers({ name, folder, holds }: Manifest): Promise<void> {
    const restored: string[] = []
    const restoreOne = async (server: string) => {
      try {
        await this.#servers.get(server)?.call('restore', [join(this.#folder, folder, server)])
        restored.push(server)
      } catch (error) {
        throw Object.assign(error as Error, { server })
      }
    }
    const others = await Promise.allSettled(holds.filter((server) => server !== 'redis').map(restoreOne))
    const failed = others.find((outcome) => outcome.status === 'rejected')
    try {
      if (failed) throw failed.reason
      if (holds.includes('redis')) await restoreOne('redis')
    } catch (error) {
      const { server, message } = error as Error & { server: string }
      const changed =
        restored.length === 0
          ? 'Nothing was changed.'
          : `${restored.join(', ')} hold it already: restore it again, or reset.`
      throw new Error(`"${name}" could not be restored: ${server} says: ${message} ${changed}`, {
        cause: error,
      })
    }
  }

  async #find(name: string): Promise<Manifest> {
    const manifests = await this.#manifests()
    const found = manifests.find((manifest) => manifest.name === name)
    if (found) return found
    const names = manifests.map((manifest) => `"${manifest.name}"`).join(', ')
    throw new Error(
      `There is no saved state "${name}". ${names === '' ? `Nothing is saved yet: save("${name}") does.` : `There is: ${names}.`}`,
    )
  }

  async #manifests(): Promise<Manifest[]> {
    const files = await readdir(this.#folder).catch(() => [])
    const texts = files.filter((file) => file.endsWith(suffix))
    return await Promise.all(
      texts.map(async (file) => JSON.parse(await readFile(join(this.#folder, file), 'utf8')) as Manifest),
    )
  }

  /** Removes the folders that no name leads to: replaced, forgotten, or left behind by a crash. */
  async #sweep(): Promise<void> {
    const kept = new Set((await this.#manifests()).map(({ folder }) => folder))
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (entry.isDirectory() && !kept.has(entry.name))
        await rm(join(this.#folder, entry.name), { recursive: true })
    }
  }
}

const shown = ({ folder: _, ...state }: Manifest): SavedState => state

function checkName(name: string): void {
  if (typeof name === 'string' && /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name)) return
  throw new Error(
    `${JSON.stringify(name)} is not a name for a saved state. Take 1 to 64 letters, digits, dots, dashes or underscores, such as "after-onboarding".`,
  )
}

/** Whether the server did it: one that someone else runs has no such method. */
async function ifOffered(call: Promise<unknown> | undefined): Promise<boolean> {
  try {
    await call
    return call !== undefined
  } catch (error) {
    if ((error as Error).name === 'UnknownControl') return false
    throw error
  }
}

async function bytesIn(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = files
    .filter((file) => file.isFile())
    .map(async (file) => (await stat(join(file.parentPath, file.name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
