import { type Problem, Refusal, refusalStatus } from '@insula/contracts'
import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { ZodError } from 'zod'

type Code = Problem['code']

const titles: Record<Code, string> = {
  invalid: 'The request is not valid',
  unauthenticated: 'Not signed in',
  plan_required: 'The plan does not include this',
  forbidden: 'Not allowed',
  tenant_mismatch: 'Another tenant is active',
  email_unverified: 'The e-mail address is not verified',
  not_found: 'Not found',
  conflict: 'This contradicts what is there',
  gone: 'No longer available',
  limit_reached: 'A limit of the plan is reached',
  too_large: 'Too large',
  unsupported: 'Not supported',
  rate_limited: 'Too many requests',
  unavailable: 'Not available at the moment',
  internal: 'Something went wrong on our side',
}

const codeOfStatus: Record<number, Code> = {
  400: 'invalid',
  401: 'unauthenticated',
  402: 'plan_required',
  403: 'forbidden',
  404: 'not_found',
  405: 'unsupported',
  409: 'conflict',
  413: 'too_large',
  415: 'unsupported',
  429: 'rate_limited',
  503: 'unavailable',
}

/** RFC 9457 problem details of whatever was thrown. What is not ours to tell becomes `internal`. */
export function problemOf(error: unknown, requestId: string, docsUrl: string): Problem {
  const cause = error instanceof TRPCError ? error.cause : error
  const make = (status: number, code: Code, detail: string, errors?: Problem['errors']): Problem => ({
    type: `${docsUrl}#${code}`,
    title: titles[code],
    status,
    detail,
    code,
    requestId,
    ...(errors && { errors }),
  })
  if (cause instanceof Refusal) {
    const { field } = cause.details
    return make(
      refusalStatus[cause.code],
      cause.code,
      cause.message,
      field ? [{ field, message: cause.message }] : undefined,
    )
  }
  if (cause instanceof ZodError && error instanceof TRPCError && error.code === 'BAD_REQUEST') {
    const errors = cause.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }))
    const first = errors[0]
    return make(400, 'invalid', first ? `${first.field || 'input'}: ${first.message}` : 'Not valid.', errors)
  }
  const status = error instanceof TRPCError ? getHTTPStatusCodeFromError(error) : 500
  const code = codeOfStatus[status] ?? 'internal'
  if (code === 'internal') return make(500, 'internal', 'Try again; if it stays, tell us the request id.')
  return make(status, code, (error as Error).message)
}
