import { expect, test } from 'vitest'
import type { Authorization } from './authorization.ts'
import { decodeChunks } from './aws-chunked.ts'
import { Query, RequestHeaders, type S3Request } from './request.ts'
import { verifySignature } from './signature.ts'

// The worked examples of "Authenticating Requests (AWS Signature Version 4)" in the S3 API reference.
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const now = Date.parse('2013-05-24T00:00:00Z')
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'

function aRequest(method: string, url: string, headers: Record<string, string>): S3Request {
  const [path, query = ''] = url.split('?')
  const fields = { host: 'examplebucket.s3.amazonaws.com', ...headers }
  return {
    method,
    path: path!,
    query: new Query(query),
    headers: new RequestHeaders(Object.entries(fields).flat()),
    hoisted: new Set(),
    hosted: false,
    body: { async *[Symbol.asyncIterator]() {} },
  }
}

function signed(headers: Record<string, string>, names: string, signature: string): Record<string, string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names},Signature=${signature}`
  return { ...headers, 'x-amz-date': '20130524T000000Z', authorization }
}

const getPart = (signature: string, range = 'bytes=0-9') =>
  aRequest(
    'GET',
    '/test.txt',
    signed(
      { range, 'x-amz-content-sha256': emptyHash },
      'host;range;x-amz-content-sha256;x-amz-date',
      signature,
    ),
  )

test('a changed header, path, method, key or signature is refused', () => {
  const right = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'
  const changed = [
    getPart(right, 'bytes=0-10'),
    getPart(right.replace('f', 'e')),
    { ...getPart(right), path: '/test.tx' },
    { ...getPart(right), method: 'PUT' },
  ]
  for (const request of changed) {
    expect(() => verifySignature(request, credentials, now)).toThrow(/does not match/)
  }
  expect(() => verifySignature(getPart(right), { ...credentials, secretAccessKey: 'x' }, now)).toThrow(
    /does not match/,
  )
  expect(() => verifySignature(getPart(right), credentials, now + 16 * 60_000)).toThrow(/too large/)
})

test.each([
  ['GET with a range', getPart('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')],
  [
    'PUT of an object',
    aRequest(
      'PUT',
      '/test%24file.text',
      signed(
        {
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
          'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        },
        'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
    ),
  ],
  [
    'GET of a sub-resource',
    aRequest(
      'GET',
      '/?lifecycle',
      signed(
        { 'x-amz-content-sha256': emptyHash },
        'host;x-amz-content-sha256;x-amz-date',
        'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
      ),
    ),
  ],
  [
    'GET of a listing',
    aRequest(
      'GET',
      '/?max-keys=2&prefix=J',
      signed(
        { 'x-amz-content-sha256': emptyHash },
        'host;x-amz-content-sha256;x-amz-date',
        '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
      ),
    ),
  ],
  [
    'presigned GET',
    aRequest(
      'GET',
      `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(credential)}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
      {},
    ),
  ],
])('the published %s is let through', (_title, request) => {
  expect(verifySignature(request, credentials, now).timestamp).toBe('20130524T000000Z')
})

async function decode(
  authorization: Authorization,
  text: string,
  cut: number,
  trailers = new Map(),
): Promise<string> {
  async function* source(): AsyncGenerator<Buffer> {
    for (let start = 0; start < text.length; start += cut) yield Buffer.from(text.slice(start, start + cut))
  }
  const chunks: Buffer[] = []
  for await (const chunk of decodeChunks(source(), authorization, trailers)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** 65 KiB of the letter a, in the two chunks of the published examples and the empty last one. */
function framed([first, second, last]: [string, string, string], end: string): string {
  return [
    `10000;chunk-signature=${first}\r\n${'a'.repeat(65_536)}\r\n`,
    `400;chunk-signature=${second}\r\n${'a'.repeat(1024)}\r\n`,
    `0;chunk-signature=${last}\r\n${end}`,
  ].join('')
}

const chunkedHeaders = {
  'content-encoding': 'aws-chunked',
  'x-amz-decoded-content-length': '66560',
  'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  host: 's3.amazonaws.com',
}
const chunkedPath = '/examplebucket/chunkObject.txt'

test('the published upload in signed chunks is decoded, and no other', async () => {
  const headers = {
    ...chunkedHeaders,
    'content-length': '66824',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  }
  const names =
    'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class'
  const seed = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9'
  const authorization = verifySignature(
    aRequest('PUT', chunkedPath, signed(headers, names, seed)),
    credentials,
    now,
  )
  const body = framed(
    [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ],
    '\r\n',
  )
  expect(body.length).toBe(66_824)
  await expect(decode(authorization, body.replace('aaa', 'aba'), 1000)).rejects.toThrow(/does not match/)
  await expect(decode(authorization, body.slice(0, -90), 1000)).rejects.toThrow(/number of bytes/)
  await expect(decode(authorization, body.replace('10000;', 'zzzzz;'), 1000)).rejects.toThrow(
    /not well-formed/,
  )
  for (const cut of [1, 7, 1000, 70_000])
    expect(await decode(authorization, body, cut)).toBe('a'.repeat(66_560))
})

test('the published upload with a signed trailer is decoded, and no other', async () => {
  const headers = {
    ...chunkedHeaders,
    'x-amz-trailer': 'x-amz-checksum-crc32c',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  }
  const names =
    'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer'
  const seed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e'
  const authorization = verifySignature(
    aRequest('PUT', chunkedPath, signed(headers, names, seed)),
    credentials,
    now,
  )
  const trailerSignature = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435'
  const body = framed(
    [
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ],
    `x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${trailerSignature}\r\n\r\n`,
  )
  await expect(decode(authorization, body.replace('sOO8', 'sOO9'), 1000)).rejects.toThrow(/does not match/)
  await expect(decode(authorization, body.slice(0, -90), 1000)).rejects.toThrow()
  const trailers = new Map()
  expect(await decode(authorization, body, 1000, trailers)).toBe('a'.repeat(66_560))
  expect(trailers.get('x-amz-checksum-crc32c')).toBe('sOO8/Q==')
})

// The worked examples of "Signing and authenticating REST requests", for version 2.
test.each([
  ['GET', {}, 'qgk2+6Sv9/oM7G3qLEjTH1a1l1g=', 'Tue, 27 Mar 2007 19:36:42 +0000'],
  [
    'PUT',
    { 'content-type': 'image/jpeg', 'content-length': '94328' },
    'iqRzw+ileNPu1fhspnRs8nOjjIA=',
    'Tue, 27 Mar 2007 21:15:45 +0000',
  ],
])(
  'a %s signed with version 2 is admitted, and one changed on its way is not',
  (method, headers, signature, date) => {
    const authorization = `AWS AKIAIOSFODNN7EXAMPLE:${signature}`
    const request: S3Request = {
      ...aRequest(method, '/photos/puppy.jpg', { ...headers, date, authorization }),
      bucket: 'awsexamplebucket1',
      hosted: true,
    }
    const at = Date.parse(date)
    expect(() => verifySignature({ ...request, path: '/photos/kitten.jpg' }, credentials, at)).toThrow(
      /does not match/,
    )
    expect(() => verifySignature(request, credentials, at + 1_000_000)).toThrow(/too large/)
    expect(verifySignature(request, credentials, at).payloadHash).toBe('UNSIGNED-PAYLOAD')
  },
)
