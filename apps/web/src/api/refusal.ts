import type { RefusalCode, RefusalDetails } from '@insula/contracts'

/** What a failed call carries beside its message: the reason, if it was a refusal, and the id to look it up by. */
export interface FailedCall {
  refusal: { code: RefusalCode; message: string; details: RefusalDetails } | null
  requestId: string | null
}

export interface Fault {
  /** A refusal's code; `internal` for what nobody foresaw, `unreachable` when no answer came at all. */
  code: RefusalCode | 'internal' | 'unreachable'
  /** Fit to be shown. */
  message: string
  details: RefusalDetails
  requestId: string | null
}

const isFailedCall = (data: unknown): data is FailedCall =>
  typeof data === 'object' && data !== null && 'refusal' in data

/** Reads what went wrong from whatever a call threw. */
export const faultOf = (error: unknown): Fault => {
  const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : null
  if (!isFailedCall(data)) {
    const message = 'The server could not be reached. Check your connection, then try again.'
    return { code: 'unreachable', message, details: {}, requestId: null }
  }
  if (data.refusal) return { ...data.refusal, requestId: data.requestId }
  if ('code' in data && data.code === 'BAD_REQUEST') {
    const message = 'The server did not accept what was sent. Reload the page, then try again.'
    return { code: 'invalid', message, details: {}, requestId: data.requestId }
  }
  return {
    code: 'internal',
    message: 'Something failed on our side.',
    details: {},
    requestId: data.requestId,
  }
}
