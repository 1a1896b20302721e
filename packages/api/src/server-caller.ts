import { randomUUID } from 'node:crypto'
import { clientAddressHeader, requestIdHeader } from '@insula/core/identity/origin'
import { prepare } from '@insula/core/prepare'
import { contextOf } from './context.ts'
import { createCaller } from './root.ts'

/** For server components: the API with the visitor's own cookies, without HTTP in between. */
export async function serverCaller(incoming: Headers) {
  await prepare()
  const headers = new Headers(incoming)
  headers.delete(clientAddressHeader)
  if (!headers.has(requestIdHeader)) headers.set(requestIdHeader, `req_${randomUUID()}`)
  return createCaller(contextOf(headers))
}
