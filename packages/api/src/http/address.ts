import { isIPv4, isIPv6 } from 'node:net'

/**
 * The client's address: the socket's, or, behind `trustedProxies` proxies of ours, the entry that the outermost of them
 * wrote. Whatever a client put further left in X-Forwarded-For is not believed. An entry that is missing or no address
 * counts as the proxy's own call: a share in the proxy's limit, where taking the word as it stands would be no limit.
 */
export function addressOf(
  forwardedFor: string | null,
  remoteAddress: string | undefined,
  trustedProxies: number,
): string | null {
  const socket = remoteAddress === undefined ? null : plainAddress(remoteAddress)
  // With no proxy in front this looks behind the last entry, where nothing stands, whatever a client sent.
  const hops = (forwardedFor ?? '').split(',')
  return plainAddress(hops[hops.length - trustedProxies] ?? '') ?? socket
}

/**
 * One address in the one spelling we count and store: without port, brackets and zone, IPv4 inside IPv6 as IPv4, IPv6
 * as RFC 5952 writes it. Null when it is none.
 */
function plainAddress(entry: string): string | null {
  const text = entry.trim().replace(/^"(.*)"$/, '$1')
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return null
  const [address = ''] = bare.split('%', 1)
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical)
  if (!mapped) return canonical
  const words = mapped.slice(1).map((word) => Number.parseInt(word, 16))
  return words.flatMap((word) => [word >> 8, word & 255]).join('.')
}

/** What is counted as one client: an IPv4 address, or the /64 that one IPv6 customer owns. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const middle =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return `${[...left, ...middle, ...right].slice(0, 4).join(':')}::/64`
}

export const forwardedUnread =
  'Calls arrive with X-Forwarded-For while TRUSTED_PROXIES is 0: everybody behind that proxy shares one limit and one address. Set TRUSTED_PROXIES to the number of proxies of yours.'
