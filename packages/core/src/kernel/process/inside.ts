import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Headers that proxies, balancers and content networks add; a scraper beside us sends none of them. */
const forwarding =
  /^(?:x-forwarded(?:-.+)?|forwarded|via|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-.+|fastly-.+|x-envoy-.+|x-original-.+|x-amzn-.+)$/i
const loopbackAddress = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i
const loopbackHost = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i

export interface Caller {
  remoteAddress: string | undefined
  headers: Headers
}

export function callerOf({ headers, socket }: IncomingMessage): Caller {
  const given = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) given.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return { remoteAddress: socket.remoteAddress, headers: given }
}

/** Whether somebody on this machine calls us themselves, with no proxy of any kind in between. */
function isDirect({ remoteAddress, headers }: Caller): boolean {
  if (remoteAddress === undefined || !loopbackAddress.test(remoteAddress)) return false
  const host = headers.get('host')
  if (host !== null && !loopbackHost.test(host)) return false
  return ![...headers.keys()].some((name) => forwarding.test(name))
}

/**
 * Who may see metrics and what is down: whoever holds METRICS_TOKEN, as `Authorization: Bearer`; where none is set, a
 * direct call from this machine.
 */
export function mayLookInside(caller: Caller, token: string | undefined): boolean {
  if (!token) return isDirect(caller)
  const given = Buffer.from(caller.headers.get('authorization') ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
