import { expect, test } from 'vitest'
import { downloadName } from './download.ts'

test.each([
  ['photo.jpg', 'image/jpeg', undefined, 'photo.jpg'],
  ['photo', 'image/jpeg', undefined, 'photo.jpg'],
  ['photo.exe', 'image/png', undefined, 'photo.png'],
  ['photo\u202egpj.exe', 'image/jpeg', undefined, 'photo_gpj.jpg'],
  ['\u2066photo\u2069.jpeg', 'image/jpeg', 'thumb' as const, '_photo_-thumb.webp'],
  ['שלום.gif', 'image/gif', undefined, 'שלום.gif'],
])('%j of %s is saved as what it is (variant %s): %j', (name, contentType, variant, saved) => {
  expect(downloadName({ name, contentType }, variant)).toBe(saved)
})
