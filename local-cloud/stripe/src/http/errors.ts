import type { ContentfulStatusCode } from 'hono/utils/http-status'

export interface ErrorBody {
  type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  charge?: string
  doc_url?: string
  payment_intent?: object
  payment_method?: object
  setup_intent?: object
  request_log_url?: string
}

/** An answer in the shape of https://docs.stripe.com/api/errors. */
export class StripeError extends Error {
  readonly status: ContentfulStatusCode
  readonly body: ErrorBody
  /** A declined card leaves its traces (intent, charge, event) behind; every other refusal undoes what it began. */
  readonly keepsWork: boolean

  constructor(status: ContentfulStatusCode, body: ErrorBody, keepsWork = false) {
    super(body.message)
    this.status = status
    this.body = body.code
      ? { ...body, doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll('_', '-')}` }
      : body
    this.keepsWork = keepsWork
  }
}

/** A refusal of what the caller sent: 400 unless told otherwise. */
export function refuse(
  message: string,
  more: { code?: string; param?: string; status?: ContentfulStatusCode } = {},
): StripeError {
  const { status = 400, ...rest } = more
  return new StripeError(status, { type: 'invalid_request_error', message, ...rest })
}

/** `param` is `id` where the object is the one in the URL, and then the answer is 404; else 400. */
export function missing(noun: string, id: string, param = 'id'): StripeError {
  return refuse(`No such ${noun}: '${id}'`, {
    code: 'resource_missing',
    param,
    status: param === 'id' ? 404 : 400,
  })
}

/** Something Stripe can do and the local cloud cannot: said aloud, so that nobody takes silence for success. */
export function notImplemented(what: string, param?: string): StripeError {
  const message = `The local cloud's Stripe does not implement ${what}. See local-cloud/docs/stripe.md.`
  return refuse(message, { code: 'local_cloud_not_implemented', ...(param ? { param } : {}) })
}

/** The failure that `failNext` asked for, in Stripe's shape. */
export const injectedError = (status: number): StripeError =>
  new StripeError(status as ContentfulStatusCode, {
    type: status < 500 ? 'invalid_request_error' : 'api_error',
    message: `This failure was asked for (failNext, HTTP ${status}).`,
    ...(status === 429 ? { code: 'rate_limit' } : {}),
  })
