/** The longest that a text is told in a mail; what people type as names is shorter. */
const maxLength = 300

/** Full stops of other scripts, which addresses take for a dot (UTS #46), and one that looks like it. */
const dot = '[.\\u3002\\uff0e\\uff61\\u2024]'
const joiner = '\u2060'
const apart = (sign: string) => `${joiner}${sign}${joiner}`

/** Joiners and selectors that emoji and some scripts are written with; the others that cannot be seen hide things. */
const joiners = /\u200c|\u200d|[\ufe00-\ufe0f]/u
/** Within Latin text, and beside what makes a link, even joiners only hide something. */
const plainSign = `[\\p{Script=Latin}\\p{N}\\p{P}]`
const hiding = new RegExp(`(?<=${plainSign})(?:\\u200c|\\u200d)+|(?:\\u200c|\\u200d)+(?=${plainSign})`, 'gu')

/**
 * A name as a mail may carry it: one line, and never a link. Mail programs make links of whatever looks like one
 * (`evil.com`, `www.`, `http://`, `a@b.c`, `\\server`, IP addresses), in subject, HTML and plain text alike, so the signs
 * that make it look so are set apart by word joiners, which nobody sees: `Foo.com Ltd` reads as before. Of what is no name,
 * `//` and `@`, one sees that it was set apart. `Dr. Who` and `J.R.R. Tolkien` hold nothing of the kind and stay as they are.
 */
export function plainName(given: string): string {
  const line = cleaned(given)
  if (line === '') return '(no name)'
  const [...signs] = line
  return unlinked(signs.length > maxLength ? `${signs.slice(0, maxLength - 1).join('')}…` : line)
}

/** On one line, without what nobody sees. */
export const cleaned = (given: string): string =>
  given
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Default_Ignorable_Code_Point}|\p{Cf}/gu, (sign) => (joiners.test(sign) ? sign : ''))
    .replace(hiding, '')
    .replace(/\s+/gu, ' ')
    .trim()

/** With what looks like a link set apart. */
export const unlinked = (line: string): string =>
  line
    .replace(/([/\\\uff0f\uff3c])[/\\\uff0f\uff3c]+/gu, '$1')
    .replace(/(?<=[\p{L}\p{N}])[:\uff1a](?=[^\s])/gu, apart)
    .replace(/(?<=\S)[@\uff20](?=\S)/gu, ' @ ')
    .replace(linkDots, apart)
    .replace(ipAddress, (address) => address.replace(anyDot, apart))

/** A dot before two letters ends a host name, since no top-level domain is shorter; one after `www` begins one. */
const linkDots = new RegExp(
  `(?<=\\S)${dot}(?=\\p{L}[\\p{L}\\p{N}\\p{M}-])|(?<=\\b[wW]{3}\\d?)${dot}(?=\\S)`,
  'gu',
)
const ipAddress = new RegExp(`\\p{N}+(?:${dot}\\p{N}+){3}`, 'gu')
const anyDot = new RegExp(dot, 'gu')

/** The same for every text in the variables of a template, so that none can be forgotten; `link` names its own address. */
export function plainNames<Variables>(variables: Variables, link: string | null): Variables {
  const entries = Object.entries(variables as Record<string, unknown>)
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === 'string' && name !== link ? plainName(value) : value,
    ]),
  ) as Variables
}
