import type { Problem, RefusalCode, RefusalDetails } from '@insula/contracts'

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

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isFailedCall = (data: unknown): data is FailedCall => isObject(data) && 'refusal' in data

const isProblem = (value: unknown): value is Problem =>
  isObject(value) && typeof value.code === 'string' && typeof value.detail === 'string' && 'status' in value

const internal = (requestId: string | null): Fault => ({
  code: 'internal',
  message: 'Something failed on our side.',
  details: {},
  requestId,
})

/** Reads what went wrong from whatever a call threw: tRPC's error, a problem (RFC 9457), or silence. */
export const faultOf = (error: unknown): Fault => {
  const data = isObject(error) && 'data' in error ? error.data : null
  if (isFailedCall(data)) {
    return data.refusal ? { ...data.refusal, requestId: data.requestId } : internal(data.requestId)
  }
  const problem = [error, data].find(isProblem)
  if (problem) return ofProblem(problem)
  // Something in between answered in words of its own: there is a connection, and nobody of ours behind it.
  if (isObject(error) && (error instanceof SyntaxError || error.cause instanceof SyntaxError)) {
    const message = 'The server is not available at the moment. Try again in a moment.'
    return { code: 'unavailable', message, details: {}, requestId: null }
  }
  const message = 'The server could not be reached. Check your connection, then try again.'
  return { code: 'unreachable', message, details: {}, requestId: null }
}

const ofProblem = (problem: Problem): Fault => {
  const { code, detail, requestId, errors, permission, grantedBy, limit, upgradeTo, upgrade } = problem
  if (code === 'internal') return internal(requestId)
  const { retryAfterSeconds, outcome } = problem
  const field = errors?.[0]?.field
  const found = { field, permission, grantedBy, limit, upgradeTo, upgrade, retryAfterSeconds, outcome }
  const details = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
  return { code, message: detail, details, requestId }
}
