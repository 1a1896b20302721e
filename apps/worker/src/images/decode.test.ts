import { expect, test } from 'vitest'
import { decoding } from './decode.ts'

const failing = (error: unknown) => decoding(() => Promise.reject(error))

test.each([
  'vips_malloc: out of memory --- size == 49MB',
  'VipsImage: unable to allocate 100000000 bytes',
  'wbuffer_write: write failed\nunix error: No space left on device',
  'spawn EMFILE',
])('%j is our trouble, and never the image’s', async (message) => {
  await expect(failing(new Error(message))).rejects.toThrow(message)
})

test('what the system refuses is our trouble, whatever it says', async () => {
  const error = Object.assign(new Error('read failed'), { code: 'EBADF' })
  await expect(failing(error)).rejects.toBe(error)
  await expect(failing('thrown')).rejects.toBe('thrown')
})

test('what a decoder complains of is the image’s', async () => {
  expect(await failing(new Error('VipsJpeg: premature end of JPEG image'))).toBeNull()
  expect(await decoding(async () => 'pixels')).toBe('pixels')
})
