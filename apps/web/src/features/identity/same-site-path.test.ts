import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameSitePath } from './same-site-path.ts'

const origin = 'https://console.example.com'

describe('going on after signing in', () => {
  it.each([
    '//evil.example',
    '//evil.example/files?search=a',
    '/\\evil.example/files',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    'files',
    '',
  ])('never leaves the site for %j', (next) => {
    expect(new URL(sameSitePath(next), origin).origin).toBe(origin)
    expect(sameSitePath(next)).toBe('/')
  })

  it('never leaves the site for anything at all', () => {
    const pieces = fc.array(
      fc.constantFrom('/', '\\', '\t', '\r', '.', '@', ':', '?', '#', '%2f', '%5c', 'evil.example', 'https:'),
    )
    fc.assert(fc.property(pieces, (parts) => new URL(sameSitePath(parts.join('')), origin).origin === origin))
  })

  it('keeps a path of ours with its query', () => {
    expect(sameSitePath('/invitation?token=abc#x')).toBe('/invitation?token=abc#x')
  })
})
