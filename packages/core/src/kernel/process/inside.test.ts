import { expect, test } from 'vitest'
import { mayLookInside } from './inside.ts'

const caller = (headers: Record<string, string> = {}, remoteAddress: string | undefined = '127.0.0.1') => ({
  remoteAddress,
  headers: new Headers(headers),
})
const token = 'a token of sixteen characters'

test.each([
  ['x-forwarded-for', '203.0.113.9'],
  ['x-forwarded-for', '127.0.0.1'],
  ['x-forwarded-proto', 'https'],
  ['x-forwarded-host', 'app.example.com'],
  ['x-forwarded', 'for=1.2.3.4'],
  ['forwarded', 'for=127.0.0.1'],
  ['x-real-ip', '127.0.0.1'],
  ['via', '1.1 varnish'],
  ['cf-connecting-ip', '203.0.113.9'],
  ['true-client-ip', '203.0.113.9'],
  ['x-envoy-external-address', '203.0.113.9'],
  ['host', 'app.example.com'],
])('without a token, what a proxy hands on (%s: %s) may not look', (name, value) => {
  expect(mayLookInside(caller({ [name]: value }), undefined)).toBe(false)
})

test('without a token, another machine and a caller whose address is unknown may not look', () => {
  expect(mayLookInside(caller({}, '10.0.0.7'), undefined)).toBe(false)
  expect(mayLookInside({ remoteAddress: undefined, headers: new Headers() }, undefined)).toBe(false)
})

test('without a token, a program on this machine may look', () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    expect(mayLookInside(caller({ host: 'localhost:3000' }, address), undefined)).toBe(true)
  }
})

test('with a token, only its holder may look, wherever they are', () => {
  const wrongs: Record<string, string>[] = [
    {},
    { authorization: 'Bearer wrong' },
    { authorization: token },
    // as long as the right one
    { authorization: `Bearer ${token.replace(/.$/, '!')}` },
  ]
  for (const wrong of wrongs) {
    expect(mayLookInside(caller(wrong), token)).toBe(false)
  }
  const holder = caller({ authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' }, '10.0.0.7')
  expect(mayLookInside(holder, token)).toBe(true)
})
