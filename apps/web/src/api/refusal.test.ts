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

  it('a problem of REST and sign-in is read like a refusal', () => {
    const problem = {
      type: 'about:blank',
      title: 'Too many requests',
      status: 429,
      detail: 'Wait',
      code: 'rate_limited',
      requestId: 'r3',
      retryAfterSeconds: 7,
      errors: [{ field: 'email', message: 'Wait' }],
    }
    const fault = {
      code: 'rate_limited',
      message: 'Wait',
      details: { field: 'email', retryAfterSeconds: 7 },
      requestId: 'r3',
    }
    expect(faultOf(problem)).toEqual(fault)
    expect(faultOf({ message: 'x', data: problem })).toEqual(fault)
  })

  it('an answer that is none of ours is no missing connection', () => {
    const cause = new SyntaxError('Unexpected token <')
    expect(faultOf(Object.assign(new Error('x'), { cause })).code).toBe('unavailable')
  })

  it('no answer at all says so', () => {
    expect(faultOf(new TypeError('fetch failed')).code).toBe('unreachable')
  })
})
