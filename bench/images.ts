import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { imageLimits, imageProcesses } from '../apps/worker/src/images/processes.ts'
import { demoPictures } from '../apps/worker/src/seed/files/pictures.ts'
import { compare, rateOf } from './rounds.ts'

// Images a second: the worker's processes apart, with their checks and limits, against plain sharp that makes the same files from
// the same 12-megapixel photo (three WebP sizes and the whole image again without metadata).

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'insula-bench-'))
const photo = join(folder, 'photo.jpg')
await writeFile(photo, await aPhoto())

const atOnce = availableParallelism()
const images = imageProcesses(imageLimits, here('../apps/worker/src/images/child.js'))
const bare = fork(here('./bare-sharp.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
const never = new AbortController().signal
let folders = 0

await compare({
  what: 'images made (12 MP, 4 files each)',
  unit: 'images',
  ours: {
    name: 'worker',
    round: (durationMs) =>
      rateOf(atOnce, durationMs, async () => {
        folders += 1
        const target = await mkdtemp(join(folder, `${folders}-`))
        const outcome = await images.makeImage(photo, target, never)
        if (!('made' in outcome)) throw new Error(outcome.problem)
        await rm(target, { recursive: true })
      }),
  },
  bare: {
    name: 'bare sharp',
    async round(durationMs) {
      bare.send({ photo, folder, atOnce, durationMs })
      const [rate] = await once(bare, 'message')
      return rate as number
    },
  },
  hold: 0.9,
  aim: 1.1,
})

images.close()
bare.kill()
await rm(folder, { recursive: true })

async function aPhoto(): Promise<Buffer> {
  for await (const { name, bytes } of demoPictures()) {
    if (!name.startsWith('Mosaic')) continue
    return sharp(bytes).resize(4_000, 3_000).jpeg({ quality: 88 }).toBuffer()
  }
  throw new Error('The demo has no mosaic.')
}
