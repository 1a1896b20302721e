import { z } from 'zod'

/**
 * Every reason for which Insula says no, with the HTTP status it becomes. The code is part of the API: it is
 * what programs branch on, while messages are for people and may change.
 */
export const refusalStatus = {
  invalid: 400,
  unauthenticated: 401,
  plan_required: 402,
  forbidden: 403,
  session_mismatch: 403,
  tenant_mismatch: 403,
  email_unverified: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  limit_reached: 402,
  too_large: 413,
  unsupported: 415,
  rate_limited: 429,
  unavailable: 503,
} as const

export type RefusalCode = keyof typeof refusalStatus
const refusalCodes = Object.keys(refusalStatus) as [RefusalCode, ...RefusalCode[]]

/** What a refusal tells beside its code and message. All of it is fit to be shown to the person refused. */
export interface RefusalDetails {
  /** The input field at fault, as a dotted path. */
  field?: string
  /** The permission that was missing. */
  permission?: string
  /** The roles whose holders could do it or grant it. */
  grantedBy?: string[]
  /** The limit that was met, with what is used of it. */
  limit?: { key: string; used: number; limit: number; requested?: number }
  /** The plan that would lift the limit; absent when none does. */
  upgradeTo?: string
  /** Its name, and what it gives, as the page of plans says it. */
  upgrade?: { name: string; highlights: string[] }
  /** Whom to write to where no plan lifts the limit, if whoever runs this says so. */
  contact?: string
  /** Seconds after which trying again makes sense. */
  retryAfterSeconds?: number
  /** Nobody knows whether what was asked for has been done: look before trying again. */
  outcome?: 'unknown'
  /** The state of the thing, where what was asked for cannot be done in it. */
  state?: string
}

/** A "no" with a reason: never retried by a job, always told to the caller. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly details: RefusalDetails

  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** RFC 9457 problem details, as every failed call outside of tRPC is told. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.enum([...refusalCodes, 'internal']),
  requestId: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  permission: z.string().optional(),
  grantedBy: z.array(z.string()).optional(),
  limit: z
    .object({
      key: z.string(),
      used: z.number(),
      limit: z.number(),
      requested: z.number().optional(),
    })
    .optional(),
  upgradeTo: z.string().optional(),
  upgrade: z.object({ name: z.string(), highlights: z.array(z.string()) }).optional(),
  retryAfterSeconds: z.number().int().optional().describe('The same as the header Retry-After'),
  outcome: z
    .literal('unknown')
    .optional()
    .describe('Nobody knows whether it has been done: look before trying again'),
  state: z.string().optional().describe('In which state the thing is, where it cannot be done in that'),
})
export type Problem = z.infer<typeof Problem>
