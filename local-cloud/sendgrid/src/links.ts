import type { InboxLink } from './control.ts'

const anchors = /<a\b[^>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))[^>]*>([\s\S]*?)<\/a\s*>/gi
const addresses = /https?:\/\/[^\s<>"'\])]+/g

/** The links a reader can follow: anchors of the HTML, then addresses that only the plain text has. */
export function extractLinks(html: string, text: string): InboxLink[] {
  const links = [...html.matchAll(anchors)].map(([, double, single, bare, inner]) => ({
    href: decodeEntities(double ?? single ?? bare ?? '').trim(),
    text: decodeEntities((inner ?? '').replace(/<[^>]*>/g, ' '))
      .replace(/\s+/g, ' ')
      .trim(),
  }))
  const known = new Set(links.map(({ href }) => href))
  for (const [found] of text.matchAll(addresses)) {
    const href = found.replace(/[.,;:!?]+$/, '')
    if (known.has(href)) continue
    known.add(href)
    links.push({ href, text: href })
  }
  return links
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

function decodeEntities(source: string): string {
  return source.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name) return named[name.toLowerCase()] ?? whole
    const point = hex ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
