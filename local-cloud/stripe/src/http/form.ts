import { refuse } from './errors.ts'

export type FormValue = string | FormValue[] | { [name: string]: FormValue }

const deepest = 12

/**
 * Reads `a[b][0][c]=1&d[]=2` into nested objects; arrays appear as objects with numeric keys until the
 * parameter's declared shape says what they are. Names are kept off prototypes.
 */
export function parseForm(text: string): { [name: string]: FormValue } {
  const root: { [name: string]: FormValue } = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const open = name.indexOf('[')
    const first = open === -1 ? name : name.slice(0, open)
    const rest = open === -1 ? [] : [...name.slice(open).matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1]!)
    if (first === '' || rest.length > deepest)
      throw refuse(`Invalid parameter name: ${name}`, { param: name })
    place(root, [first, ...rest], value, name)
  }
  return root
}

function place(root: { [name: string]: FormValue }, keys: string[], value: string, name: string): void {
  let at = root
  for (const [depth, key] of keys.entries()) {
    const slot = key === '' ? String(Object.keys(at).length) : key
    if (depth === keys.length - 1) {
      at[slot] = value
      return
    }
    at[slot] ??= Object.create(null) as { [name: string]: FormValue }
    const next = at[slot]
    if (typeof next !== 'object') throw refuse(`Invalid hash: ${name}`, { param: name })
    at = next as { [name: string]: FormValue }
  }
}
