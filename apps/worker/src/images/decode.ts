import type { imageTypes } from '@insula/contracts'
import sharp, { type OutputInfo, type Sharp } from 'sharp'

export type Type = (typeof imageTypes)[number]

// The pixels were counted before, frame by frame.
export const input = { limitInputPixels: false, failOn: 'error', sequentialRead: true } as const

export interface Raw {
  data: Buffer
  info: OutputInfo
}

export const raw = (image: Sharp): Promise<Raw> =>
  image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
export const pixels = ({ data, info }: Raw) =>
  sharp(data, {
    raw: { width: info.width, height: info.height, channels: info.channels },
    limitInputPixels: false,
  })

const ours = /out of memory|unable to (?:allocate|write)|ENOMEM|ENOSPC|EMFILE|EIO|no space left/i

/**
 * The result of decoding bytes that lie in memory, or null when the decoder says that they are damaged. Nothing else can be
 * wrong there but memory, which is told apart; disks and descriptors are never asked.
 */
export async function decoding<T>(decode: () => Promise<T>): Promise<T | null> {
  try {
    return await decode()
  } catch (error) {
    const told = error instanceof Error && !('code' in error) && !ours.test(error.message)
    if (told) return null
    throw error
  }
}
