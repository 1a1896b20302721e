import type { Fault } from '../../api/refusal.ts'

/** What better-auth's client answers instead of throwing. */
interface AuthError {
  code?: string
  message?: string
  status: number
}

const messages: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: 'E-mail address or password is wrong.',
  EMAIL_NOT_VERIFIED: 'Verify your e-mail address first.',
  USER_ALREADY_EXISTS: 'There is an account with this address already. Sign in instead.',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'There is an account with this address already. Sign in instead.',
  INVALID_TOKEN: 'This link has been used or has expired.',
  TOKEN_EXPIRED: 'This link has expired.',
  INVALID_PASSWORD: 'The current password is wrong.',
  PASSWORD_COMPROMISED: 'This password is on lists of stolen passwords. Choose another.',
  PASSWORD_TOO_SHORT: 'This password is too short.',
  PASSWORD_TOO_LONG: 'This password is too long.',
}

const fieldOf: Record<string, string> = {
  USER_ALREADY_EXISTS: 'email',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'email',
  INVALID_PASSWORD: 'currentPassword',
  PASSWORD_COMPROMISED: 'password',
  PASSWORD_TOO_SHORT: 'password',
  PASSWORD_TOO_LONG: 'password',
}

/** Thrown inside forms, so that an answer of the sign-in service is shown like any other refusal. */
export class AuthFault extends Error {
  readonly code: string
  readonly data: {
    refusal: Omit<Fault, 'requestId' | 'code'> & { code: 'invalid' | 'rate_limited' }
    requestId: string
  }

  constructor(error: AuthError) {
    const code = error.code ?? ''
    const limited = error.status === 429
    const message = limited
      ? 'Too many attempts. Wait a minute, then try again.'
      : (messages[code] ?? error.message ?? 'This did not work. Try again.')
    super(message)
    this.code = code
    const details = fieldOf[code] ? { field: fieldOf[code] } : {}
    this.data = { refusal: { code: limited ? 'rate_limited' : 'invalid', message, details }, requestId: '' }
  }
}

/** Unwraps an answer of better-auth's client. Throws an `AuthFault` for a refusal, so that forms can show it. */
export const answered = async <Data>(
  call: Promise<{ data: Data; error: AuthError | null }>,
): Promise<Data> => {
  const { data, error } = await call
  if (error?.status === 0) throw new TypeError('unreachable')
  if (error) throw new AuthFault(error)
  return data
}
