import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, describe, expect, onTestFailed, test } from 'vitest'
import { ImageProcessDied, imageLimits, imageProcesses } from '../src/images/processes.ts'
import {
  aBomb,
  aFolder,
  aGif,
  aLargePhoto,
  aLongFilm,
  anSvg,
  aPhoto,
  aTallImage,
  contents,
  hidden,
  saved,
} from './photos.ts'

const images = imageProcesses()
afterAll(() => images.close())
const forever = new AbortController().signal

async function outcomeOf(bytes: Uint8Array, by = images) {
  const folder = await aFolder()
  return { outcome: await by.makeImage(await saved(bytes), folder, forever), folder }
}
const problemOf = async (bytes: Uint8Array) => (await outcomeOf(bytes)).outcome

describe('what is refused', () => {
  test('an SVG is no image, whatever it is called', async () => {
    expect(await problemOf(anSvg())).toEqual({ problem: 'not-an-image' })
  })

  test('text, HTML and nothing at all are no images', async () => {
    for (const text of ['hello', '<!doctype html><script>alert(1)</script>', ' ']) {
      expect(await problemOf(new TextEncoder().encode(text))).toEqual({ problem: 'not-an-image' })
    }
  })

  test('a PDF and a TIFF are of types that are not taken', async () => {
    expect(await problemOf(new TextEncoder().encode('%PDF-1.7\n%âãÏÓ\n'))).toEqual({
      problem: 'type-not-allowed',
    })
    const tiff = await sharp(await aPhoto())
      .tiff()
      .toBuffer()
    expect(await problemOf(tiff)).toEqual({ problem: 'type-not-allowed' })
  })

  test('a PNG of 196 megapixels is refused before it is decoded', async () => {
    const bomb = aBomb()
    expect(bomb.length).toBeLessThan(596_000)
    const started = performance.now()
    expect(await problemOf(bomb)).toEqual({ problem: 'too-many-pixels' })
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  test('frames count as pixels', async () => {
    expect(await problemOf(await aLongFilm(51))).toEqual({ problem: 'too-many-pixels' })
  })

  test('a photo that was cut off is damaged', async () => {
    const photo = await aPhoto()
    expect(await problemOf(photo.subarray(0, photo.length / 2))).toEqual({ problem: 'damaged' })
  })

  test('bytes that only begin like an image are damaged or none', async () => {
    const seed = randomInt(2 ** 31)
    onTestFailed(() => console.error(`seed ${seed}`))
    const photos = [await aPhoto({ width: 200, height: 150 }), await aGif(3)]
    let state = seed
    const next = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return state % below
    }
    for (let round = 0; round < 40; round += 1) {
      const mutated = photos[round % 2]!.slice()
      for (let change = 0; change < 20; change += 1) mutated[4 + next(mutated.length - 4)] = next(256)
      const outcome = await problemOf(mutated)
      expect(Object.keys(outcome)).toHaveLength(1)
    }
  })
})

describe('what is made', () => {
  test('a photo stands upright and nothing that is made of it carries its position or any other metadata', async () => {
    const photo = await aPhoto()
    expect(Buffer.from(photo).includes(hidden[0]!)).toBe(true)
    const { outcome, folder } = await outcomeOf(photo)
    expect(outcome).toMatchObject({
      made: {
        contentType: 'image/jpeg',
        width: 600,
        height: 800,
        variants: [
          { name: 'thumb', width: 256, height: 341 },
          { name: 'medium', width: 600, height: 800 },
          { name: 'large', width: 600, height: 800 },
        ],
      },
    })
    const files = await contents(folder)
    expect([...files.keys()].sort()).toEqual(['large.webp', 'medium.webp', 'original', 'thumb.webp'])
    for (const bytes of files.values()) {
      for (const word of [...hidden, 'Exif', 'http://ns.adobe.com']) expect(bytes.includes(word)).toBe(false)
      const { exif, xmp, iptc, icc, orientation } = await sharp(bytes).metadata()
      expect({ exif, xmp, iptc, icc, orientation }).toEqual({})
    }
  })

  test('an animated GIF keeps its frames, and its variants show the first', async () => {
    const { outcome, folder } = await outcomeOf(await aGif(5))
    expect(outcome).toMatchObject({ made: { contentType: 'image/gif', width: 60, height: 60 } })
    const files = await contents(folder)
    expect((await sharp(files.get('original')).metadata()).pages).toBe(5)
    expect((await sharp(files.get('thumb.webp')).metadata()).pages).toBeUndefined()
  })

  test('each type that is taken comes back in its own format', async () => {
    const photo = sharp(await aPhoto({ width: 64, height: 48 }))
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif'] as const) {
      const { outcome } = await outcomeOf(await photo.clone().toFormat(format).toBuffer())
      expect(outcome).toMatchObject({ made: { contentType: `image/${format}` } })
    }
  })

  test('an image taller than WebP goes is made narrower', async () => {
    const { outcome } = await outcomeOf(await aTallImage())
    expect(outcome).toMatchObject({
      made: { height: 30_000, variants: [{ height: 1_024 }, { height: 4_096 }, { height: 8_192 }] },
    })
  })
})

describe('the process apart', () => {
  test('a crash takes only its own image with it, and the next gets a new process', async () => {
    const photo = await saved(await aLargePhoto())
    const folder = await aFolder()
    await outcomeOf(anSvg())
    const [pid] = images.pids()
    // Halted first, so that the image is certainly its own and certainly unfinished when it crashes.
    process.kill(pid!, 'SIGSTOP')
    const crashing = images.makeImage(photo, folder, forever)
    process.kill(pid!, 'SIGSEGV')
    process.kill(pid!, 'SIGCONT')
    await expect(crashing).rejects.toThrow(ImageProcessDied)
    expect((await outcomeOf(anSvg())).outcome).toEqual({ problem: 'not-an-image' })
    expect(images.pids()).not.toContain(pid)
  })

  test('one that hangs is killed when its time is up', async () => {
    const program = fileURLToPath(new URL('./hanging-child.ts', import.meta.url))
    const hanging = imageProcesses({ ...imageLimits, timeoutMs: 300 }, program)
    await expect(outcomeOf(anSvg(), hanging)).rejects.toThrow(/longer than 300 ms/)
    await expect.poll(() => hanging.pids()).toEqual([])
  })

  test('one that takes more memory than it may is ended', async () => {
    const small = imageProcesses({ ...imageLimits, memoryBytes: 160 * 1024 * 1024 })
    const photo = await aLargePhoto()
    await expect(outcomeOf(photo, small)).rejects.toThrow('ended with SIGKILL')
    await expect.poll(() => small.pids()).toEqual([])
  })

  test('it is told no address, no key and no secret', async () => {
    await outcomeOf(anSvg())
    const environment = await readFile(`/proc/${images.pids()[0]}/environ`, 'utf8')
    const names = environment.split('\0').flatMap((entry) => entry.split('=')[0] || [])
    expect(names.filter((name) => !name.startsWith('NODE_')).sort()).toEqual(['MALLOC_ARENA_MAX', 'PATH'])
  })
})
