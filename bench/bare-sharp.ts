import { join } from 'node:path'
import { variantWidths } from '@insula/contracts'
import sharp from 'sharp'
import { rateOf } from './rounds.ts'

// What one writes first with sharp: a pipeline for each size, straight from the file, with sharp's own settings.

interface Round {
  photo: string
  folder: string
  atOnce: number
  durationMs: number
}

let made = 0

process.on('message', async ({ photo, folder, atOnce, durationMs }: Round) => {
  const rate = await rateOf(atOnce, durationMs, async () => {
    made += 1
    const target = (name: string) => join(folder, `bare-${made % 8}-${name}`)
    await Promise.all([
      sharp(photo).autoOrient().jpeg({ quality: 92 }).toFile(target('original')),
      ...Object.entries(variantWidths).map(([name, width]) =>
        sharp(photo).autoOrient().resize({ width }).webp({ quality: 80, effort: 2 }).toFile(target(name)),
      ),
    ])
  })
  process.send?.(rate)
})
