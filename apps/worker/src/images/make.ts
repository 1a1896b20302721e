import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { imageBounds, imageTypes, variantNames, variantWidths } from '@insula/contracts'
import type { ImageOutcome } from '@insula/core/files'
import { fileTypeFromBuffer } from 'file-type'
import sharp, { type Metadata } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { decoding, input, pixels, type Raw, raw, type Type } from './decode.ts'
import { writeOriginal } from './original.ts'

// Nothing may open bytes but the five decoders named here; SVG, PDF, TIFF and the rest of libvips' are shut out. They read
// from memory alone, so that what libvips complains of is the image and never the disk.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
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

/**
 * Looks at the bytes, decodes them once and writes the full image and its variants into `folder`, without any metadata.
 * What is wrong with the image is its result; only what is wrong with us is thrown.
 */
export async function makeImage(path: string, folder: string): Promise<ImageOutcome> {
  const bytes = await readFile(path)
  const contentType = await typeOf(bytes)
  if (typeof contentType !== 'string') return contentType
  const header = await decoding(() => sharp(bytes, input).metadata())
  if (header === null) return { problem: 'damaged' }
  if (header.format !== formats[contentType]) return { problem: 'not-an-image' }
  const problem = beyondBounds(header)
  if (problem) return { problem }
  const full = await decoding(() => raw(sharp(bytes, input).autoOrient().toColourspace('srgb')))
  if (full === null) return { problem: 'damaged' }
  const original = await writeOriginal(bytes, full, contentType, header)
  if (original === null) return { problem: 'damaged' }
  await writeFile(join(folder, 'original'), original)
  return {
    made: { contentType, originalBytes: original.length, ...(await writeVariants(full, folder)) },
  }
}

/** What the bytes themselves say, whatever name and type they came under. An animated PNG counts as its first frame. */
async function typeOf(bytes: Uint8Array): Promise<Type | Extract<ImageOutcome, { problem: unknown }>> {
  const found = await fileTypeFromBuffer(bytes)
  const mime = found?.mime === 'image/apng' ? 'image/png' : found?.mime
  const type = imageTypes.find((known) => known === mime)
  if (type) return type
  if (mime === undefined || /xml|html|text/.test(mime)) {
    const head = new TextDecoder().decode(bytes.subarray(0, 4_096))
    return { problem: 'not-an-image', ...(/<svg[\s>]/i.test(head) && { found: 'image/svg+xml' }) }
  }
  return { problem: 'type-not-allowed', found: mime }
}

function beyondBounds({ width, height, pageHeight, pages = 1 }: Metadata) {
  const frame = width * (pageHeight ?? height)
  if (Math.max(width, pageHeight ?? height) > imageBounds.side) return 'too-long'
  if (frame > imageBounds.pixels) return 'too-many-pixels'
  if (pages > imageBounds.frames || frame * pages > imageBounds.pixelsInAll) return 'too-many-frames'
  return null
}

async function writeVariants(full: Raw, folder: string) {
  // Each size from the next larger one, so that the image is decoded only once.
  const variants = []
  let from = full
  for (const name of variantNames.toSorted((a, b) => variantWidths[b] - variantWidths[a])) {
    from = await raw(shrink(from, variantWidths[name]))
    const webp = await pixels(from).webp({ quality: 80, effort: 2 }).toBuffer()
    await writeFile(join(folder, `${name}.webp`), webp)
    variants.push({ name, width: from.info.width, height: from.info.height, bytes: webp.length })
  }
  const { width, height } = full.info
  return { width, height, thumbhash: await thumbhashOf(from), variants: variants.reverse() }
}

/** WebP ends at 16,383 pixels a side, so a very tall image becomes narrower than its variant's width. */
const tallest = 4
const shrink = (image: Raw, width: number) =>
  pixels(image).resize({ width, height: width * tallest, fit: 'inside', withoutEnlargement: true })

const thumbhashSide = 100

async function thumbhashOf(thumb: Raw): Promise<string> {
  const small = pixels(thumb).resize({ width: thumbhashSide, height: thumbhashSide, fit: 'inside' })
  const { data, info } = await raw(small.toColourspace('srgb').ensureAlpha())
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}
