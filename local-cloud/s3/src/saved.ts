import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyDatabase, restoreDatabase } from '@insula/local-kit/database'
import type { Store } from './store.ts'

const catalogueFile = 's3.sqlite'
const blobFolder = 'blobs'

/** Saves the catalogue as it is now and every blob that it mentions. */
export async function saveStore({ catalogue, blobs }: Store, folder: string): Promise<void> {
  // Both begin in one turn of the event loop, so that no blob is dropped between them.
  const kept = blobs.saveTo(join(folder, blobFolder), catalogue.blobs())
  await Promise.all([copyDatabase(catalogue.database, join(folder, catalogueFile)), kept])
}

/** Puts a saved catalogue and its blobs in place of what there is. */
export async function restoreStore({ catalogue, blobs }: Store, folder: string): Promise<void> {
  const saved = join(folder, blobFolder)
  await blobs.restoreFrom(saved, await readdir(saved), () => {
    const before = catalogue.blobs()
    restoreDatabase(catalogue.database, join(folder, catalogueFile))
    return before.filter((blob) => !catalogue.knowsBlob(blob))
  })
}
