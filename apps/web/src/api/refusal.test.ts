import { describe, expect, it } from 'vitest'
import { faultOf } from './refusal.ts'

describe('what a failed call tells a person', () => {
  it('a refusal keeps its own words, details and request id', () => {
    const refusal = { code: 'limit_reached' as const, message: 'Full', details: { upgradeTo: 'pro' } }
    expect(faultOf({ message: 'x', data: { refusal, requestId: 'r1' } })).toEqual({
      ...refusal,
      requestId: 'r1',
    })
  })

  it('a crash shows no inner message, only the request id', () => {
    const fault = faultOf({ message: 'E11000 secret', data: { refusal: null, requestId: 'r2' } })
    expect(fault).toMatchObject({ code: 'internal', requestId: 'r2' })
    expect(fault.message).not.toContain('E11000')
  })

  it('no answer at all says so', () => {
    expect(faultOf(new TypeError('fetch failed')).code).toBe('unreachable')
  })
})
