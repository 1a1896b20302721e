import { AuditEntryModel, acrossTenants, MailModel } from '@insula/db'
import { password } from '@insula/testing'
import { mailedLink } from '@insula/testing/things/notifications'
import { anAddress, request } from '../http/http.ts'

/** Passes, and is not `password`. */
export const other = 'another sentence of small words'

/** Each call from a network of its own, so that what is counted by network does not stand in the way. */
export const post = (path: string, body: unknown, more: { cookie?: string; address?: string } = {}) =>
  request(`/api/auth${path}`, { method: 'POST', body, address: anAddress(), ...more })
export const signUp = (body: { email: string; [field: string]: unknown }, more = {}) =>
  post('/sign-up/email', { name: 'Ada', password, ...body }, more)
export const signIn = (body: { email: string; [field: string]: unknown }, more = {}) =>
  post('/sign-in/email', { password, ...body }, more)
export const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
export const tokenFor = async (template: 'verify-email' | 'reset-password', to: string) =>
  (await mailedLink(to, template)).searchParams.get('token') ?? ''

/** The actions in somebody's own log, oldest first. */
export async function audited(userId: string): Promise<string[]> {
  const entries = await acrossTenants(
    AuditEntryModel.find({ tenantId: null, 'actor.id': userId }).sort({ _id: 1 }).lean(),
    'entries of no tenant',
  )
  return entries.map(({ action }) => action)
}

/** The templates of the mails to an address, oldest first. */
export async function mailsTo(to: string): Promise<string[]> {
  const mails = await acrossTenants(MailModel.find({ to }).sort({ _id: 1 }).lean(), 'mails of no tenant')
  return mails.map(({ template }) => template)
}
