import type { VariantName } from '@insula/contracts'

interface Owned {
  _id: string
  tenantId: string
}

interface Made extends Owned {
  /** The run whose images these are; none in files of releases whose keys did not tell. */
  madeIn?: number | null
}

const made = (file: Made) => (typeof file.madeIn === 'number' ? keys.run(file, file.madeIn) : keys.all(file))

/** Where a file's objects lie. The tenant comes first, so that one prefix holds all that is theirs. */
export const keys = {
  all: (file: Owned) => `${file.tenantId}/${file._id}/`,
  /** What the browser sent. Only ever read by the worker, never handed out, and gone once the file is ready. */
  upload: (file: Owned) => `${file.tenantId}/${file._id}/upload`,
  /** All that one run made. A run that gives up late removes its own, and never what a later one brought. */
  run: (file: Owned, run: number) => `${keys.all(file)}${run}/`,
  /** The full image, written anew from its pixels. */
  original: (file: Made) => `${made(file)}original`,
  variant: (file: Made, name: VariantName) => `${made(file)}${name}.webp`,
}
