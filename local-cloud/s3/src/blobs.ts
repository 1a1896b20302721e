import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from '@insula/local-kit/durable'

/** A run of bytes inside one blob. An object is a list of them, so that parts and copies need no rewriting. */
export interface Piece {
  blob: string
  start: number
  bytes: number
}

const readAhead = 256 * 1024
const folders = 256

/** Immutable files under `blobs/`, each written once, synced, then renamed into place. */
export class BlobStore {
  readonly #root: string
  readonly #incoming: string
  /** Blobs being read, which must outlive their last mention in the catalogue. */
  readonly #readers = new Map<string, number>()
  readonly #doomed = new Set<string>()
  readonly #removals = new Set<Promise<void>>()

  private constructor(dataDir: string) {
    this.#root = join(dataDir, 'blobs')
    this.#incoming = join(dataDir, 'incoming')
  }

  /** Opens the folder; what a crash left behind half written is dropped, as is every blob not in `known`. */
  static async open(dataDir: string, known: (blob: string) => boolean): Promise<BlobStore> {
    const store = new BlobStore(dataDir)
    await rm(store.#incoming, { recursive: true, force: true })
    await mkdir(store.#incoming, { recursive: true })
    await mkdir(store.#root, { recursive: true })
    for (const folder of await readdir(store.#root)) {
      for (const blob of await readdir(join(store.#root, folder))) {
        if (!known(blob)) await rm(store.#path(blob), { force: true })
      }
    }
    return store
  }

  /** Writes all of `chunks` durably. Nothing is left behind when the source fails. */
  async write(chunks: AsyncIterable<Buffer>): Promise<Piece> {
    const blob = randomUUID()
    const temporary = join(this.#incoming, blob)
    let bytes = 0
    try {
      const file = await open(temporary, 'wx')
      try {
        for await (const chunk of chunks) {
          await file.writeFile(chunk)
          bytes += chunk.length
        }
        await file.sync()
      } finally {
        await file.close()
      }
      await this.#settle(temporary, blob)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    return { blob, start: 0, bytes }
  }

  /**
   * The bytes from `first` to `last` inclusive of what the pieces make up in their order. The blobs stay on disk
   * from this call until the iteration, which must be begun, ends.
   */
  read(pieces: readonly Piece[], first = 0, last = Number.POSITIVE_INFINITY): AsyncIterable<Buffer> {
    this.#pin(pieces.map(({ blob }) => blob))
    return { [Symbol.asyncIterator]: () => this.#readPinned(pieces, first, last) }
  }

  async *#readPinned(pieces: readonly Piece[], first: number, last: number): AsyncGenerator<Buffer> {
    try {
      let position = 0
      for (const { blob, start, bytes } of pieces) {
        const from = Math.max(first - position, 0)
        const to = Math.min(last - position, bytes - 1)
        position += bytes
        if (from > to) continue
        yield* createReadStream(this.#path(blob), {
          start: start + from,
          end: start + to,
          highWaterMark: readAhead,
        }) as AsyncIterable<Buffer>
      }
    } finally {
      await this.#release(pieces.map(({ blob }) => blob))
    }
  }

  /** Puts these blobs into `folder`, too, where they outlive their removal here; none is removed before that is done. */
  async saveTo(folder: string, blobs: readonly string[]): Promise<void> {
    this.#pin(blobs)
    try {
      await mkdir(folder)
      for (const blob of blobs) await linkOrCopy(this.#path(blob), join(folder, blob))
      await syncFolder(folder)
    } finally {
      await this.#release(blobs)
    }
  }

  /**
   * Takes these blobs back from `folder`, then has `commit` let the catalogue mention them, which answers those that
   * it no longer mentions.
   */
  async restoreFrom(folder: string, blobs: readonly string[], commit: () => string[]): Promise<void> {
    this.#pin(blobs)
    try {
      await Promise.all(this.#removals)
      const shelves = new Set(blobs.map((blob) => dirname(this.#path(blob))))
      for (const shelf of shelves) await mkdir(shelf, { recursive: true })
      for (const blob of blobs) await linkOrCopy(join(folder, blob), this.#path(blob))
      for (const shelf of shelves) await syncFolder(shelf)
      const orphans = commit()
      for (const blob of blobs) this.#doomed.delete(blob)
      for (const blob of orphans) await this.drop(blob)
    } finally {
      await this.#release(blobs)
    }
  }

  /** Removes a blob that the catalogue no longer mentions, once nobody reads it. */
  async drop(blob: string): Promise<void> {
    if (this.#readers.has(blob)) this.#doomed.add(blob)
    else await this.#remove(blob)
  }

  #pin(blobs: readonly string[]): void {
    for (const blob of blobs) this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1)
  }

  async #release(blobs: readonly string[]): Promise<void> {
    for (const blob of blobs) {
      const left = this.#readers.get(blob)! - 1
      if (left > 0) this.#readers.set(blob, left)
      else {
        this.#readers.delete(blob)
        if (this.#doomed.delete(blob)) await this.#remove(blob)
      }
    }
  }

  async #remove(blob: string): Promise<void> {
    const removal = rm(this.#path(blob), { force: true }).finally(() => this.#removals.delete(removal))
    this.#removals.add(removal)
    await removal
  }

  /** Renames into place and syncs the folder, without which the name itself may be lost with the power. */
  async #settle(temporary: string, blob: string): Promise<void> {
    const folder = join(this.#root, shelf(blob))
    await mkdir(folder, { recursive: true })
    await rename(temporary, join(folder, blob))
    await syncFolder(folder)
  }

  #path(blob: string): string {
    return join(this.#root, shelf(blob), blob)
  }
}

function shelf(blob: string): string {
  return (Number.parseInt(blob.slice(0, 8), 16) % folders).toString(16).padStart(2, '0')
}

/** A blob never changes, so that one file may have two names; across file systems it has to be copied. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error
    await copyFile(from, to)
  }
}
