/** What a request's target says, or in words why it is refused. */
export type Target = { path: string } | { wrong: string }

/** First segments that decide who answers. In any other case or spelling they are somebody's attempt. */
const places = new Set(['api', 'metrics', 'health', '_next'])

/** Letters, digits, `-`, `.`, `_` and `~`: encoding them says nothing and hides something (RFC 3986, 6.2.2.2). */
const needlesslyEncoded = /%(?:2[de]|3\d|4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae])/i

/**
 * Reads a request's target in the one way that every program reads alike: an absolute path as it stands on the wire.
 * Whatever another program could take for another path (dot segments, empty segments, encoded or turned slashes,
 * parameters after `;`, an origin in front) is refused, so that proxy, gateway and console never differ on who answers.
 */
export function readTarget(target: string): Target {
  if (!target.startsWith('/')) return { wrong: 'Name the path alone, as in GET /api/v1/files.' }
  const path = target.split('?', 1)[0] ?? ''
  if (target.includes('#') || /[^\x21-\x7e]/.test(path)) {
    return { wrong: 'The path holds a character that must be percent-encoded.' }
  }
  if (needlesslyEncoded.test(path)) return { wrong: 'The path encodes a character that needs no encoding.' }
  const segments = path.slice(1).split('/')
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1
    if (segment === '' && !last) return { wrong: 'The path holds an empty segment: two slashes in a row.' }
    const wrong = faultOf(segment)
    if (wrong) return { wrong }
  }
  const first = segments[0] ?? ''
  if (!places.has(first) && places.has(folded(first))) {
    return { wrong: `Write /${folded(first)} in lower case.` }
  }
  // What is left and still changes is something that a URL cannot hold as it is, such as `{`.
  if (URL.parse(path, 'http://path.invalid')?.pathname !== path) {
    return { wrong: 'The path holds a character that must be percent-encoded.' }
  }
  return { path }
}

function faultOf(segment: string): string | null {
  let text: string
  try {
    text = decodeURIComponent(segment)
  } catch {
    return 'The path is not percent-encoded UTF-8.'
  }
  if (/%[\da-f]{2}/i.test(text)) return 'The path is encoded twice.'
  if (/[/\\]/.test(text)) return 'A segment of the path holds a slash.'
  if (text.includes(';')) return 'The path holds parameters after a semicolon.'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) return 'The path holds a control character.'
  if (/^\s|[\s.]$/.test(text)) return 'A segment of the path ends in a dot, or begins or ends in a space.'
  return null
}

const folded = (segment: string) => {
  try {
    return decodeURIComponent(segment).normalize('NFKC').toLowerCase()
  } catch {
    return segment
  }
}
