import { describe, expect, it } from 'vitest'
import { readEnv } from './env.ts'

const whole = { APP_URL: 'https://console.example.com', S3_ENDPOINT: 'https://s3.example.com/files' }

describe('the console’s environment', () => {
  it('refuses to start and names every variable that is missing', () => {
    expect(() => readEnv({ NODE_ENV: 'production' })).toThrow(/APP_URL: set it[\s\S]*S3_ENDPOINT: set it/)
  })

  it('treats an empty variable as a missing one', () => {
    expect(() => readEnv({ ...whole, APP_URL: '' })).toThrow(/APP_URL/)
  })

  it('refuses an address that browsers cannot open', () => {
    expect(() => readEnv({ ...whole, APP_URL: 'ftp://console.example.com' })).toThrow(/APP_URL/)
  })

  it('lets browsers reach the object store at its public address', () => {
    expect(readEnv({ ...whole, S3_PUBLIC_ENDPOINT: 'https://cdn.example.com' }).storeOrigin).toBe(
      'https://cdn.example.com',
    )
    expect(readEnv(whole).storeOrigin).toBe('https://s3.example.com')
  })
})
