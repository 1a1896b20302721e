import { execFileSync } from 'node:child_process'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { must } from '@insula/testing/must'
import { seededRandom } from '@insula/testing/random'
import sharp from 'sharp'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { ImageProcessDied, imageLimits, imageProcesses } from '../src/images/processes.ts'
import {
  aBomb,
  aFolder,
  aGif,
  aGifOf,
  aLargePhoto,
  aLongFilm,
  anAnimatedPng,
  anSvg,
  aPhoto,
  aPngOf,
  aSmoothPicture,
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
    expect(await problemOf(anSvg())).toEqual({ problem: 'not-an-image', found: 'image/svg+xml' })
  })

  test('text, HTML and nothing at all are no images', async () => {
    for (const text of ['hello', '<!doctype html><script>alert(1)</script>', ' ']) {
      expect(await problemOf(new TextEncoder().encode(text))).toEqual({ problem: 'not-an-image' })
    }
  })

  test('a PDF and a TIFF are of types that are not taken', async () => {
    expect(await problemOf(new TextEncoder().encode('%PDF-1.7\n%âãÏÓ\n'))).toEqual({
      problem: 'type-not-allowed',
      found: 'application/pdf',
    })
    const tiff = await sharp(await aPhoto())
      .tiff()
      .toBuffer()
    expect(await problemOf(tiff)).toEqual({ problem: 'type-not-allowed', found: 'image/tiff' })
  })

  test('a PNG of 196 megapixels is refused before it is decoded', async () => {
    expect(await problemOf(aBomb())).toEqual({ problem: 'too-many-pixels' })
  })

  test.each([
    [1, 16_000_000],
    [16_000_000, 1],
    [1, 30_001],
    [30_001, 1],
  ])('a PNG of %d by %d is too long on one side, and is not decoded', async (width, height) => {
    // Without any rows: what decodes them would find it damaged.
    expect(await problemOf(aPngOf(width, height, Buffer.alloc(0)))).toEqual({ problem: 'too-long' })
  })

  test('an animation is held to its frames and to all their pixels together, and each frame to one image’s', async () => {
    expect(await problemOf(await aLongFilm(101))).toEqual({ problem: 'too-many-frames' })
    expect(await problemOf(await aLongFilm(1_001, 10))).toEqual({ problem: 'too-many-frames' })
    expect(await problemOf(aGifOf(9_000, 9_000))).toEqual({ problem: 'too-many-pixels' })
    expect(await problemOf(aGifOf(40_000, 1))).toEqual({ problem: 'too-long' })
  })

  test('a HEIC photo is told from others that are not taken', async () => {
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')
    expect(await problemOf(heic)).toEqual({ problem: 'type-not-allowed', found: 'image/heic' })
  })

  test('an image that wants more of the processor than one may have is refused for it', async () => {
    const hasty = imageProcesses({ ...imageLimits, cpuMs: 1 })
    expect((await outcomeOf(await aLargePhoto(), hasty)).outcome).toEqual({ problem: 'too-much-work' })
    await expect.poll(() => hasty.pids()).toEqual([])
  })

  test('a photo that was cut off is damaged', async () => {
    const photo = await aPhoto()
    expect(await problemOf(photo.subarray(0, photo.length / 2))).toEqual({ problem: 'damaged' })
  })

  test('bytes that only begin like an image are damaged or none', async () => {
    const random = seededRandom('bytes changed')
    const photos = [await aPhoto({ width: 200, height: 150 }), await aGif(3)]
    const next = (below: number) => Math.floor(random() * below)
    for (let round = 0; round < 40; round += 1) {
      const mutated = must(photos[round % 2]).slice()
      for (let change = 0; change < 20; change += 1) mutated[4 + next(mutated.length - 4)] = next(256)
      const outcome = await problemOf(mutated)
      expect(Object.keys(outcome)).toHaveLength(1)
    }
  })
})

