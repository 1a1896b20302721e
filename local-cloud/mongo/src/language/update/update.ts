import { encode } from '../codec.ts'
import { badValue, failedToParse, MongoError } from '../error.ts'
import { printValue } from '../print.ts'
import type { Doc, Value } from '../value.ts'
import { isDoc } from '../value.ts'
import { compileArrayFilters } from './array-filters.ts'
import type { UpdateOptions } from './options.ts'
import type { Positions } from './path.ts'
import { comparePaths, concretePaths, Draft } from './path.ts'
import { compilePipelineUpdate } from './pipeline.ts'
import type { Step } from './steps.ts'
import { parseSteps, refuseConflicts } from './steps.ts'

export interface Updated {
  doc: Doc
  /** False when the result is the very document that was there. */
  modified: boolean
}

export type Update = (doc: Doc) => Updated

/** Applies an update to a document, which stays as it is. See `compileUpdate` for errors. */
export function applyUpdate(doc: Doc, update: Value, options: UpdateOptions = {}): Updated {
  return compileUpdate(update, options)(doc)
}

/** Whether an update replaces the document rather than changing parts of it. */
export const isReplacement = (update: Value): boolean =>
  isDoc(update) && !update.keys().next().value?.startsWith('$')

/**
 * Compiles operators, a replacement or a pipeline. Throws FailedToParse (9) and ConflictingUpdateOperators (40) for a
 * wrong update; applying it throws ImmutableField (66), PathNotViable (28), TypeMismatch (14) and BadValue (2).
 */
export function compileUpdate(update: Value, options: UpdateOptions = {}): Update {
  if (Array.isArray(update)) {
    if (options.arrayFilters?.length)
      throw failedToParse('arrayFilters may not be specified for pipeline-syle updates')
    return keepingId(whole(compilePipelineUpdate(update, options)), replacedId)
  }
  if (!isDoc(update)) throw failedToParse('Update argument must be either an object or an array')
  if (isReplacement(update)) {
    if (options.arrayFilters?.length)
      throw failedToParse('arrayFilters may not be specified for replacement-style updates')
    return keepingId(whole(replacement(update)), replacedId)
  }
  return keepingId(compileModifiers(update, options), () => modifiedId(update))
}

function modifiedId(update: Doc): MongoError {
  const paths = [...update.values()].flatMap((argument) => (isDoc(argument) ? [...argument.keys()] : []))
  const path = paths.find((each) => each.startsWith('_id.')) ?? '_id'
  return new MongoError(
    66,
    `Performing an update on the path '${path}' would modify the immutable field '_id'`,
  )
}
const replacedId = (id: Value | undefined): MongoError =>
  new MongoError(
    66,
    `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${printValue(id)}`,
  )

/** An update that must not change the `_id`. */
function keepingId(apply: Update, altered: (id: Value | undefined) => MongoError): Update {
  return (original) => {
    const result = apply(original)
    const id = original.get('_id')
    if (id !== undefined && !identical(id, result.doc.get('_id'))) throw altered(result.doc.get('_id'))
    return result
  }
}

/** An update that gives a whole document, which may turn out to be the one that was there. */
const whole =
  (apply: (doc: Doc) => Doc): Update =>
  (original) => {
    const doc = apply(original)
    return { doc, modified: !identical(doc, original) }
  }

/** Whether two values are the same to the byte: 1 and 1.0 are not. */
export function identical(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return a !== 0 || Object.is(a, b)
  if (a === undefined || b === undefined) return false
  return Buffer.compare(encode(new Map([['', a]])), encode(new Map([['', b]]))) === 0
}

const dollarAtTop = (name: string, path: string): MongoError =>
  new MongoError(
    52,
    `The dollar ($) prefixed field '${name}' in '${path}' is not allowed in the context of an update's replacement ` +
      'document. Consider using an aggregation pipeline with $replaceWith.',
  )

function replacement(update: Doc): (doc: Doc) => Doc {
  for (const name of update.keys()) {
    if (name.startsWith('$')) throw dollarAtTop(name, name)
  }
  return (original) => {
    const id = update.get('_id') ?? original.get('_id')
    const doc: Doc = id === undefined ? new Map() : new Map([['_id', id]])
    for (const [name, value] of update) doc.set(name, value)
    return doc
  }
}

function compileModifiers(update: Doc, options: UpdateOptions): Update {
  const steps = parseSteps(
    update,
    { collation: options.collation, now: options.now ?? new Date() },
    options.isUpsertInsert === true,
  )
  const arrayFilters = compileArrayFilters(
    options.arrayFilters ?? [],
    update,
    steps.map(({ path }) => path),
    options,
  )
  const judged = options.isUpsertInsert !== true && steps.some(({ path }) => path[0]!.startsWith('$'))
  return (original) => {
    const positions = positionsIn(original, options, arrayFilters)
    const concrete = steps.flatMap((step) =>
      concretePaths(original, step.path, positions).map((path): Step => ({ ...step, path })),
    )
    refuseConflicts(concrete, (path) => `Update created a conflict at '${path}'`)
    concrete.sort((a, b) => comparePaths(a.path, b.path))
    const draft = new Draft(original)
    for (const step of concrete) apply(step, draft, original)
    if (judged) refuseDollarsAtTop(original, draft.root)
    return { doc: draft.root, modified: draft.modified }
  }
}

/** A document that is there may keep its names with a dollar sign at the top, and gets no others nor new values in them. */
function refuseDollarsAtTop(before: Doc, after: Doc): void {
  for (const [name, value] of after) {
    if (name.startsWith('$') && before.get(name) !== value) throw dollarAtTop(name, name)
  }
}

function positionsIn(doc: Doc, { filter }: UpdateOptions, arrayFilters: Positions['filter']): Positions {
  return {
    matched: () => {
      const position: { index: number | undefined } = { index: undefined }
      filter?.(doc, position)
      return position.index
    },
    filter: arrayFilters,
  }
}

function apply(step: Step, draft: Draft, original: Doc): void {
  const path = step.path.join('.')
  if (step.kind === 'nothing') return
  if (step.kind === 'unset') {
    draft.unset(step.path)
    return
  }
  if (step.kind === 'rename') {
    rename(step.from, step.path, draft, original)
    return
  }
  const place = draft.find(step.path)
  if (place.blocked) throw place.blocked
  if (place.value === undefined && !step.modifier.creates) return
  const value = step.modifier.apply({ current: place.value, path, doc: original })
  if (value === undefined || (!step.modifier.always && identical(value, place.value))) return
  draft.set(step.path, value)
}

function rename(from: string[], to: string[], draft: Draft, original: Doc): void {
  const { value, blocked } = draft.find(from)
  if (blocked) throw blocked
  if (value === undefined) return
  refuseArrayOnPath(draft, from, 'source', original)
  refuseArrayOnPath(draft, to, 'destination', original)
  draft.set(to, value)
  draft.unset(from)
}

function refuseArrayOnPath(draft: Draft, path: string[], which: string, original: Doc): void {
  for (let length = 1; length < path.length; length++) {
    if (!Array.isArray(draft.find(path.slice(0, length)).value)) continue
    throw badValue(
      `The ${which} field cannot be an array element, '${path.join('.')}' in doc with _id: ` +
        `${printValue(original.get('_id'))} has an array field called '${path[length - 1]}'`,
    )
  }
}
