import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

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
    for (const { blob } of pieces) this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1)
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
      for (const { blob } of pieces) await this.#release(blob)
    }
  }

  /** Removes a blob that the catalogue no longer mentions, once nobody reads it. */
  async drop(blob: string): Promise<void> {
    if (this.#readers.has(blob)) this.#doomed.add(blob)
    else await rm(this.#path(blob), { force: true })
  }

  async #release(blob: string): Promise<void> {
    const left = this.#readers.get(blob)! - 1
    if (left > 0) {
      this.#readers.set(blob, left)
      return
    }
    this.#readers.delete(blob)
    if (this.#doomed.delete(blob)) await rm(this.#path(blob), { force: true })
  }

  /** Renames into place and syncs the folder, without which the name itself may be lost with the power. */
  async #settle(temporary: string, blob: string): Promise<void> {
    const folder = join(this.#root, shelf(blob))
    await mkdir(folder, { recursive: true })
    await rename(temporary, join(folder, blob))
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  #path(blob: string): string {
    return join(this.#root, shelf(blob), blob)
  }
}

function shelf(blob: string): string {
  return (Number.parseInt(blob.slice(0, 8), 16) % folders).toString(16).padStart(2, '0')
}