describe('what is wrong with us is thrown, and never told of the image', () => {
  test.each(['original', 'thumb.webp', 'medium.webp', 'large.webp'])(
    'a disk that is full when %s is written',
    async (name) => {
      const folder = await aFolder()
      await symlink('/dev/full', join(folder, name))
      const made = images.makeImage(await saved(await aPhoto()), folder, forever)
      await expect(made).rejects.toThrow(/ENOSPC/)
    },
  )

  test('a file that may not grow further', async () => {
    const { child, made } = await halted()
    execFileSync('prlimit', [`--pid=${child}`, '--fsize=4096'])
    process.kill(child, 'SIGCONT')
    await expect(made).rejects.toThrow(/EFBIG|SIGXFSZ/)
  })

  test('no descriptor that is left', async () => {
    const { child, made } = await halted()
    execFileSync('prlimit', [`--pid=${child}`, '--nofile=3'])
    process.kill(child, 'SIGCONT')
    await expect(made).rejects.toThrow(/EMFILE|ended with/)
  })

  test('a folder that is gone, and an upload that cannot be read', async () => {
    const photo = await saved(await aPhoto())
    await expect(images.makeImage(photo, '/nowhere', forever)).rejects.toThrow(/ENOENT/)
    await expect(images.makeImage(await aFolder(), await aFolder(), forever)).rejects.toThrow(/EISDIR/)
  })

  /** A process that was given a photo and has not begun. */
  async function halted() {
    const own = imageProcesses()
    await outcomeOf(anSvg(), own)
    const [child] = own.pids()
    process.kill(must(child), 'SIGSTOP')
    onTestFinished(() => own.close())
    return { child: must(child), made: own.makeImage(await saved(await aPhoto()), await aFolder(), forever) }
  }
})

describe('what is made', () => {
  test('a photo stands upright and nothing that is made of it carries its position or any other metadata', async () => {
    const photo = await aPhoto()
    expect(Buffer.from(photo).includes(must(hidden[0]))).toBe(true)
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

  test('an animation of 400 frames of 480 by 270 is taken, with all of them', async () => {
    const { outcome, folder } = await outcomeOf(await aGif(400, 480, 270))
    expect(outcome).toMatchObject({ made: { width: 480, height: 270 } })
    expect((await sharp(join(folder, 'original')).metadata()).pages).toBe(400)
  })

  test('an animated PNG becomes a PNG of its first frame', async () => {
    const { outcome, folder } = await outcomeOf(await anAnimatedPng())
    expect(outcome).toMatchObject({ made: { contentType: 'image/png', width: 40, height: 30 } })
    expect(await sharp(join(folder, 'original')).metadata()).toMatchObject({ format: 'png', width: 40 })
  })

  test.each(['jpeg', 'webp', 'avif', 'png'] as const)(
    'a %s that was saved small does not come out much larger, pixels and all',
    async (format) => {
      const small = await aSmoothPicture(format)
      const { outcome, folder } = await outcomeOf(small)
      const { length } = await readFile(join(folder, 'original'))
      expect(outcome).toMatchObject({ made: { originalBytes: length, width: 2_000, height: 1_500 } })
      expect(length).toBeLessThanOrEqual(small.length * 2)
    },
  )

  test('a picture of few colours keeps each of them', async () => {
    const few = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456' } })
      .composite([
        {
          input: await sharp({ create: { width: 32, height: 32, channels: 3, background: '#fedcba' } })
            .png()
            .toBuffer(),
          left: 0,
          top: 0,
        },
      ])
      .png({ palette: true, colours: 2 })
      .toBuffer()
    const { folder } = await outcomeOf(few)
    const pixelsOf = (image: Buffer) => sharp(image).toColourspace('srgb').removeAlpha().raw().toBuffer()
    expect((await pixelsOf(await readFile(join(folder, 'original')))).equals(await pixelsOf(few))).toBe(true)
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
    process.kill(must(pid), 'SIGSTOP')
    const crashing = images.makeImage(photo, folder, forever)
    process.kill(must(pid), 'SIGSEGV')
    process.kill(must(pid), 'SIGCONT')
    await expect(crashing).rejects.toThrow(ImageProcessDied)
    expect((await outcomeOf(anSvg())).outcome).toMatchObject({ problem: 'not-an-image' })
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
