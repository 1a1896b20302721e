import type { Call } from './command.ts'
import type { Hints } from './hint.ts'
import { type Collation, parseCollation } from './language/collation.ts'
import { compileExpression, evaluate } from './language/expression/compile.ts'
import { parseFilter } from './language/filter.ts'
import { asksFor, fieldsRead, rootOf } from './language/filter-fields.ts'
import { compileFilter, compileParsed, type Match } from './language/match.ts'
import { compileProjection } from './language/project.ts'
import { naturalDirection, parseSort, sortDocs } from './language/sort.ts'
import type { Doc, Value } from './language/value.ts'
import { type Access, chooseAccess } from './plan.ts'
import type { Collection } from './storage/collection.ts'
import { documentOf, type Record, type Version, visible } from './storage/record.ts'
import type { Snapshot } from './storage/writer.ts'

/** What a statement looks for. */
export interface Query extends Hints {
  filter: Doc
  sort?: Doc | undefined
  skip?: number
  /** 0 or undefined: no limit. */
  limit?: number
  collation?: Collation | undefined
  vars?: ReadonlyMap<string, Value> | undefined
}

/** A document that matched, as the reader sees it. */
export interface Found {
  record: Record
  version: Version
}

/** What a scan looked at, for explain. */
export interface Examined {
  keys: number
  documents: number
}

const nothing: Found[] = []

/**
 * The documents that a query finds, in its order; none where there is no collection. A wrong query is refused at
 * once, the rest is lazy: the collection must not be written meanwhile.
 */
export function find(
  call: Call,
  collection: Collection | undefined,
  query: Query,
  examined?: Examined,
): IteratorObject<Found, undefined> {
  const { filter, sort, collation, vars } = query
  if (sort && !naturalDirection(sort, 'sort')) parseSort(sort)
  const parsed = parseFilter(filter)
  const matches = compileParsed(parsed, { collation, vars })
  if (!collection) return nothing.values()
  const test = filter.size === 0 ? undefined : { matches, reads: fieldsRead(parsed) }
  const access = chooseAccess(collection, filter, sort, query, collation)
  let found: IteratorObject<Found, undefined> = scan(call, collection, access, test, examined)
  if (sort && sort.size > 0 && !access.sorted) found = sorted(found, sort, collation)
  if (query.skip) found = found.drop(query.skip)
  return query.limit ? found.take(query.limit) : found
}

function sorted(found: Iterable<Found>, sort: Doc, collation: Collation | undefined) {
  const reads = new Set([...sort.keys()].map(rootOf))
  const byDoc = new Map([...found].map((one) => [documentOf(one.version, reads), one]))
  return sortDocs(byDoc.keys(), sort, collation)
    .values()
    .map((doc) => byDoc.get(doc)!)
}

/** A filter, and the fields that have to be read for it. */
interface Test {
  matches: Match
  reads: ReadonlySet<string> | undefined
}

function* scan(
  call: Call,
  collection: Collection,
  access: Access,
  test: Test | undefined,
  examined: Examined | undefined,
): Generator<Found, undefined> {
  let steps = 0
  for (const record of candidates(collection, access, call.reader)) {
    if ((++steps & 1023) === 0) call.checkTime()
    if (examined) examined.keys += access.index || access.parts ? 1 : 0
    const version = visible(record, call.reader)
    if (!version) continue
    if (examined) examined.documents++
    if (!test || test.matches(documentOf(version, test.reads))) yield { record, version }
  }
}

/** Each record that may match, once. */
function candidates(collection: Collection, access: Access, reader: Snapshot | undefined): Iterable<Record> {
  const { index, parts, backward } = access
  if (parts) return distinct(parts.map((part) => candidates(collection, part, reader)))
  if (index) return index.multikey ? distinct([entries(access, reader)]) : entries(access, reader)
  return backward ? [...collection.records.values()].reverse() : collection.records.values()
}

function* distinct(parts: Iterable<Record>[]): Generator<Record> {
  const seen = new Set<Record>()
  for (const part of parts) {
    for (const record of part) {
      if (seen.has(record)) continue
      seen.add(record)
      yield record
    }
  }
}

/** Records in the order of an index, which still holds the keys of versions that this reader does not see. */
function* entries({ index, ranges, backward }: Access, reader: Snapshot | undefined): Generator<Record> {
  for (const [low, high] of backward ? ranges.toReversed() : ranges) {
    const found = backward ? index!.entries.descending(low, high) : index!.entries.ascending(low, high)
    for (const [key, record] of found) {
      if (record.newest.older || record.newest.writer) {
        const version = visible(record, reader)
        if (!version || !index!.keysOf(version).includes(key)) continue
      }
      yield record
    }
  }
}

/** Whether a document that was changed meanwhile still matches. */
export function stillMatches(query: Query, version: Version): boolean {
  return compileFilter(query.filter, { collation: query.collation, vars: query.vars })(documentOf(version))
}

/** The collation of a statement: its own, else the collection's. Undefined is the plain comparison of bytes. */
export function collationOf(
  collection: Collection | undefined,
  given: Value | undefined,
): Collation | undefined {
  const spec = given ?? collection?.options.get('collation')
  return parseCollation((spec ?? undefined) as Doc | undefined)
}

/** The values of the command's `let`, or of a statement's own constants. */
export function variablesOf(call: Call, constants?: Doc): ReadonlyMap<string, Value> | undefined {
  const given = constants ?? call.get<Doc>('let')
  if (!given) return undefined
  const vars = new Map<string, Value>()
  for (const [name, expression] of given) {
    const value = evaluate(compileExpression(expression, {}), new Map())
    if (value !== undefined) vars.set(name, value)
  }
  return vars
}

/** A query as a command gives it in fields called as in `find`. */
export function queryOf(call: Call, collection: Collection | undefined, filterField = 'filter'): Query {
  return {
    filter: call.get<Doc>(filterField) ?? new Map(),
    sort: call.get<Doc>('sort'),
    skip: call.count('skip'),
    limit: call.count('limit'),
    hint: call.get('hint'),
    min: call.get<Doc>('min'),
    max: call.get<Doc>('max'),
    collation: collationOf(collection, call.get('collation')),
    vars: variablesOf(call),
  }
}

/** Compiles a find's projection, or answers undefined when documents are shown whole. */
export function projectionOf(query: Query, spec: Doc | undefined): ((doc: Doc) => Doc) | undefined {
  if (!spec || spec.size === 0) return undefined
  const { collation, vars } = query
  const filter = parseFilter(query.filter)
  return compileProjection(spec, {
    find: true,
    collation,
    vars,
    filter: compileParsed(filter, { collation, vars }),
    asks: (name) => asksFor(filter, name),
  })
}
