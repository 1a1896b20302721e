import { type File, mayMend, type VariantName } from '@insula/contracts'
import type { FileDoc } from '@insula/db'
import { objectStore } from '@insula/providers/s3'
import { keys } from './keys.ts'
import { roomOf } from './room.ts'

/**
 * A file as it leaves the house; its variants carry links that work for at least ten minutes. A link is signed for each,
 * so that a list of many asks for the one it shows.
 */
export function presentFile(file: FileDoc, variant?: VariantName): File {
  const variants = variant ? file.variants.filter(({ name }) => name === variant) : file.variants
  return {
    id: file._id,
    name: file.name,
    state: file.state,
    bytes: file.bytes,
    storedBytes: roomOf(file),
    contentType: file.contentType,
    width: file.width,
    height: file.height,
    thumbhash: file.thumbhash,
    variants: variants.map(({ name, width, height, bytes }) => ({
      name,
      width,
      height,
      bytes,
      url: objectStore().presignView(keys.variant(file, name)),
    })),
    failure: file.failure && {
      code: file.failure.code,
      message: file.failure.message,
      retryable: mayMend(file.failure),
    },
    uploadedBy: { id: file.uploadedBy.id, name: file.uploadedBy.name },
    createdAt: file.createdAt.toISOString(),
    trashedAt: file.trashedAt?.toISOString() ?? null,
  }
}
