import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What is taken of a file, and how much. */
export const files: readonly Break[] = [
  ...breaksOf(
    'files',
    'apps/worker/src/images/make.ts',
    [suites.images],
    ['Math.max(width, pageHeight ?? height) > imageBounds.side', 'false', 'a side is as long as it likes'],
    ['if (frame > imageBounds.pixels)', 'if (false)', 'an image has any number of pixels'],
    ['pages > imageBounds.frames ||', '', 'an animation has any number of frames'],
    ['|| frame * pages > imageBounds.pixelsInAll', '', 'frames in all have any number of pixels'],
    ['if (header.format !== formats[contentType])', 'if (false)', 'a decoder reads what another was named'],
    ["sharp.block({ operation: ['VipsForeignLoad'] })\n", '', 'every decoder of the library is open'],
  ),
  ...breaksOf(
    'files',
    'packages/core/src/files/service/upload.ts',
    [suites.files],
    ['if (input.bytes > limit) {', 'if (false) {', 'a file is larger than the plan takes'],
    ["    await claim(actor.tenantId, 'storage-bytes', input.bytes)\n", '', 'uploads claim no room'],
  ),
]
