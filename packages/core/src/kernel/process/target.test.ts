import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTarget } from './target.ts'

const refused = (target: string) => 'wrong' in readTarget(target)

describe('a path that somebody could read differently is refused', () => {
  test.each([
    '/./api/v1/files',
    '/../api/v1/files',
    '/x/../api/v1/files',
    '/api/./v1/files',
    '/api/..',
    '/%2e/api/v1/files',
    '/%2E%2e/api/v1/files',
    '/.%2e/api',
    '/%252e/api',
    '//api/v1/files',
    '/api//v1/files',
    '///',
    '/api%2fv1/files',
    '/api%2Fv1/files',
    '/api%252fv1',
    '/api%5cv1',
    '/\\api/v1',
    '/api\\v1',
    '/\\evil.test',
    '/%61pi/v1/files',
    '/ap%69/v1/files',
    '/api/%76%31/files',
    '/api/v1/%66iles',
    '/api/v1/files/fil%5F1',
    '/sign%2Din',
    '/%7Ex',
    '/a/%39',
    '/api;x=1/v1/files',
    '/api%3bx/v1',
    '/;/api',
    '/api./v1',
    '/api.../v1',
    '/.../api',
    '/api%20/v1',
    '/%20api/v1',
    '/api%00/v1',
    '/api%0a',
    '/API/v1/files',
    '/Api',
    '/METRICS',
    '/%EF%BD%81pi/v1',
    '/api/v1/%ff',
    '/api/v1/%c0%af',
    '/api/v1/%',
    '/api/v1/%zz',
    '/api/v1/{id}',
    '/api/"x"',
    '/api/\u00e9',
    '/api#x',
    '/api?x#y',
    'http://x/api/v1/files',
    'https://app.example.com/api',
    'api/v1',
    '*',
    '',
    'x:443',
  ])('%j', (target) => {
    expect(refused(target)).toBe(true)
  })
})

test.each(['http://x/api/v1/files', '*', 'x:443', ''])('%j is told to be no path', (target) => {
  expect(readTarget(target)).toEqual({ wrong: 'Name the path alone, as in GET /api/v1/files.' })
})

describe('a plain path is read as it is', () => {
  test.each([
    '/',
    '/api',
    '/api/',
    '/api/v1/files/fil_01h455vb4pex5vsknk084sn02q',
    '/api/trpc/identity.me,tenants.list?batch=1&input=%7B%7D',
    '/api/trpc/identity.me%2Ctenants.list',
    '/_next/static/chunks/%5Broot-of-the-server%5D__~a.b_c-d.js',
    '/icon.svg',
    '/apis',
    '/sign-in?next=%2F..%2F%2Fevil.test&x=//',
    '/f%C3%BC%c3%bc',
    "/a+b@c:d!e$f&g'h(i)j*k=l",
  ])('%s', (target) => {
    expect(readTarget(target)).toEqual({ path: target.split('?')[0] })
  })
})

test('whatever passes is the same path after decoding, resolving and folding as a URL does', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '\\',
    ';',
    'api',
    'API',
    '%61',
    'x',
    '%25',
    '%20',
    '%zz',
    '?',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const target = `/${pieces.join('')}`
      const reading = readTarget(target)
      if ('wrong' in reading) return
      const url = new URL(target, 'http://path.invalid')
      expect(url.origin).toBe('http://path.invalid')
      expect(url.pathname).toBe(reading.path)
      expect(decodeURIComponent(url.pathname).split('/')).toEqual(
        reading.path.split('/').map((segment) => decodeURIComponent(segment)),
      )
      expect(
        new URL(decodeURIComponent(reading.path), 'http://path.invalid').pathname.split('/'),
      ).toHaveLength(reading.path.split('/').length)
    }),
    { numRuns: 5_000 },
  )
})
