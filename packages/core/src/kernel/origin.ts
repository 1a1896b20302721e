import type { Origin } from './actor.ts'

/**
 * Set by the HTTP app on every request, over whatever the client sent: the address after trusted proxies, and
 * the request's id.
 */
export const clientAddressHeader = 'x-insula-client-address'
export const requestIdHeader = 'x-request-id'

export const originOf = (headers: Headers | undefined): Origin => ({
  requestId: headers?.get(requestIdHeader) ?? 'none',
  ipAddress: headers?.get(clientAddressHeader) ?? null,
  userAgent: headers?.get('user-agent')?.slice(0, 300) ?? null,
})
