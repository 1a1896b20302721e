import { add, multiply } from '../arithmetic.ts'
import { compareValues } from '../compare.ts'
import { badValue, failedToParse, typeMismatch } from '../error.ts'
import { printValue } from '../print.ts'
import type { Doc, NumericValue, Value } from '../value.ts'
import { Int32, int, isDoc, isNumeric, Long, long, Timestamp, typeNameOf } from '../value.ts'
import { arrayModifiers } from './arrays.ts'
import type { Apply, Modifier, ModifierContext, ModifierParser } from './modifier.ts'

const creating = (apply: Apply): Modifier => ({ apply, creates: true })

const idOf = (doc: Doc): string => `{_id: ${printValue(doc.get('_id'))}}`

function arithmetic(
  name: '$inc' | '$mul',
  verb: string,
  compute: (a: NumericValue, b: NumericValue) => NumericValue | undefined,
): ModifierParser {
  return (argument, path) => {
    if (!isNumeric(argument)) {
      throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${path}: ${printValue(argument)}}`)
    }
    return creating(({ current, doc }) => {
      if (current === undefined) return name === '$inc' ? argument : compute(argument, int(0))
      if (!isNumeric(current)) {
        throw typeMismatch(
          `Cannot apply ${name} to a value of non-numeric type. ${idOf(doc)} has the field ` +
            `'${path.split('.').at(-1)}' of non-numeric type ${typeNameOf(current)}`,
        )
      }
      const result = compute(current, argument)
      if (result !== undefined) return result
      throw badValue(
        `Failed to apply ${name} operations to current value ((NumberLong)${printValue(current)}) for document ${idOf(doc)}`,
      )
    })
  }
}

const extreme =
  (sign: 1 | -1): ModifierParser =>
  (argument, _, { collation }) =>
    creating(({ current }) =>
      current === undefined || compareValues(argument, current, collation) * sign > 0 ? argument : undefined,
    )

function currentDate(argument: Value, _path: string, { now }: ModifierContext): Modifier {
  const timestamp = () => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
  if (typeof argument === 'boolean') return { ...creating(() => now), always: true }
  if (!isDoc(argument)) {
    throw badValue(
      `${typeNameOf(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    )
  }
  for (const key of argument.keys())
    if (key !== '$type') throw badValue(`Unrecognized $currentDate option: ${key}`)
  const type = argument.get('$type')
  if (type === 'date') return { ...creating(() => now), always: true }
  if (type === 'timestamp') return { ...creating(timestamp), always: true }
  throw badValue(
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  )
}

function bit(argument: Value, path: string): Modifier {
  if (!isDoc(argument)) {
    throw badValue(
      `The $bit modifier is not compatible with a ${typeNameOf(argument)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    )
  }
  const steps = [...argument].map(([name, operand]) => {
    if (!['and', 'or', 'xor'].includes(name)) {
      throw badValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${printValue(operand)}}`,
      )
    }
    if (!(operand instanceof Int32 || operand instanceof Long)) {
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeNameOf(operand)}' is not supported here: {${name}: ${printValue(operand)}}`,
      )
    }
    return [name, operand] as const
  })
  if (steps.length === 0)
    throw badValue(
      `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`,
    )
  return creating(({ current, doc }) => {
    let value = current ?? int(0)
    if (!(value instanceof Int32 || value instanceof Long)) {
      throw badValue(
        `Cannot apply $bit to a value of non-integral type.${idOf(doc)} has the field ${path.split('.').at(-1)} of non-integer type ${typeNameOf(value)}`,
      )
    }
    for (const [name, operand] of steps) value = combined(name, value, operand)
    return value
  })
}

function combined(name: string, a: Int32 | Long, b: Int32 | Long): Int32 | Long {
  const [left, right] = [a, b].map((value) => BigInt(value.toString()))
  const result = name === 'and' ? left! & right! : name === 'or' ? left! | right! : left! ^ right!
  return a instanceof Long || b instanceof Long ? long(result) : int(Number(result))
}

/** The update operators that change one path; `$unset` and `$rename` are handled where paths are. */
export const modifiers: Record<string, ModifierParser> = {
  ...arrayModifiers,
  $set: (argument) => creating(() => argument),
  $setOnInsert: (argument) => creating(() => argument),
  $inc: arithmetic('$inc', 'increment', add),
  $mul: arithmetic('$mul', 'multiply', multiply),
  $min: extreme(-1),
  $max: extreme(1),
  $currentDate: currentDate,
  $bit: bit,
}

/** Refuses what is not `{<operator>: {<path>: <argument>}}`. */
export function pathsOf(name: string, argument: Value): Doc {
  if (isDoc(argument)) return argument
  throw failedToParse(
    `Modifiers operate on fields but we found type ${typeNameOf(argument)} instead. ` +
      `For example: {$mod: {<field>: ...}} not {${name}: ${printValue(argument)}}`,
  )
}
