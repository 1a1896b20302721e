import { MongoError } from './error.ts'
import { classEscapes, escapes, posixClasses } from './regex-escapes.ts'
import { GuardedRegExp, mayExplode } from './regex-guard.ts'

/**
 * MongoDB's patterns are PCRE2 in UTF mode; JavaScript's differ in small ways that would match wrongly without a word.
 * The pattern is rewritten construct by construct, and what has no exact counterpart is refused.
 */
export function compileRegex(pattern: string, options: string): RegExp {
  for (const flag of options) {
    if (!'imsxu'.includes(flag)) throw new MongoError(51108, `invalid flag in regex options: ${flag}`)
  }
  const key = `${options}/${pattern}`
  const known = compiled.get(key)
  if (known) return known
  const regex = build(pattern, options)
  if (compiled.size >= 1000) compiled.clear()
  compiled.set(key, regex)
  return regex
}

const compiled = new Map<string, RegExp>()

/** The same pattern for finding one match after another. */
export const globally = (regex: RegExp): RegExp =>
  new (regex instanceof GuardedRegExp ? GuardedRegExp : RegExp)(regex.source, `${regex.flags}g`)
class Translation {
  readonly source: string
  at = 0
  ignoreCase: boolean
  multiline: boolean
  dotAll: boolean
  extended: boolean

  constructor(source: string, options: string) {
    this.source = source
    this.ignoreCase = options.includes('i')
    this.multiline = options.includes('m')
    this.dotAll = options.includes('s')
    this.extended = options.includes('x')
  }

  refuse(why: string): never {
    throw new MongoError(
      51091,
      `Regular expression is invalid: ${why} at offset ${this.at}: /${this.source}/`,
    )
  }

  run(): string {
    this.leadingFlags()
    let out = ''
    while (this.at < this.source.length) out += this.step(this.source[this.at]!)
    return out
  }

  /** Inline flags are taken at the very start, where they mean the same as options. */
  leadingFlags(): void {
    const inline = /^\(\?([imsx]+)\)/.exec(this.source)
    if (!inline) return
    const letters = inline[1]!
    this.ignoreCase ||= letters.includes('i')
    this.multiline ||= letters.includes('m')
    this.dotAll ||= letters.includes('s')
    this.extended ||= letters.includes('x')
    this.at = inline[0].length
  }

  step(char: string): string {
    const rest = this.source.slice(this.at)
    if (char === '\\') return this.escape()
    if (char === '[') return this.class()
    if (char === '(') return this.group(rest)
    if (char === '.') return this.put(1, this.dotAll ? '[^]' : '[^\\n]')
    if (char === '^')
      return this.put(1, this.multiline ? '(?<=\\n|(?<![^]))(?:(?<!\\n)|(?=[^]))' : '(?<![^])')
    if (char === '$') return this.put(1, this.multiline ? '(?=\\n|(?![^]))' : '(?=\\n?(?![^]))')
    if ('*+?'.includes(char)) return this.quantifier(char)
    if (char === '{') {
      const counted = /^\{\d+(,\d*)?\}/.exec(rest)
      return counted ? this.quantifier(counted[0]) : this.put(1, '\\{')
    }
    if (char === '}' || char === ']') return this.put(1, `\\${char}`)
    if (this.extended && /\s/.test(char)) return this.put(1, '')
    if (this.extended && char === '#')
      return this.put((/^[^\n]*\n?/.exec(rest) as RegExpExecArray)[0].length, '')
    return this.put(1, char)
  }

  put(taken: number, text: string): string {
    this.at += taken
    return text
  }

  quantifier(text: string): string {
    this.at += text.length
    const next = this.source[this.at]
    if (next === '+') this.refuse('possessive quantifiers are not supported here')
    return next === '?' ? this.put(1, `${text}?`) : text
  }

