import { TRPCError } from '@trpc/server'
import type { Context, Env, Hono } from 'hono'

/** The address is there, but not for this method. */
export class MethodNotAllowed extends TRPCError {
  readonly allow: string

  constructor(method: string, allow: string[]) {
    super({ code: 'METHOD_NOT_SUPPORTED', message: `This address takes ${list(allow)}, not ${method}.` })
    this.allow = allow.join(', ')
  }
}

const list = (methods: string[]) => methods.join(' or ') || 'no method'
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The methods with which a route of the app is reached at this path; middleware does not count. */
export function methodsAt<E extends Env>(app: Hono<E>, path: string): string[] {
  const there = methods.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  )
  return there.includes('GET') ? ['GET', 'HEAD', ...there.slice(1)] : there
}

/** For what no route took: 405 where another method would have been, 404 elsewhere; OPTIONS is told what there is. */
export function notTaken<E extends Env>(app: Hono<E>, c: Context<E>): Response | null {
  const allow = methodsAt(app, c.req.path)
  if (allow.length === 0) return null
  if (c.req.method === 'OPTIONS')
    return new Response(null, { status: 204, headers: { allow: [...allow, 'OPTIONS'].join(', ') } })
  throw new MethodNotAllowed(c.req.method, allow)
}
