import {
  type Problem,
  Refusal,
  type RefusalCode,
  type RefusalDetails,
  refusalStatus,
} from '@insula/contracts'
import { isAway, outcomeUnknown } from '@insula/core/kernel/away'
import { TRPCError } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { ZodError } from 'zod'

type Code = Problem['code']

const titles: Record<Code, string> = {
  invalid: 'The request is not valid',
  unauthenticated: 'Not signed in',
  plan_required: 'The plan does not include this',
  forbidden: 'Not allowed',
  session_mismatch: 'Somebody else is signed in',
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

const codeOfStatus: Record<number, RefusalCode> = {
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

const awayRetrySeconds = 2

/** What a failure is to whoever called, in whichever form it is told. */
export interface Failure {
  status: number
  code: Code
  message: string
  details: RefusalDetails
  /** Every field at fault; empty unless the input was. */
  errors: { field: string; message: string }[]
}

/** Reads any thrown thing. What is away is `unavailable`; what is not ours to tell becomes `internal`. */
export function failureOf(error: unknown): Failure {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error
  if (cause instanceof Refusal) return ofRefusal(cause)
  if (cause instanceof ZodError && error instanceof TRPCError && error.code === 'BAD_REQUEST') {
    return ofInput(cause)
  }
  if (isAway(cause)) return ofRefusal(awayRefusal(outcomeUnknown(cause)))
  const status = error instanceof TRPCError ? getHTTPStatusCodeFromError(error) : 500
  const code = codeOfStatus[status]
  if (!code) {
    const message = 'Try again; if it stays, tell us the request id.'
    return { status: 500, code: 'internal', message, details: {}, errors: [] }
  }
  const message = cause instanceof SyntaxError ? 'The input is not valid JSON.' : (error as Error).message
  return { status, code, message, details: {}, errors: [] }
}

/** What is told of something that is away. `unknown`: what was asked for may have been done. */
function awayRefusal(unknown: boolean): Refusal {
  const retryAfterSeconds = awayRetrySeconds
  return unknown
    ? new Refusal(
        'unavailable',
        'We did not hear in time whether this was done. Look whether it was before you try again.',
        { retryAfterSeconds, outcome: 'unknown' },
      )
    : new Refusal('unavailable', 'Something this needs did not answer in time. Try again in a moment.', {
        retryAfterSeconds,
      })
}

function ofRefusal({ code, message, details }: Refusal): Failure {
  const { field } = details
  return { status: refusalStatus[code], code, message, details, errors: field ? [{ field, message }] : [] }
}

function ofInput({ issues }: ZodError): Failure {
  const errors = issues.flatMap((issue) => {
    const at = issue.path.join('.')
    // A key that the schema does not know stands in the issue rather than in its path.
    const fields =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => (at ? `${at}.${key}` : key)) : [at]
    return fields.map((field) => ({ field, message: issue.message }))
  })
  const [first] = errors
  return {
    status: 400,
    code: 'invalid',
    message: first ? `${first.field || 'input'}: ${first.message}` : 'Not valid.',
    details: first?.field ? { field: first.field } : {},
    errors,
  }
}

/** RFC 9457 problem details of a failure. */
export function problemOf(failure: Failure, requestId: string, docsUrl: string): Problem {
  const { status, code, message, details, errors } = failure
  const { field: _, ...extensions } = details
  return {
    type: `${docsUrl}#${code}`,
    title: titles[code],
    status,
    detail: message,
    code,
    requestId,
    ...(errors.length > 0 && { errors }),
    ...extensions,
  }
}

const trpcCodes: Record<number, TRPCError['code']> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
}

/** tRPC's word for a status. */
export const trpcCodeOf = (status: number): TRPCError['code'] => trpcCodes[status] ?? 'INTERNAL_SERVER_ERROR'

/** What stands as `data` in tRPC's own error shape. `refusal` is null for what nobody foresaw. */
export const trpcDataOf = ({ status, code, message, details }: Failure, requestId: string | null) => ({
  code: trpcCodeOf(status),
  httpStatus: status,
  requestId,
  refusal: code === 'internal' ? null : { code, message, details },
  retryAfterSeconds: details.retryAfterSeconds ?? null,
})

/** The message of an error in tRPC's shape. */
export const trpcMessageOf = ({ code, message }: Failure) =>
  code === 'internal' ? 'Something went wrong on our side.' : message
