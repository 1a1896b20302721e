import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

interface Picture {
  name: string
  mimeType: string
  buffer: Buffer
}

/** Twelve megapixels with a place in their EXIF, as a phone makes them; about nine megabytes. */
export async function phonePhoto(name: string): Promise<Picture> {
  const grain = { type: 'gaussian', mean: 128, sigma: 42 } as const
  const buffer = await sharp({
    create: { width: 4000, height: 3000, channels: 3, background: '#888', noise: grain },
  })
    .composite([{ input: sunset, blend: 'soft-light' }])
    .withExif({
      IFD0: { Make: 'Insula', Model: 'Test camera' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '41/1 53/1 24/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '12/1 29/1 32/1',
      },
    })
    .jpeg({ quality: 92 })
    .toBuffer()
  return { name, mimeType: 'image/jpeg', buffer }
}

const sunset = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="3000"><defs><linearGradient id="g" x2="0" y2="1"><stop offset="0" stop-color="#20304f"/><stop offset=".6" stop-color="#d9734e"/><stop offset="1" stop-color="#f6d08a"/></linearGradient></defs><rect width="4000" height="3000" fill="url(#g)"/><circle cx="2600" cy="1700" r="420" fill="#fff3c9"/><path d="M0 2300 L900 1600 L1700 2250 L2500 1750 L4000 2500 V3000 H0Z" fill="#3a2430"/></svg>`,
)

/** A drawing that says it is a PNG. */
export const disguisedSvg = (name: string): Picture => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
})

/** 196 megapixels in a few kilobytes: black, one bit a pixel. */
export function pixelBomb(name: string): Picture {
  const side = 14_000
  const rows = Buffer.alloc((side / 8 + 1) * side)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return { name, mimeType: 'image/png', buffer: Buffer.concat([signature, ...parts]) }
}

/** A JPEG whose second half was lost on the way. */
export function truncated(name: string, whole: Picture): Picture {
  return {
    name,
    mimeType: 'image/jpeg',
    buffer: whole.buffer.subarray(0, Math.floor(whole.buffer.length / 40)),
  }
}
