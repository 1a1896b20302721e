import { Refusal } from '@insula/contracts'

/** What no text may hold: U+0000, which stores and programs end at, and halves of a pair, which no UTF-8 can say. */
const nul = String.fromCharCode(0)
const isReadable = (text: string) => !text.includes(nul) && text.isWellFormed()

/** Deeper than any input of ours. Without an end, a few kilobytes of brackets would hold the process up. */
const deepest = 32

/**
 * Refuses input with text in it, at any depth, that could neither be stored nor sent on as it is, and names the field.
 * A key `__proto__` is no field of ours and would be one of every object's in careless hands.
 */
export function requireReadable(input: unknown, at: (string | number)[] = []): void {
  if (typeof input === 'string') {
    if (!isReadable(input)) {
      throw unreadable(at, 'holds a character that no text may hold (U+0000 or half of a surrogate pair).')
    }
  } else if (typeof input === 'object' && input !== null) {
    if (at.length >= deepest) throw unreadable(at.slice(0, 3), `is nested more than ${deepest} levels deep.`)
    for (const [key, value] of Object.entries(input)) {
      const here = [...at, key]
      if (key === '__proto__' || !isReadable(key)) throw unreadable(here, 'is not a field.')
      requireReadable(value, here)
    }
  }
}

function unreadable(at: (string | number)[], what: string): Refusal {
  const field = at.join('.').toWellFormed().replaceAll(nul, '�')
  return new Refusal('invalid', `${field || 'input'}: ${what}`, field ? { field } : {})
}

/** Names of an object of this JSON text that stand in it twice, of which readers take different ones. */
export function repeatedKey(json: string): string | null {
  // One set of names for each object that is open, null for each list.
  const open: (Set<string> | null)[] = []
  for (const [token, , colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*)(:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (colon) {
      const name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string
      const names = open.at(-1)
      if (names?.has(name)) return name
      names?.add(name)
    }
  }
  return null
}
