import { MongoError } from '../language/error.ts'
import { type Doc, int, isNumeric, toDouble, type Value } from '../language/value.ts'
import { type IndexKind, kindOf, languages } from '../storage/index-kind.ts'

/** Options that only one kind of index takes. */
const ownOptions: Partial<Record<IndexKind, readonly string[]>> = {
  text: ['weights', 'default_language', 'language_override', 'textIndexVersion'],
  '2dsphere': ['2dsphereIndexVersion'],
  '2d': ['bits', 'min', 'max'],
  wildcard: ['wildcardProjection'],
}

export const specialOptions: readonly string[] = Object.values(ownOptions).flat()

/**
 * Completes the specification of an index that is not an ordered one, as MongoDB stores it. Such indexes are listed,
 * compared and dropped, and documents that they could not hold are refused; no query uses them.
 */
export function specialize(spec: Doc, asked: Doc): Doc {
  const kind = kindOf(spec.get('key') as Doc)
  for (const option of specialOptions) {
    if (asked.has(option) && !ownOptions[kind]?.includes(option)) {
      throw new MongoError(67, `the index option '${option}' is not for an index of this kind`)
    }
  }
  if (kind === 'ordered') return spec
  refuseCombinations(kind, spec)
  if (kind === 'text') return textSpec(spec, asked)
  if (kind === '2dsphere') return spec.set('2dsphereIndexVersion', int(3))
  for (const option of ownOptions[kind] ?? []) {
    const value = asked.get(option)
    if (value !== undefined) spec.set(option, value)
  }
  return spec
}

function refuseCombinations(kind: IndexKind, spec: Doc): void {
  if (kind === 'hashed' && spec.has('unique')) {
    const why = 'Currently hashed indexes cannot guarantee uniqueness. Use a regular index.'
    throw new MongoError(16764, why)
  }
  if (spec.has('unique'))
    throw new MongoError(kind === 'wildcard' ? 67 : 238, `a ${kind} index cannot be unique here`)
  if (spec.has('expireAfterSeconds')) {
    throw new MongoError(67, `Index type '${kind}' does not support the option 'expireAfterSeconds'`)
  }
  if (kind === 'wildcard' && spec.has('sparse')) {
    throw new MongoError(67, "Index type 'wildcard' does not support the sparse option")
  }
  if ((kind === 'text' || kind === '2d') && spec.has('collation')) {
    throw new MongoError(67, `Index type '${kind}' does not support collation`)
  }
}

function textSpec(spec: Doc, asked: Doc): Doc {
  const weights = asked.get('weights') ?? new Map<string, Value>()
  if (!(weights instanceof Map)) throw new MongoError(67, 'the weights of a text index must be an object')
  const [key, all] = [new Map<string, Value>(), new Map<string, Value>(weights)]
  for (const [field, direction] of spec.get('key') as Doc) {
    // A stored specification that comes back names, instead of the fields, the index's own two.
    if (direction === 'text') {
      if (field !== '_fts' && !all.has(field)) all.set(field, int(1))
      key.set('_fts', 'text').set('_ftsx', int(1))
    } else key.set(field, direction)
  }
  for (const weight of all.values()) {
    if (isNumeric(weight) && toDouble(weight) > 0 && toDouble(weight) < 100_000) continue
    throw new MongoError(67, 'text index weight must be in the exclusive interval (0,100000)')
  }
  if (all.size === 0) throw new MongoError(67, 'a text index needs at least one field')
  const language = asked.get('default_language') ?? 'english'
  if (typeof language !== 'string' || !languages.has(language.toLowerCase())) {
    throw new MongoError(67, 'default_language is not valid')
  }
  const override = asked.get('language_override') ?? 'language'
  if (typeof override !== 'string' || override === '' || override.startsWith('$')) {
    throw new MongoError(67, 'language_override is not valid')
  }
  spec.set('key', key)
  spec.set('weights', new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1))))
  spec.set('default_language', language)
  spec.set('language_override', override)
  return spec.set('textIndexVersion', int(3))
}
