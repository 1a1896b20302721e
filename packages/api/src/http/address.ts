/**
 * The client's address: the socket's, or, behind `trustedProxies` proxies of ours, the entry that the outermost of them
 * wrote. Whatever a client put further left in X-Forwarded-For is not believed.
 */
export function addressOf(
  forwardedFor: string | null,
  remoteAddress: string | undefined,
  trustedProxies: number,
): string | null {
  const plain = remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? null
  if (trustedProxies === 0) return plain
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter(Boolean)
  return hops[hops.length - trustedProxies] ?? plain
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
