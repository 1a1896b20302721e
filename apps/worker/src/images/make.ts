import { join } from 'node:path'
import { imageTypes, maxPixels, variantNames, variantWidths } from '@insula/contracts'
import type { ImageOutcome } from '@insula/core/files/service'
import { fileTypeFromFile } from 'file-type'
import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'

type Type = (typeof imageTypes)[number]

// Nothing may open bytes but the five decoders named here; SVG, PDF, TIFF and the rest of libvips' are shut out.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngFile',
    'VipsForeignLoadWebpFile',
    'VipsForeignLoadNsgifFile',
    'VipsForeignLoadHeifFile',
  ],
})
sharp.cache(false)
// One thread to a process: images go side by side in several processes, and MALLOC_ARENA_MAX turns sharp's own
// restraint off.
sharp.concurrency(1)

/** How sharp calls the format of each type that we take. */
const formats: Record<Type, Metadata['format']> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'heif',
}

const input = { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true } as const

/**
 * Looks at the bytes, decodes them once and writes the full image and its variants into `folder`, without any metadata.
 * What is wrong with the image is its result; only what is wrong with us is thrown.
 */
export async function makeImage(path: string, folder: string): Promise<ImageOutcome> {
  const contentType = await typeOf(path)
  if (typeof contentType !== 'string') return contentType
  try {
    const header = await sharp(path, { ...input, limitInputPixels: false }).metadata()
    if (header.format !== formats[contentType]) return { problem: 'not-an-image' }
    if (pixelsOf(header) > maxPixels) return { problem: 'too-many-pixels' }
    return { made: { contentType, ...(await writeAll(path, folder, contentType, header)) } }
  } catch (error) {
    if (isDamage(error)) return { problem: 'damaged' }
    throw error
  }
}

/** The type that the bytes themselves say, whatever name and type they came under. */
async function typeOf(path: string): Promise<Type | { problem: 'not-an-image' | 'type-not-allowed' }> {
  const found = await fileTypeFromFile(path)
  const type = imageTypes.find((known) => known === found?.mime)
  if (type) return type
  const text = found === undefined || /xml|html|text/.test(found.mime)
  return { problem: text ? 'not-an-image' : 'type-not-allowed' }
}

/** Of all frames together, since all are decoded. */
const pixelsOf = ({ width, height, pages, pageHeight }: Metadata) =>
  width * (pageHeight ? pageHeight * (pages ?? 1) : height * (pages ?? 1))

/** libvips and its decoders complain in their own words; a missing file or a full disk speaks Node's. */
const isDamage = (error: unknown) => error instanceof Error && !('code' in error)

async function writeAll(path: string, folder: string, type: Type, header: Metadata) {
  const full = await raw(sharp(path, input).autoOrient().toColourspace('srgb'))
  const { width, height } = full.info
  await writeOriginal(path, join(folder, 'original'), full, type, header)

  // Each size from the next larger one, so that the image is decoded only once.
  const variants = []
  let from = full
  for (const name of variantNames.toSorted((a, b) => variantWidths[b] - variantWidths[a])) {
    from = await raw(shrink(from, variantWidths[name]))
    const target = join(folder, `${name}.webp`)
    const { size } = await pixels(from).webp({ quality: 80, effort: 2 }).toFile(target)
    variants.push({ name, width: from.info.width, height: from.info.height, bytes: size })
  }
  return { width, height, thumbhash: await thumbhashOf(from), variants: variants.reverse() }
}

interface Raw {
  data: Buffer
  info: OutputInfo
}

const raw = (image: Sharp): Promise<Raw> =>
  image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
const pixels = ({ data, info }: Raw) =>
  sharp(data, {
    raw: { width: info.width, height: info.height, channels: info.channels },
    limitInputPixels: false,
  })

/** WebP ends at 16,383 pixels a side, so a very tall image becomes narrower than its variant's width. */
const tallest = 4
const shrink = (image: Raw, width: number) =>
  pixels(image).resize({ width, height: width * tallest, fit: 'inside', withoutEnlargement: true })

/** The image in its own format, written from pixels alone: nothing that was hidden in the upload comes along. */
async function writeOriginal(
  path: string,
  target: string,
  full: Raw,
  type: Type,
  header: Metadata,
): Promise<void> {
  const animated = (header.pages ?? 1) > 1
  const image = animated ? sharp(path, { ...input, animated: true }) : pixels(full)
  const write = {
    'image/jpeg': () => image.jpeg({ quality: 92 }),
    'image/png': () => image.png({ compressionLevel: 6 }),
    'image/webp': () => image.webp({ quality: 92, effort: 2 }),
    'image/gif': () => image.gif({ effort: 3 }),
    'image/avif': () => image.avif({ quality: 70, effort: 2 }),
  }
  await write[type]().toFile(target)
}

const thumbhashSide = 100

async function thumbhashOf(thumb: Raw): Promise<string> {
  const small = pixels(thumb).resize({ width: thumbhashSide, height: thumbhashSide, fit: 'inside' })
  const { data, info } = await raw(small.toColourspace('srgb').ensureAlpha())
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}
