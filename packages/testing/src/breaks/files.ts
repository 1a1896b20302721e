// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
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
    ["    await claim(actor, 'storage-bytes', input.bytes)\n", '', 'uploads claim no room'],
  ),

  ...breaksOf(
    'files',
    'packages/core/src/files/service/variants.ts',
    [suites.room],
    ['    await hold(moved.was, storedBytes(made))\n', '', 'what is stored is not what is counted'],
    ['(now) => hold(now, room)', 'async () => {}', 'more is stored than the plan has'],
    [
      '    if (failed) await hold(failed, failed.bytes)\n',
      '',
      'a file that was given up keeps the room of its images',
    ],
    [
      '  await objectStore().deleteAll(keys.run(file, file.run))\n',
      '',
      'a file that was given up keeps its images',
    ],
    [
      'if (file.attempts > mostAttempts) return giveUp(actor, file)',
      '',
      'a file that takes its worker down is tried without end',
      [suites.files],
    ],
    [
      '    if (jobRun.lastAttempt) await giveUp(actor, file)\n',
      '',
      'a file that failed for good is “Processing” for ever',
      [suites.files],
    ],
    [
      '    if (over) await admit(payload.tenantId).catch(() => {})\n',
      '',
      'the next file of a tenant waits for the sweep',
      [suites.fairShare],
    ],
  ),
  ...breaksOf(
    'files',
    'packages/core/src/files/service/remove.ts',
    [suites.files],
    [
      "    await release(actor.tenantId, 'storage-bytes', roomOf(gone.was))\n",
      '',
      'a cancelled upload keeps its room',
    ],
    [
      "    await release(actor.tenantId, 'storage-bytes', bytes)\n",
      '',
      'the room of an emptied trash does not come back',
    ],
    ['    await checkWhatIsLeft(gone.was)\n', '', 'what the form of a file brings later stays for ever'],
    ['.limit(purgedAtOnce)', '.limit(1)', 'the trash is emptied one by one'],
  ),
  ...breaksOf(
    'files',
    'packages/core/src/files/service/upload.ts',
    [suites.files],
    ['    await checkAfterForm(made, post.expiresAt)\n', '', 'a broken upload keeps its room for a day'],
    [
      '    await checkAfterForm(file, post.expiresAt)\n',
      '',
      'an upload that was gone on with loses its room',
    ],
    [
      "  if (head.bytes !== file.bytes) await fail(actor, file, 'size-mismatch')\n  else await startProcessing(actor, file, head.etag, 'complete')",
      "  await startProcessing(actor, file, head.etag, 'complete')",
      'another size than was counted is taken',
    ],
    [
      'if (file.failure && !mayMend(file.failure)) {',
      'if (false) {',
      'what trying again cannot mend is tried again',
    ],
    ["  requirePossible(fileMachine, 'retry', file.state)\n", '', 'a ready file is made anew'],
  ),
  ...breaksOf(
    'files',
    'packages/core/src/files/service/sweep.ts',
    [suites.files],
    [
      "  else if (file.state === 'ready') await removeUpload(file)\n",
      '',
      'the form of a ready file brings bytes that stay',
      [suites.room],
    ],
    [
      '  if (!file) await objectStore().deleteAll(keys.all(of))\n',
      '  if (!file) void of\n',
      'bytes of a file that is gone stay',
    ],
    [
      'const stillAfterMs = 15 * seconds',
      'const stillAfterMs = 150 * seconds',
      'after Redis was emptied an image waits minutes',
      [suites.fairShare],
    ],
    ['requeued: await each(standing, admit)', 'requeued: 0', 'a file whose job was lost is never made'],
    [
      "    await adjust(file.tenantId, 'storage-bytes', stored - roomOf(file))\n",
      '',
      'a file of an older release is counted as it was sent',
    ],
  ),
  ...breaksOf(
    'files',
    'packages/core/src/files/room.ts',
    [suites.room],
    [
      "  if (more < 0) await release(file.tenantId, 'storage-bytes', -more)\n",
      '',
      'room does not come back when the image is smaller than what was sent',
    ],
    ['file.bytes / slowestBytesPerMs', '0', 'a large upload is cut off on a slow line', [suites.files]],
  ),
  ...breaksOf(
    'files',
    'packages/core/src/files/line.ts',
    [suites.fairShare],
    ['.limit(inLine)', '.limit(10_000)', 'one tenant’s thousand files stand before everybody’s'],
    ['.sort({ stateAt: 1, _id: 1 })', '.sort({ stateAt: -1, _id: -1 })', 'who came last is served first'],
  ),
  ...breaksOf(
    'files',
    'apps/worker/src/handlers/turns.ts',
    [suites.fairShare],
    ['if (mine >= atOnce) throw new PutOff(againAfterMs)', '', 'one tenant has all places of a worker'],
  ),
  ...breaksOf(
    'files',
    'apps/worker/src/images/child.ts',
    [suites.images],
    [
      '  if (user + system <= cpuMs * 1_000) return\n',
      '  if (user) return\n',
      'one image has the processor for as long as it likes',
    ],
    ['  if (process.memoryUsage.rss() > memoryBytes) end()\n', '', 'one image has all memory'],
  ),
  ...breaksOf(
    'files',
    'apps/worker/src/images/processes.ts',
    [suites.images],
    [
      '      () => kill(`The image took longer than ${limits.timeoutMs} ms.`),\n',
      '      () => {},\n',
      'an image that hangs is waited for without end',
    ],
    [
      "env: { PATH: process.env.PATH, NODE_ENV: 'production', MALLOC_ARENA_MAX: '2' }",
      'env: process.env',
      'who decodes strangers’ bytes knows our secrets',
    ],
  ),
  ...breaksOf(
    'files',
    'apps/worker/src/images/decode.ts',
    [suites.decode],
    ["&& !('code' in error) && !ours.test(error.message)", '', 'a full disk is told as a damaged image'],
  ),
  ...breaksOf(
    'files',
    'apps/worker/src/images/make.ts',
    [suites.images],
    ["found?.mime === 'image/apng' ? 'image/png' : found?.mime", 'found?.mime', 'an animated PNG is refused'],
    [
      'const frame = width * (pageHeight ?? height)',
      'const frame = width * height',
      'an animation of small frames is refused as too large',
    ],
    ["...(/<svg[\\s>]/i.test(head) && { found: 'image/svg+xml' })", '', 'an SVG is not told what it is'],
  ),
  ...breaksOf(
    'files',
    'packages/contracts/src/files/files.ts',
    [suites.files],
    [
      'failure.code in fileFailures ? passing.has(failure.code) : failure.retryable',
      'failure.retryable',
      'a damaged image of an earlier release can be tried again',
    ],
  ),
  ...breaksOf(
    'files',
    'packages/core/src/files/keys.ts',
    [suites.files],
    ['`${keys.all(file)}${run}/`', 'keys.all(file)', 'a run that gives up late takes what the next one made'],
  ),
  ...breaksOf(
    'files',
    'packages/providers/src/s3.ts',
    [suites.files],
    ['Key: key, IfMatch: etag }', 'Key: key }', 'bytes that were exchanged after they were counted are read'],
  ),
]
