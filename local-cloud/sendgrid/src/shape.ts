import type { Problem } from './error.ts'

/** A JSON object of which nothing is known yet. */
export type Fields = Record<string, unknown>

export function additional(source: Fields, allowed: string[], within = ''): Problem[] {
  return Object.keys(source)
    .filter((name) => !allowed.includes(name))
    .map((name) => ({
      message: `Additional property ${name} is not allowed`,
      field: within ? `${within}.${name}` : name,
      help: null,
    }))
}

export function invalidType(field: string, expected: string, given: unknown): Problem {
  const type = given === null ? 'null' : Array.isArray(given) ? 'array' : typeof given
  return { message: `Invalid type. Expected: ${expected}, given: ${type}.`, field, help: null }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0
}

export function isTextMap(value: unknown): value is Record<string, string> {
  return isFields(value) && Object.values(value).every((one) => typeof one === 'string')
}

export function isAddress(value: unknown): value is { email: string; name?: string } {
  if (!isFields(value) || !isText(value.email)) return false
  if (value.name !== undefined && typeof value.name !== 'string') return false
  return (
    value.email.length <= 320 &&
    /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+\.[^\s@.<>,;:"()[\]\\]{2,}$/.test(value.email)
  )
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
