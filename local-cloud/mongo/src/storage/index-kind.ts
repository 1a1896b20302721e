import { MongoError } from '../language/error.ts'
import { walkPath } from '../language/path.ts'
import { printValue } from '../language/print.ts'
import { type Doc, isDoc, isNumeric, toDouble, type Value } from '../language/value.ts'

/** What an index is for; only `ordered` ones hold entries here, the others merely watch what is written. */
export type IndexKind = 'ordered' | 'hashed' | 'text' | '2dsphere' | '2d' | 'wildcard'

export const namedKinds: ReadonlySet<string> = new Set<IndexKind>(['hashed', 'text', '2dsphere', '2d'])

export const isWildcard = (field: string): boolean => field === '$**' || field.endsWith('.$**')

/** The kind that a key pattern asks for; its names are known to be some kind's. */
export function kindOf(key: Doc): IndexKind {
  for (const direction of key.values()) if (typeof direction === 'string') return direction as IndexKind
  return [...key.keys()].some(isWildcard) ? 'wildcard' : 'ordered'
}

/** Refuses a document that MongoDB could not enter into an index of this kind. */
export function checkEntry(kind: IndexKind, spec: Doc, doc: Doc): void {
  for (const [field, direction] of spec.get('key') as Doc) {
    if (direction === 'hashed') checkHashed(doc, field)
    if (direction === '2dsphere' || direction === '2d') checkPlaces(doc, field, spec, direction)
  }
  if (kind === 'text') checkLanguage(doc, spec.get('language_override') as string)
}

function checkHashed(doc: Doc, field: string): void {
  const path = field.split('.')
  for (let at = 1; at <= path.length; at++) {
    walkPath(doc, path.slice(0, at), 'array', (value) => {
      if (!Array.isArray(value)) return false
      throw new MongoError(16766, 'hashed indexes do not currently support array values')
    })
  }
}

/** A document, or one in it, may name the language of its text. */
function checkLanguage(value: Value, field: string): void {
  if (Array.isArray(value)) for (const element of value) checkLanguage(element, field)
  if (!isDoc(value)) return
  const language = value.get(field)
  if (language !== undefined && typeof language !== 'string') {
    throw new MongoError(17261, 'found language override field in document with non-string type')
  }
  if (language !== undefined && !languages.has(language.toLowerCase())) {
    throw new MongoError(17262, `language override unsupported: ${language}`)
  }
  for (const inner of value.values()) checkLanguage(inner, field)
}

/** Languages of a text index, by name and by code. */
export const languages: ReadonlySet<string> = new Set(
  (
    'none danish da dutch nl english en finnish fi french fr german de hungarian hu italian it norwegian nb ' +
    'portuguese pt romanian ro russian ru spanish es swedish sv turkish tr'
  ).split(' '),
)

function checkPlaces(doc: Doc, field: string, spec: Doc, direction: '2dsphere' | '2d'): void {
  const places: Value[] = []
  walkPath(doc, field.split('.'), 'array', (value) => {
    if (value !== undefined) places.push(value)
    return false
  })
  if (direction === '2d') {
    for (const place of places) checkInPlane(place, spec)
    return
  }
  // One that is null or empty stands for none; beside others it is wrong.
  if (places.length === 1 && (places[0] === null || sizeOf(places[0]!) === 0)) return
  for (const place of places) {
    checkOnSphere(place, (why) => {
      throw new MongoError(16755, `Can't extract geo keys: ${printValue(doc)}  ${why}`)
    })
  }
}

const sizeOf = (value: Value): number | undefined =>
  Array.isArray(value) ? value.length : isDoc(value) ? value.size : undefined

function checkOnSphere(value: Value, refuse: (why: string) => never): void {
  if (sizeOf(value) === undefined) refuse(`geo element must be an array or object: ${printValue(value)}`)
  const geoJson = isDoc(value) && value.has('type') && !pair(value)
  const type = geoJson ? value.get('type') : 'Point'
  if (typeof type === 'string' && otherGeometries.has(type)) {
    throw new MongoError(238, `this server's 2dsphere indexes take points only, not ${type}`)
  }
  if (type !== 'Point') refuse(`unknown GeoJSON type: ${printValue(value)}`)
  const coordinates = geoJson ? value.get('coordinates') : value
  if (geoJson && !Array.isArray(coordinates)) refuse('Point must be an array or object')
  const [longitude, latitude] = pair(coordinates!) ?? refuse('Point must only contain numeric elements')
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
    refuse(`longitude/latitude is out of bounds, lng: ${longitude} lat: ${latitude}`)
  }
}

const otherGeometries = new Set([
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
])

/** A flat index takes one place or several, in an array or a document; what is no object or empty is left out. */
function checkInPlane(value: Value, spec: Doc): void {
  const bound = (name: string, fallback: number): number => {
    const given = spec.get(name)
    return isNumeric(given) ? toDouble(given) : fallback
  }
  const [low, high] = [bound('min', -180), bound('max', 180)]
  const parts = Array.isArray(value) ? value : isDoc(value) ? [...value.values()] : []
  for (const place of isNumeric(parts[0]) ? [value] : parts) {
    const size = sizeOf(place)
    if (size === 0) continue
    const at = pair(place)
    if (size === undefined) {
      throw new MongoError(16804, 'location object expected, location array not in correct format')
    }
    if (!at) throw new MongoError(size === 1 ? 13068 : 13026, 'geo values must be numbers, two of them')
    if (at.some((part) => part < low || part > high)) {
      throw new MongoError(
        13027,
        `point not in interval of [ ${low}, ${high} ] :: caused by :: ${printValue(place)}`,
      )
    }
  }
}

/** Two numbers, in an array or in a document whatever its field names. */
function pair(value: Value): [number, number] | undefined {
  const parts = Array.isArray(value) ? value : isDoc(value) ? [...value.values()] : []
  const [x, y] = parts
  if (!isNumeric(x) || !isNumeric(y)) return undefined
  return [toDouble(x), toDouble(y)]
}
