import sharp, { type Metadata, type Sharp } from 'sharp'
import { decoding, input, pixels, type Raw, type Type } from './decode.ts'

/** How an original is written: well first, then tighter, where the first way makes it grow. */
const ways: Record<Type, ((image: Sharp, header: Metadata) => Sharp)[]> = {
  'image/jpeg': [
    (image) => image.jpeg({ quality: 92 }),
    (image) => image.jpeg({ quality: 80 }),
    (image) => image.jpeg({ quality: 60 }),
    (image) => image.jpeg({ quality: 40 }),
  ],
  'image/png': [
    (image) => image.png({ compressionLevel: 6 }),
    // Few colours come as a palette, and leave as one of the same size.
    (image, header) =>
      image.png({
        compressionLevel: 9,
        ...(coloursOf(header) && { palette: true, dither: 0, effort: 3, colours: coloursOf(header) }),
      }),
  ],
  'image/webp': [
    (image) => image.webp({ quality: 92, effort: 2 }),
    (image) => image.webp({ quality: 75, effort: 2 }),
    (image) => image.webp({ quality: 45, effort: 2 }),
  ],
  'image/gif': [(image) => image.gif({ effort: 1, dither: 0 })],
  // Effort 2 takes seven times as long for the same size.
  'image/avif': [
    (image) => image.avif({ quality: 70, effort: 0 }),
    (image) => image.avif({ quality: 50, effort: 0 }),
    (image) => image.avif({ quality: 30, effort: 0 }),
  ],
}

/** How many colours an image can have that keeps them in a palette, or has fewer than eight bits a pixel. */
const coloursOf = ({ isPalette, bitsPerSample = 8 }: Metadata) =>
  isPalette || bitsPerSample < 8 ? 2 ** bitsPerSample : undefined

/** Grown by a quarter is as good as not grown; so is whatever is this small. */
const mayGrowTo = (bytes: number) => Math.max(bytes * 1.25, 64 * 1024)

/**
 * The image in its own format, written from pixels alone: nothing that was hidden in the upload comes along. A photo saved at
 * low quality would come out many times as large when written well, so that the way is chosen by what was sent; the
 * smallest is kept. Null when frames after the first are damaged.
 */
export async function writeOriginal(
  bytes: Buffer,
  full: Raw,
  type: Type,
  header: Metadata,
): Promise<Buffer | null> {
  const animated = (header.pages ?? 1) > 1
  let smallest: Buffer | undefined
  for (const way of ways[type]) {
    const written = animated
      ? await decoding(() => way(sharp(bytes, { ...input, animated: true }), header).toBuffer())
      : await way(pixels(full), header).toBuffer()
    if (written === null) return null
    if (!smallest || written.length < smallest.length) smallest = written
    if (smallest.length <= mayGrowTo(bytes.length)) break
  }
  return smallest ?? null
}
