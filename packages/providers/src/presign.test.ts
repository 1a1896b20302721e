import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { getSigner } from './presign.ts'
import { attachment } from './s3.ts'

const signedBySdk = async (endpoint: string, key: string, at: Date, disposition?: string) => {
  const client = new S3Client({
    endpoint,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a/secret+key' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const command = new GetObjectCommand({
    Bucket: 'files',
    Key: key,
    ...(disposition && { ResponseContentDisposition: disposition }),
  })
  return getSignedUrl(client, command, { signingDate: at, expiresIn: 900 })
}
const signedByUs = (endpoint: string, key: string, at: Date, disposition?: string) =>
  getSigner({
    endpoint,
    region: 'eu-central-1',
    bucket: 'files',
    accessKeyId: 'AKIAEXAMPLE',
    secretAccessKey: 'a/secret+key',
  })(key, { at, seconds: 900, ...(disposition && { disposition }) })

const endpoints = [
  'http://127.0.0.1:9000',
  'https://s3.eu-central-1.amazonaws.com',
  'https://cdn.example.com/s3',
]
const segment = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((text) => !/[/\ud800-\udfff]/.test(text) && text !== '.' && text !== '..')

test('an address is signed letter for letter as the SDK signs it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...endpoints),
      fc.array(segment, { minLength: 1, maxLength: 3 }),
      fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
      fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: undefined }),
      async (endpoint, segments, at, fileName) => {
        const key = segments.join('/')
        const disposition = fileName && attachment(fileName)
        expect(signedByUs(endpoint, key, at, disposition)).toBe(
          await signedBySdk(endpoint, key, at, disposition),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('a file is always saved, under its own name and never as a path or a second header', () => {
  expect(attachment('Ostia – “am Meer”.jpg')).toBe(
    `attachment; filename="Ostia _ _am Meer_.jpg"; filename*=UTF-8''Ostia%20%E2%80%93%20%E2%80%9Cam%20Meer%E2%80%9D.jpg`,
  )
  expect(attachment('a"; evil="b\\c%0d')).toBe(
    `attachment; filename="a_; evil=_b_c_0d"; filename*=UTF-8''a%22%3B%20evil%3D%22b%5Cc%250d`,
  )
})
