import { type Collation, parseCollation } from '../language/collation.ts'
import { MongoError } from '../language/error.ts'
import { parseFilter } from '../language/filter.ts'
import { fieldsRead } from '../language/filter-fields.ts'
import { compoundKeys, type KeyPart, nothingInArray } from '../language/keys.ts'
import { encodeKey, encodeValue } from '../language/keystring.ts'
import { compileParsed, type Match } from '../language/match.ts'
import type { Doc } from '../language/value.ts'
import { checkEntry, type IndexKind, kindOf } from './index-kind.ts'
import { documentOf, type Record, type Version } from './record.ts'
import { SortedEntries } from './sorted.ts'

export interface IndexField {
  readonly path: readonly string[]
  readonly name: string
  readonly direction: 1 | -1
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
  readonly #paths: (readonly string[])[]
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
    this.#paths = this.fields.map(({ path }) => path)
    if (this.kind === 'ordered') this.#reads = new Set(this.fields.map(({ path }) => path[0]!))
    const partial = spec.get('partialFilterExpression')
    if (partial === undefined) return
    const filter = parseFilter(partial as Doc)
    this.covers = compileParsed(filter, { collation: this.collation })
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
  tuples(doc: Doc): KeyPart[][] {
    const { keys, multikey } = compoundKeys(doc, this.#paths, parallelArrays)
    if (multikey) this.multikey = true
    return keys
  }

  #skips(tuple: KeyPart[]): boolean {
    return this.sparse && tuple.every((part) => part === undefined)
  }

  #key(tuple: KeyPart[]): string {
    let key = ''
    for (let at = 0; at < tuple.length; at++) key += this.partKey(tuple[at], this.fields[at]!.direction)
    return key
  }

  /** The key of one field's value. Complete parts follow one another; none is the beginning of another. */
  partKey(part: KeyPart, direction: 1 | -1): string {
    // A missing value counts as null; what an empty array does not hold sorts below that.
    const value = part === nothingInArray ? undefined : (part ?? null)
    return direction === 1 ? encodeValue(value, this.collation) : encodeKey([value], [-1], this.collation)
  }
}

const parallelArrays = (first: string, second: string): MongoError =>
  new MongoError(171, `cannot index parallel arrays [${second}] [${first}]`)
