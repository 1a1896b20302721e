import type { Collation } from '../collation.ts'
import { compareValues } from '../compare.ts'
import { badValue, failedToParse, typeMismatch } from '../error.ts'
import { isPathOperator } from '../filter.ts'
import { compileFilter } from '../match.ts'
import { printValue } from '../print.ts'
import { compileSort } from '../sort.ts'
import type { Doc, Value } from '../value.ts'
import { BSONRegExp, isDoc, isNumeric, toDouble, typeNameOf } from '../value.ts'
import type { Modifier, ModifierContext, ModifierParser, Target } from './modifier.ts'

function push(argument: Value, path: string, context: ModifierContext): Modifier {
  const clauses = isDoc(argument) && argument.has('$each') ? argument : undefined
  const values = clauses ? eachOf(clauses, '$push') : [argument]
  for (const clause of clauses?.keys() ?? []) {
    if (!['$each', '$slice', '$sort', '$position'].includes(clause)) {
      throw badValue(`Unrecognized clause in $push: ${clause}`)
    }
  }
  const position = wholeClause(clauses, '$position')
  const slice = wholeClause(clauses, '$slice')
  const order = clauses?.has('$sort') ? elementOrder(clauses.get('$sort')!, context.collation) : undefined
  return {
    creates: true,
    always: true,
    apply: ({ current, doc }) => {
      const array = current === undefined ? [] : arrayOf(current, path, doc)
      const place = placeIn(array.length, position)
      const pushed = [...array.slice(0, place), ...values, ...array.slice(place)]
      if (order) pushed.sort(order)
      const kept = slice === undefined ? pushed : slice >= 0 ? pushed.slice(0, slice) : pushed.slice(slice)
      const untouched = current !== undefined && values.length === 0 && !order && kept.length === array.length
      return untouched ? undefined : kept
    },
  }
}

function placeIn(length: number, position: number | undefined): number {
  if (position === undefined) return length
  return position < 0 ? Math.max(length + position, 0) : Math.min(position, length)
}

function arrayOf(current: Value, path: string, doc: Doc): Value[] {
  if (Array.isArray(current)) return current
  throw badValue(
    `The field '${path}' must be an array but is of type ${typeNameOf(current)} in document {_id: ${printValue(doc.get('_id'))}}`,
  )
}

function eachOf(clauses: Doc, name: '$push' | '$addToSet'): Value[] {
  const each = clauses.get('$each') ?? null
  if (Array.isArray(each)) return each
  const why = `The argument to $each in ${name} must be an array but it was of type`
  throw name === '$push'
    ? badValue(`${why}: ${typeNameOf(each)}`)
    : typeMismatch(`${why} ${typeNameOf(each)}`)
}

function wholeClause(clauses: Doc | undefined, name: string): number | undefined {
  const value = clauses?.get(name)
  if (value === undefined) return undefined
  const number = isNumeric(value) ? toDouble(value) : Number.NaN
  if (Number.isInteger(number)) return number
  const what = name === '$slice' ? 'but was given type' : 'not of type'
  throw badValue(
    `The value for ${name} must be an integer value${name === '$slice' ? '' : ','} ${what}: ${typeNameOf(value)}`,
  )
}

/** `$sort: 1` orders whole elements; a document orders by the fields of elements that are documents. */
function elementOrder(spec: Value, collation: Collation | undefined): (a: Value, b: Value) => number {
  if (isNumeric(spec)) {
    const direction = toDouble(spec)
    if (direction !== 1 && direction !== -1) {
      throw badValue(`The $sort element value must be either 1 or -1`)
    }
    return (a, b) => compareValues(a, b, collation) * direction
  }
  if (!isDoc(spec))
    throw badValue(
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    )
  if (spec.size === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.')
  for (const [field, direction] of spec) {
    if (field === '' || field.split('.').includes(''))
      throw badValue(`The $sort field is a dotted field but has an empty part: ${field}`)
    if (!isNumeric(direction) || Math.abs(toDouble(direction)) !== 1)
      throw badValue('The $sort element value must be either 1 or -1')
  }
  const compare = compileSort(spec, collation)
  const wrap = (value: Value): Doc => (isDoc(value) ? value : new Map())
  return (a, b) => compare(wrap(a), wrap(b))
}

function addToSet(argument: Value, _path: string, { collation }: ModifierContext): Modifier {
  const clauses = isDoc(argument) && argument.keys().next().value === '$each' ? argument : undefined
  if (clauses && clauses.size > 1) {
    throw badValue(`Found unexpected fields after $each in $addToSet: ${printValue(clauses)}`)
  }
  const values = clauses ? eachOf(clauses, '$addToSet') : [argument]
  return {
    creates: true,
    apply: ({ current, path }) => {
      if (current !== undefined && !Array.isArray(current)) {
        throw badValue(
          `Cannot apply $addToSet to non-array field. Field named '${path.split('.').at(-1)}' has non-array type ${typeNameOf(current)}`,
        )
      }
      const set = [...(current ?? [])]
      for (const value of values) {
        if (!set.some((member) => compareValues(member, value, collation) === 0)) set.push(value)
      }
      return current && set.length === current.length ? undefined : set
    },
  }
}

/** Takes elements out of an array; on a missing path there is nothing to take. */
function removing(name: string, removed: (element: Value) => boolean): Modifier {
  return {
    creates: false,
    apply: ({ current }) => {
      if (current === undefined) return undefined
      if (!Array.isArray(current)) throw badValue(`Cannot apply ${name} to a non-array value`)
      const kept = current.filter((element) => !removed(element))
      return kept.length === current.length ? undefined : kept
    },
  }
}

function pull(argument: Value, _path: string, { collation }: ModifierContext): Modifier {
  return removing('$pull', pullCondition(argument, collation))
}

/** A document of operators tests the element itself, any other document is a filter on elements that are documents. */
function pullCondition(argument: Value, collation: Collation | undefined): (element: Value) => boolean {
  if (isDoc(argument) && !isPathOperator(argument.keys().next().value)) {
    const matches = compileFilter(argument, { collation })
    return (element) => isDoc(element) && matches(element)
  }
  if (isDoc(argument) || argument instanceof BSONRegExp) {
    const matches = compileFilter(new Map([['', argument]]), { collation })
    return (element) => matches(new Map([['', element]]))
  }
  return (element) => compareValues(element, argument, collation) === 0
}

function pullAll(argument: Value, _path: string, { collation }: ModifierContext): Modifier {
  if (!Array.isArray(argument)) {
    throw badValue(`$pullAll requires an array argument but was given a ${typeNameOf(argument)}`)
  }
  return removing('$pullAll', (element) =>
    argument.some((each) => compareValues(element, each, collation) === 0),
  )
}

function pop(argument: Value): Modifier {
  const end = isNumeric(argument) ? toDouble(argument) : Number.NaN
  if (end !== 1 && end !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${printValue(argument)}`)
  return {
    creates: false,
    apply: ({ current, path }: Target) => {
      if (current === undefined) return undefined
      if (!Array.isArray(current)) {
        throw typeMismatch(`Path '${path}' contains an element of non-array type '${typeNameOf(current)}'`)
      }
      if (current.length === 0) return undefined
      return end === 1 ? current.slice(0, -1) : current.slice(1)
    },
  }
}

export const arrayModifiers: Record<string, ModifierParser> = {
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
}
