import lock from '../parameters/parameters.lock.json' with { type: 'json' }
import type { Shape } from '../parameters/shape.ts'
import { notImplemented, refuse, type StripeError } from './errors.ts'
import type { FormValue } from './form.ts'

const operations = lock as Record<string, Shape>

/** Each operation the SDK has for the resources we serve: `POST /v1/customers/{}`. */
export const knownOperations = Object.keys(operations)

type Fields = { [name: string]: FormValue }

/**
 * What Stripe unsets when it is sent empty, though the SDK's types do not say so: the API reference of these did, "this
 * will be unset if you POST an empty value".
 */
const emptyable: Record<string, readonly string[]> = {
  'POST /v1/customers': ['description', 'email'],
  'POST /v1/customers/{}': ['description', 'email'],
}

/**
 * Turns what arrived into the types the SDK declares, or refuses it as Stripe does: `parameter_unknown`,
 * `parameter_missing`, `parameter_invalid_integer`, ... `takes` names what the route acts upon; a parameter
 * known to Stripe but not to the route is refused too, because ignoring it would be a lie.
 */
export function readParameters(operation: string, takes: string[], sent: Fields): Record<string, unknown> {
  const shape = operations[operation]
  if (typeof shape !== 'object' || !('object' in shape))
    throw new Error(`${operation} is not in parameters.lock.json`)
  const params = readObject({ ...shape.object, ...unsettable(shape.object, operation) }, sent, '')
  for (const path of leaves(params, '')) {
    if (!isTaken(path, takes)) throw notImplemented(`the parameter \`${path}\` of ${operation}`, path)
  }
  return params
}

const unsettable = (shape: Record<string, Shape>, operation: string): Record<string, Shape> =>
  Object.fromEntries(
    (emptyable[operation] ?? []).map((name) => [name, { emptyable: shape[name] ?? 'string' } as Shape]),
  )

const always = new Set(['expand', 'limit', 'starting_after', 'ending_before'])

function isTaken(path: string, takes: string[]): boolean {
  const top = path.split('.', 1)[0]!
  if (always.has(top)) return true
  return takes.some((taken) => path === taken || path.startsWith(`${taken}.`))
}

function leaves(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => leaves(one, path))
  if (typeof value !== 'object' || value === null) return [path]
  const names = Object.entries(value)
  if (names.length === 0) return [path].filter((one) => one !== '')
  return names.flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name))
}

const named = (path: string, name: string): string => (path ? `${path}[${name}]` : name)

function readObject(shape: Record<string, Shape>, sent: Fields, path: string): Record<string, unknown> {
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(sent)) {
    const inner = Object.hasOwn(shape, name) ? shape[name] : shape[`${name}!`]
    if (!inner) {
      const param = named(path, name)
      throw refuse(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
    }
    read[name] = readValue(inner, value, named(path, name))
  }
  for (const name of Object.keys(shape)) {
    if (!name.endsWith('!') || name.slice(0, -1) in read) continue
    const param = named(path, name.slice(0, -1))
    throw refuse(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  }
  return read
}

function readValue(shape: Shape, value: FormValue, path: string): unknown {
  if (typeof shape === 'string') return readScalar(shape, value, path)
  if ('emptyable' in shape) return value === '' ? '' : readValue(shape.emptyable, value, path)
  if ('enum' in shape) return readEnum(shape.enum, value, path)
  if ('array' in shape) return readArray(shape.array, value, path)
  if ('oneOf' in shape) return readFirst(shape.oneOf, value, path)
  if (typeof value !== 'object' || Array.isArray(value)) throw refuse('Invalid object', { param: path })
  if ('object' in shape) return readObject(shape.object, value, path)
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, readValue(shape.map, inner, named(path, name))]),
  )
}

function readScalar(shape: string, value: FormValue, path: string): unknown {
  if (shape === 'any') return value
  if (typeof value !== 'string') throw refuse(`Invalid string: ${JSON.stringify(value)}`, { param: path })
  if (shape === 'boolean') {
    if (value === 'true' || value === 'false') return value === 'true'
    throw refuse(`Invalid boolean: ${value}`, { param: path })
  }
  if (shape === 'number') {
    if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value)
    throw refuse(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: path })
  }
  if (shape === 'decimal' && !/^-?\d+(\.\d{1,12})?$/.test(value))
    throw refuse(`Invalid decimal: ${value}`, { param: path })
  if (value === '') throw empty(path)
  if (value.length > 5000)
    throw refuse('Invalid string: too long', { code: 'parameter_invalid_string', param: path })
  return value
}

function empty(param: string): StripeError {
  const message = `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`
  return refuse(message, { code: 'parameter_invalid_empty', param })
}

function readEnum(allowed: string[], value: FormValue, path: string): string {
  if (typeof value === 'string' && allowed.includes(value)) return value
  if (value === '') throw empty(path)
  const choices =
    allowed.length > 1 ? `one of ${allowed.slice(0, -1).join(', ')}, or ${allowed.at(-1)}` : allowed[0]
  throw refuse(`Invalid ${path}: must be ${choices}`, { param: path })
}

function readArray(shape: Shape, value: FormValue, path: string): unknown[] {
  if (typeof value !== 'object') throw refuse('Invalid array', { param: path })
  const entries = Object.entries(value)
  if (entries.some(([index]) => !/^\d+$/.test(index))) throw refuse('Invalid array', { param: path })
  return entries
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([index, inner]) => readValue(shape, inner, `${path}[${index}]`))
}

function readFirst(shapes: Shape[], value: FormValue, path: string): unknown {
  const fitting = shapes.filter((shape) => {
    const nested = typeof shape === 'object' && ('object' in shape || 'map' in shape || 'array' in shape)
    return nested === (typeof value === 'object')
  })
  const literal = fitting.find(
    (shape) => typeof shape === 'object' && 'enum' in shape && shape.enum.includes(value as string),
  )
  const plain = fitting.find((shape) => !(typeof shape === 'object' && 'enum' in shape))
  return readValue(literal ?? plain ?? fitting[0] ?? shapes[0]!, value, path)
}
