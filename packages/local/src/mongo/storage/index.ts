import { type Collation, parseCollation } from '../language/collation.ts'
import { MongoError } from '../language/error.ts'
import { parseFilter } from '../language/filter.ts'
import { fieldsRead } from '../language/filter-fields.ts'
import { encodeKey, encodeValue } from '../language/keystring.ts'
import { compileParsed, type Match } from '../language/match.ts'
import type { Doc, Value } from '../language/value.ts'
import { checkEntry, type IndexKind, kindOf } from './index-kind.ts'
import { documentOf, type Record, type Version } from './record.ts'
import { SortedEntries } from './sorted.ts'

/** Stands in a key for the element that an empty array does not have. */
export const nothingInArray = Symbol('the missing element of an empty array')
export type Part = Value | undefined | typeof nothingInArray

export interface IndexField {
  readonly path: readonly string[]
  readonly name: string
  readonly direction: 1 | -1
}

/** A field's way into a document, as far as it has been walked. */
interface Step {
  value: Value | undefined
  rest: readonly string[]
  /** The value was taken out of an array, whose own arrays are not opened in turn. */
  element: boolean
}

/** An index: its specification as MongoDB lists it, and its entries. */
export class Index {
  readonly name: string
  readonly spec: Doc
  readonly fields: IndexField[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly kind: IndexKind
  readonly collation: Collation | undefined
  /** Whether a document belongs into a partial index. */
  readonly covers: Match | undefined
  /** True once any document had an array on the way to a field. Sorting by a multikey index would repeat documents. */
  multikey = false
  readonly entries = new SortedEntries<Record>()
  /** The fields of a document's top level that decide about its keys; undefined for all. */
  #reads: Set<string> | undefined

  constructor(spec: Doc) {
    this.spec = spec
    this.name = spec.get('name') as string
    this.unique = spec.get('unique') === true || this.name === '_id_'
    this.sparse = spec.get('sparse') === true
    this.kind = kindOf(spec.get('key') as Doc)
    this.collation = parseCollation(spec.get('collation') as Doc | undefined)
    this.fields = [...(spec.get('key') as Doc)].map(([name, direction]) => ({
      name,
      path: name.split('.'),
      direction: Number(direction) < 0 ? -1 : 1,
    }))
    if (this.kind === 'ordered') this.#reads = new Set(this.fields.map(({ path }) => path[0]!))
    const partial = spec.get('partialFilterExpression')
    if (partial === undefined) return
    const filter = parseFilter(partial as Doc)
    this.covers = compileParsed(filter)
    const read = fieldsRead(filter)
    for (const name of read ?? []) this.#reads?.add(name)
    if (!read) this.#reads = undefined
  }

  /** The keys of a stored document. */
  keysOf(version: Version): string[] {
    return this.keys(documentOf(version, this.#reads))
  }

  /** Whether queries may use the index: it is neither hidden from them nor of a kind that only watches writes. */
  get serves(): boolean {
    return this.kind === 'ordered' && this.spec.get('hidden') !== true
  }

  /** The keys under which a document is found; none when the index leaves it out. */
  keys(doc: Doc): string[] {
    if (this.covers && !this.covers(doc)) return []
    if (this.kind !== 'ordered') {
      checkEntry(this.kind, this.spec, doc)
      return []
    }
    const tuples = this.tuples(doc)
    if (tuples.length === 1) return this.#skips(tuples[0]!) ? [] : [this.#key(tuples[0]!)]
    return [...new Set(tuples.filter((tuple) => !this.#skips(tuple)).map((tuple) => this.#key(tuple)))]
  }

  /** The values behind one of a stored document's keys, for the message of a duplicate key. */
  valuesOf(version: Version, key: string): Doc {
    const tuple =
      this.tuples(documentOf(version, this.#reads)).find((tuple) => this.#key(tuple) === key) ?? []
    return new Map(
      this.fields.map(({ name }, at) => {
        const part = tuple[at]
        return [name, part === undefined || part === nothingInArray ? null : part]
      }),
    )
  }

  /** Every combination of values that the document has at the index's fields. */
  tuples(doc: Doc): Part[][] {
    const found: Part[][] = []
    this.#expand(
      this.fields.map(({ path }) => ({ value: doc, rest: path, element: false })),
      found,
    )
    return found
  }

  #expand(steps: Step[], found: Part[][]): void {
    const walked = steps.map(walk)
    const array = walked.find(opens)?.value as Value[] | undefined
    if (!array) {
      found.push(walked.map(ended))
      return
    }
    if (walked.some((step) => opens(step) && step.value !== array)) {
      const names = this.fields.filter((_, at) => opens(walked[at]!)).map(({ name }) => name)
      throw new MongoError(171, `cannot index parallel arrays [${names.at(-1)}] [${names[0]}]`)
    }
    this.multikey = true
    if (array.length === 0) {
      found.push(walked.map((step) => (opens(step) && step.rest.length === 0 ? nothingInArray : ended(step))))
    }
    for (const value of array) {
      this.#expand(
        walked.map((step) => (opens(step) ? { value, rest: step.rest, element: true } : step)),
        found,
      )
    }
  }

  #skips(tuple: Part[]): boolean {
    return this.sparse && tuple.every((part) => part === undefined)
  }

  #key(tuple: Part[]): string {
    let key = ''
    for (let at = 0; at < tuple.length; at++) key += this.partKey(tuple[at], this.fields[at]!.direction)
    return key
  }

  /** The key of one field's value. Complete parts follow one another; none is the beginning of another. */
  partKey(part: Part, direction: 1 | -1): string {
    // A missing value counts as null; what an empty array does not hold sorts below that.
    const value = part === nothingInArray ? undefined : (part ?? null)
    return direction === 1 ? encodeValue(value, this.collation) : encodeKey([value], [-1], this.collation)
  }
}

/** Follows a path through documents, and through arrays where it names a position. */
function walk({ value, rest, element }: Step): Step {
  let at = 0
  while (at < rest.length) {
    const name = rest[at]!
    if (value instanceof Map) value = value.get(name)
    else if (Array.isArray(value) && /^\d+$/.test(name) && Number(name) < value.length) {
      if (value.some((inner) => inner instanceof Map && inner.has(name))) {
        const why = 'do not use numeric field names in embedded elements in an array'
        throw new MongoError(16746, `Ambiguous field name found in array (${why}), field: '${name}'`)
      }
      value = value[Number(name)]
    } else break
    element = false
    at++
  }
  return { value, rest: at === 0 ? rest : rest.slice(at), element }
}

const opens = ({ value, element }: Step): boolean => Array.isArray(value) && !element
const ended = ({ value, rest }: Step): Part => (rest.length > 0 ? undefined : value)
