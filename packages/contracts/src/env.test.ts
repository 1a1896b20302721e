import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { appUrl, readEnv } from './env.ts'

afterEach(() => vi.unstubAllEnvs())
const read = (APP_URL: string) => readEnv(z.object({ APP_URL: appUrl() }), { APP_URL }).APP_URL

describe('the address of the console', () => {
  test.each([
    'http://app.example.com',
    'http://10.0.0.7:3000',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://[::2]',
  ])('%s is refused in production, with an example', (address) => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => read(address)).toThrow(
      /APP_URL must begin with https:\/\/ .*APP_URL=https:\/\/app\.example\.com/,
    )
    vi.stubEnv('NODE_ENV', 'development')
    expect(read(address)).toBe(address)
  })

  test.each([
    'http://localhost:3000',
    'http://insula.localhost',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'https://app.example.com',
  ])('%s is taken in production', (address) => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(read(address)).toBe(address)
  })

  test.each([
    'https://app.example.com/app',
    'https://x.test?a=1',
    'https://a:b@x.test',
    'ftp://x.test',
    'app.example.com',
    'javascript:alert(1)',
  ])('%s is not an origin', (address) => {
    expect(() => read(address)).toThrow(/APP_URL must be an/)
  })

  test('has no slash at its end, whatever was given, since paths are put behind it', () => {
    expect(read('https://app.example.com/')).toBe('https://app.example.com')
  })
})
