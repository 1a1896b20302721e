import { randomUUID } from 'node:crypto'
import { madeForHeaders } from '@insula/contracts'
import { withDeadline } from '@insula/core/kernel/deadline'
import { clientAddressHeader, requestIdHeader } from '@insula/core/kernel/origin'
import { startUp } from '@insula/core/wiring/start-up'
import { TRPCError } from '@trpc/server'
import { contextOf } from './context.ts'
import { apiEnv } from './env.ts'
import { failureOf, trpcCodeOf } from './http/problem.ts'
import { createCaller } from './root.ts'

/** What only calls of the API say. A page is made for whoever's cookie comes, whatever stands beside it. */
const ofCalls = [clientAddressHeader, 'authorization', ...Object.values(madeForHeaders)]

/** For server components: the API with the visitor's own cookies, without HTTP in between. */
export async function serverCaller(incoming: Headers) {
  const headers = new Headers(incoming)
  for (const name of ofCalls) headers.delete(name)
  if (!headers.has(requestIdHeader)) headers.set(requestIdHeader, `req_${randomUUID()}`)
  const context = contextOf(headers)
  const { requestId } = context.origin
  await withDeadline({ ms: apiEnv().REQUEST_TIMEOUT_MS, requestId }, () => startUp()).catch(
    (cause: unknown) => {
      throw new TRPCError({ code: trpcCodeOf(failureOf(cause).status), cause })
    },
  )
  return createCaller(context)
}
