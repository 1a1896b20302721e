import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { afterAll } from 'vitest'

/** Words that are nowhere but in a photo's metadata. */
export const hidden = ['CanaryCamera', 'CanaryOwner']

/** A photo as cameras make them: noisy, lying on its side, with a position and an owner in its EXIF data. */
export function aPhoto({ width = 800, height = 600 } = {}): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf(
    noise(width, height)
      .withMetadata({
        orientation: 6,
        exif: {
          IFD0: { Make: 'CanaryCamera', Copyright: 'CanaryOwner' },
          IFD3: {
            GPSLatitudeRef: 'N',
            GPSLatitude: '41/1 53/1 24/1',
            GPSLongitudeRef: 'E',
            GPSLongitude: '12/1 29/1 32/1',
          },
        },
      })
      .jpeg({ quality: 85 }),
  )
}

/** A PNG of 25 kB that decodes to 196 megapixels: 14,000 rows of one bit a pixel, all alike. */
export function aBomb(): Uint8Array<ArrayBuffer> {
  const side = 14_000
  return aPngOf(side, side, Buffer.alloc(side * (side / 8 + 1)))
}

/** A PNG of one bit a pixel that says it is so large, with these rows. */
export function aPngOf(width: number, height: number, rows: Buffer): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  return new Uint8Array(
    Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      pngChunk('IHDR', header),
      pngChunk('IDAT', deflateSync(rows)),
      pngChunk('IEND', Buffer.alloc(0)),
    ]),
  )
}

/** A PNG that also holds two frames of an animation (APNG): its picture, with the chunks that older readers pass over. */
export async function anAnimatedPng(): Promise<Uint8Array<ArrayBuffer>> {
  const still = Buffer.from(await bytesOf(flat(40, 30).png()))
  const control = Buffer.alloc(8)
  control.writeUInt32BE(2, 0)
  const frame = (sequence: number) => {
    const data = Buffer.alloc(26)
    data.writeUInt32BE(sequence, 0)
    data.writeUInt32BE(40, 4)
    data.writeUInt32BE(30, 8)
    data.writeUInt16BE(1, 20)
    data.writeUInt16BE(10, 22)
    return pngChunk('fcTL', data)
  }
  const picture = still.indexOf('IDAT') - 4
  const ends = still.indexOf('IEND') - 4
  const idat = still.subarray(picture + 8, picture + 8 + still.readUInt32BE(picture))
  const second = pngChunk('fdAT', Buffer.concat([Buffer.from([0, 0, 0, 2]), idat]))
  return new Uint8Array(
    Buffer.concat([
      still.subarray(0, picture),
      pngChunk('acTL', control),
      frame(0),
      still.subarray(picture, ends),
      frame(1),
      second,
      still.subarray(ends),
    ]),
  )
}

/** A picture of soft shapes, saved as small as its format goes while it can still be looked at. */
export async function aSmoothPicture(format: 'jpeg' | 'webp' | 'avif' | 'png') {
  const grain = await noise(60, 45).png().toBuffer()
  const soft = sharp(grain).resize(2_000, 1_500, { fit: 'fill', kernel: 'cubic' })
  const saved = {
    jpeg: () => soft.jpeg({ quality: 20 }),
    webp: () => soft.webp({ quality: 5, effort: 0 }),
    avif: () => soft.avif({ quality: 10, effort: 0 }),
    png: () => soft.png({ palette: true, colours: 8 }),
  }
  return bytesOf(saved[format]())
}

/** The head of a GIF that says it is so large. */
export const aGifOf = (width: number, height: number): Uint8Array<ArrayBuffer> => {
  const head = Buffer.from(
    'GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\0\0\0\0\0\x02\x02\x44\x01\0;',
    'latin1',
  )
  for (const at of [6, 24]) {
    head.writeUInt16LE(width, at)
    head.writeUInt16LE(height, at + 2)
  }
  return new Uint8Array(head)
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

export async function aGif(frames: number, width = 60, height = 60): Promise<Uint8Array<ArrayBuffer>> {
  const stills = Array.from({ length: frames }, (_, frame) =>
    sharp({
      create: {
        width,
        height,
        channels: 3,
        background: { r: (frame * 97) % 256, g: (frame * 53) % 256, b: 60 },
      },
    })
      .png({ compressionLevel: 1 })
      .toBuffer(),
  )
  return bytesOf(sharp(await Promise.all(stills), { join: { animated: true } }).gif({ effort: 1 }))
}

/** One frame, shown so many times: what GIF89a puts between its head and its end, repeated. */
export async function aLongFilm(
  frames: number,
  width = 1_000,
  height = width,
): Promise<Uint8Array<ArrayBuffer>> {
  const still = await bytesOf(flat(width, height).gif({ effort: 1 }))
  const packed = still[10] ?? 0
  const head = 13 + (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0)
  const frame = still.subarray(head, -1)
  return new Uint8Array(
    Buffer.concat([
      still.subarray(0, head),
      ...Array.from({ length: frames }, () => frame),
      still.subarray(-1),
    ]),
  )
}

/** Large and quick to make. */
export const aLargePhoto = (): Promise<Uint8Array<ArrayBuffer>> => bytesOf(flat(6_000, 5_000).jpeg())

export const aTallImage = (): Promise<Uint8Array<ArrayBuffer>> => bytesOf(flat(40, 30_000).png())

export const anSvg = (): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
  )

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#b4472e' }, limitInputPixels: false })

const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })

async function bytesOf(image: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await image.toBuffer())
}

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** A new folder, removed after the tests of this file. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'insula-test-'))
  folders.push(folder)
  return folder
}

export async function saved(bytes: Uint8Array): Promise<string> {
  const path = join(await aFolder(), randomBytes(4).toString('hex'))
  await writeFile(path, bytes)
  return path
}

/** Every file of a folder, by name. */
export async function contents(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder)
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  )
}
