import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, encode } from './language/codec.ts'
import type { Doc, Value } from './language/value.ts'

/** A collection as a saved state holds it, whichever MongoDB it came from. */
export interface SavedCollection {
  db: string
  name: string
  /** As `create` takes them. */
  options: Doc
  /** As `createIndexes` takes them, without the index on `_id`. */
  indexes: Doc[]
  /** BSON. */
  documents: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

const catalogue = 'collections.bson'

/** Writes collections into a folder: a catalogue, and beside it a file of BSON documents for each. */
export async function writeCollections(
  folder: string,
  collections: Iterable<SavedCollection> | AsyncIterable<SavedCollection>,
): Promise<void> {
  const entries: Uint8Array[] = []
  for await (const { db, name, options, indexes, documents } of collections) {
    await writeFile(join(folder, `${entries.length}.bson`), inChunks(documents), { flush: true })
    const entry: [string, Value][] = [
      ['db', db],
      ['name', name],
      ['options', options],
      ['indexes', indexes],
    ]
    entries.push(encode(new Map(entry)))
  }
  await writeFile(join(folder, catalogue), entries, { flush: true })
}

const chunkBytes = 1024 * 1024

/** Documents by the megabyte: a write for each one would take most of the time. */
async function* inChunks(documents: SavedCollection['documents']): AsyncGenerator<Buffer> {
  let chunk: Uint8Array[] = []
  let bytes = 0
  for await (const document of documents) {
    chunk.push(document)
    bytes += document.length
    if (bytes < chunkBytes) continue
    yield Buffer.concat(chunk)
    chunk = []
    bytes = 0
  }
  yield Buffer.concat(chunk)
}

/** What `writeCollections` wrote, with all documents read. */
export async function readCollections(
  folder: string,
): Promise<(SavedCollection & { documents: Uint8Array[] })[]> {
  const entries = split(await readFile(join(folder, catalogue))).map(decode)
  return await Promise.all(
    entries.map(async (entry, at) => ({
      db: entry.get('db') as string,
      name: entry.get('name') as string,
      options: entry.get('options') as Doc,
      indexes: entry.get('indexes') as Doc[],
      documents: split(await readFile(join(folder, `${at}.bson`))),
    })),
  )
}

/** Each document of a BSON file: it begins with its own length. */
function split(bytes: Buffer): Uint8Array[] {
  const documents: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readInt32LE(at)
    documents.push(bytes.subarray(at, at + length))
    at += length
  }
  return documents
}
