import type { VariantName } from '@insula/contracts'

interface Owned {
  _id: string
  tenantId: string
}

/** Where a file's objects lie. The tenant comes first, so that one prefix holds all that is theirs. */
export const keys = {
  all: (file: Owned) => `${file.tenantId}/${file._id}/`,
  /** What the browser sent. Only ever read by the worker, never handed out, and gone once the file is ready. */
  upload: (file: Owned) => `${file.tenantId}/${file._id}/upload`,
  /** The full image, written anew from its pixels. */
  original: (file: Owned) => `${file.tenantId}/${file._id}/original`,
  variant: (file: Owned, name: VariantName) => `${file.tenantId}/${file._id}/${name}.webp`,
}