  group(rest: string): string {
    if (!rest.startsWith('(?') && !rest.startsWith('(*')) return this.put(1, '(')
    const comment = /^\(\?#[^)]*\)/.exec(rest)
    if (comment) return this.put(comment[0].length, '')
    const named = /^\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(rest)
    if (named) return this.put(named[0].length, `(?<${named[1] ?? named[2]}>`)
    const plain = /^\(\?(?::|=|!|<=|<!)/.exec(rest)
    if (plain) return this.put(plain[0].length, plain[0])
    const caseOnly = /^\(\?(i|-i):/.exec(rest)
    if (caseOnly) return this.put(caseOnly[0].length, caseOnly[0])
    this.refuse(`the group ${rest.slice(0, 4)} is not supported here`)
  }

  escape(): string {
    const rest = this.source.slice(this.at)
    const letter = rest[1]
    if (letter === undefined) this.refuse('\\ at end of pattern')
    if (letter === 'Q') {
      const end = rest.indexOf('\\E')
      const quoted = rest.slice(2, end === -1 ? undefined : end)
      return this.put(end === -1 ? rest.length : end + 2, quoted.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&'))
    }
    const code = this.codeEscape(rest)
    if (code) return this.put(code.taken, code.text)
    const back = /^\\(?:([1-9])(?!\d)|k<(\w+)>|k\{(\w+)\}|k'(\w+)')/.exec(rest)
    if (back) return this.backReference(back)
    const known = escapes[letter]
    if (known !== undefined)
      return this.put(2, this.ignoreCase && /[wWbB]/.test(letter) ? `(?-i:${known})` : known)
    if (/[A-Za-z0-9]/.test(letter)) this.refuse(`the escape \\${letter} is not supported here`)
    return this.literal(letter, rest)
  }

  /** Captures that did not take part fail in PCRE and match nothing in JavaScript, so they must take part. */
  backReference(back: RegExpExecArray): string {
    if (/\||\)[*+?{]/.test(this.source))
      this.refuse('back references beside optional groups are not supported here')
    const name = back[2] ?? back[3] ?? back[4]
    return this.put(back[0].length, name === undefined ? `(?:\\${back[1]})` : `(?:\\k<${name}>)`)
  }

  codeEscape(rest: string): { taken: number; text: string } | undefined {
    const hex = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{1,2}))/.exec(rest)
    if (hex) return { taken: hex[0].length, text: `\\u{${hex[1] ?? hex[2]}}` }
    const property = /^\\[pP]\{\^?[A-Za-z]+\}|^\\[pP][A-Z]/.exec(rest)
    if (property) {
      const name = property[0].replace(/^\\[pP]\{?\^?|\}$/g, '')
      if (name.length > 2) this.refuse(`the property ${property[0]} is not supported here`)
      const negated = (property[0][1] === 'P') !== property[0].includes('^')
      return { taken: property[0].length, text: `\\${negated ? 'P' : 'p'}{${name}}` }
    }
    if (/^\\0(?!\d)/.test(rest)) return { taken: 2, text: '\\0' }
    return undefined
  }

  literal(letter: string, rest: string): string {
    const symbol = String.fromCodePoint(rest.codePointAt(1) as number)
    return this.put(1 + symbol.length, /[\^$\\.*+?()[\]{}|/]/.test(letter) ? `\\${letter}` : symbol)
  }

  class(): string {
    const negated = this.source[this.at + 1] === '^'
    this.at += negated ? 2 : 1
    const words: string[] = []
    let members = this.source[this.at] === ']' ? this.put(1, '\\]') : ''
    for (;;) {
      const rest = this.source.slice(this.at)
      const char = rest[0]
      if (char === undefined) this.refuse('missing terminating ] for character class')
      if (char === ']') return this.put(1, classOf(negated, members, words))
      const posix = /^\[:(\^?)(\w+):\]/.exec(rest)
      if (posix) {
        const named = posixClasses[posix[2]!]
        if (!named || posix[1]) this.refuse(`the class ${posix[0]} is not supported here`)
        members += this.put(posix[0].length, named)
      } else if (this.ignoreCase && /^\\w/i.test(rest)) {
        words.push(`(?-i:${rest.slice(0, 2)})`)
        this.at += 2
        if (this.source[this.at] === '-') members += this.put(1, '\\-')
      } else if (char === '\\') members += this.classEscape(rest)
      else if (char === '-') members += this.classDash(rest, members)
      else if ('[^(){}|/'.includes(char)) members += this.put(1, `\\${char}`)
      else members += this.put(1, char)
    }
  }

  /** A dash beside a class such as \w is a literal in PCRE and an error in JavaScript's unicode mode. */
  classDash(rest: string, out: string): string {
    const before = out === '' || /\\[dDwW]$/.test(out)
    const after = /^-(\]|\\[dDwWsSh])/.test(rest)
    return this.put(1, before || after ? '\\-' : '-')
  }

  classEscape(rest: string): string {
    const letter = rest[1]
    if (letter === undefined) this.refuse('\\ at end of pattern')
    const code = this.codeEscape(rest)
    if (code) return this.put(code.taken, code.text)
    const known = classEscapes[letter]
    if (known !== undefined) return this.put(2, known)
    if (/[A-Za-z0-9]/.test(letter)) this.refuse(`the escape \\${letter} is not supported here`)
    if (/[\^$\\.*+?()[\]{}|/-]/.test(letter)) return this.put(2, `\\${letter}`)
    return this.literal(letter, rest)
  }
}

/** With case ignored, JavaScript's \\w takes two letters in that only fold to ASCII: it is kept out of the rest of its class. */
function classOf(negated: boolean, members: string, words: string[]): string {
  if (words.length === 0) return `[${negated ? '^' : ''}${members}]`
  const any = [...words, ...(members === '' ? [] : [`[${members}]`])].join('|')
  return negated ? `(?:(?!${any})[^])` : `(?:${any})`
}

function build(pattern: string, options: string): RegExp {
  if (pattern.startsWith('(*')) {
    const verb = /^\(\*(UTF8?|UTF)\)/.exec(pattern)
    if (!verb)
      throw new MongoError(
        51091,
        `Regular expression is invalid: the verb is not supported here: /${pattern}/`,
      )
    return build(pattern.slice(verb[0].length), options)
  }
  const translation = new Translation(pattern, options)
  const source = translation.run()
  try {
    return new (mayExplode(pattern) ? GuardedRegExp : RegExp)(source, translation.ignoreCase ? 'iu' : 'u')
  } catch (cause) {
    throw new MongoError(51091, `Regular expression is invalid: ${(cause as Error).message}`)
  }
}
