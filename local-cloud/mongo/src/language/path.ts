import { MongoError } from './error.ts'
import type { Doc, Value } from './value.ts'
import { isDoc } from './value.ts'

/**
 * How a query's dotted path finds values (MongoDB's ElementPath): documents are entered by name; an array on the
 * way is entered by each of its documents and by a numeric name; an array at the end offers its elements and
 * then itself, unless an index named it.
 */
export type LeafArrays = 'elements and array' | 'array'

/**
 * Receives a value that the path leads to, undefined where a document lacks it, and the index inside the
 * outermost array that was entered implicitly, or -1. Answering true ends the walk.
 */
export type Visit = (value: Value | undefined, index: number) => boolean

export const splitPath = (path: string): string[] => path.split('.')

/** Walks every value at the path until `visit` answers true; tells whether it did. */
export function walkPath(doc: Doc, path: readonly string[], leaf: LeafArrays, visit: Visit): boolean {
  return walkDoc(doc, path, 0, leaf, visit, -1)
}

/** As `walkPath`, for a document or an array (whose names are its indexes), as `$elemMatch` needs. */
export function walkInto(
  value: Doc | Value[],
  path: readonly string[],
  leaf: LeafArrays,
  visit: Visit,
): boolean {
  if (isDoc(value)) return walkDoc(value, path, 0, leaf, visit, -1)
  return walkDoc(new Map(value.map((inner, index) => [String(index), inner])), path, 0, leaf, visit, -1)
}

function walkDoc(
  doc: Doc,
  path: readonly string[],
  from: number,
  leaf: LeafArrays,
  visit: Visit,
  index: number,
): boolean {
  let at = from
  let value = doc.get(path[at++]!)
  while (at < path.length && isDoc(value)) value = value.get(path[at++]!)
  if (Array.isArray(value)) return walkArray(value, path, at, leaf, visit, index)
  return visit(at < path.length ? undefined : value, index)
}

function walkArray(
  array: Value[],
  path: readonly string[],
  at: number,
  leaf: LeafArrays,
  visit: Visit,
  outer: number,
): boolean {
  if (at === path.length) {
    if (leaf === 'elements and array') {
      for (let i = 0; i < array.length; i++) if (visit(array[i], outer === -1 ? i : outer)) return true
    }
    return visit(array, outer)
  }
  const named = arrayIndex(path[at]!)
  for (let i = 0; i < array.length; i++) {
    const element = array[i]!
    if (isDoc(element) && walkDoc(element, path, at, leaf, visit, outer === -1 ? i : outer)) return true
    if (i !== named) continue
    if (at + 1 === path.length) {
      if (visit(element, outer)) return true
    } else if (isDoc(element)) {
      if (walkDoc(element, path, at + 1, leaf, visit, outer)) return true
    } else if (Array.isArray(element)) {
      if (walkArray(element, path, at + 1, leaf, visit, outer)) return true
    }
  }
  return false
}

/** The array index that a path component names, or -1: digits without leading zeros. */
export function arrayIndex(component: string): number {
  return /^(0|[1-9]\d{0,9})$/.test(component) ? Number(component) : -1
}

/** The value an expression's `$a.b` stands for: arrays on the way are mapped over their documents. */
export function fieldValue(value: Value | undefined, path: readonly string[], from = 0): Value | undefined {
  let current = value
  for (let at = from; at < path.length; at++) {
    if (isDoc(current)) current = current.get(path[at]!)
    else if (Array.isArray(current)) {
      const found: Value[] = []
      for (const element of current) {
        if (!isDoc(element)) continue
        const inner = fieldValue(element, path, at)
        if (inner !== undefined) found.push(inner)
      }
      return found
    } else return undefined
  }
  return current
}

/** The components of a path; refuses those that MongoDB's FieldPath refuses. */
export function fieldPath(path: string): string[] {
  if (path === '') throw new MongoError(40352, 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.')) throw new MongoError(40353, "FieldPath must not end with a '.'.")
  const parts = splitPath(path)
  for (const part of parts) checkFieldName(part)
  return parts
}

export function checkFieldName(name: string): void {
  if (name === '') throw new MongoError(15998, 'FieldPath field names may not be empty strings.')
  if (name.startsWith('$') && !dbRefFields.has(name)) {
    throw new MongoError(
      16410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    )
  }
  if (name.includes('\0')) throw new MongoError(16411, 'FieldPath field names may not contain null bytes.')
}

/** The fields of a DBRef are names like any other. */
const dbRefFields = new Set(['$ref', '$id', '$db'])
