import { compareStrings } from '../compare.ts'
import { MongoError } from '../error.ts'
import { printDouble, printValue } from '../print.ts'
import { int, isNumeric, toDouble } from '../value.ts'
import { typeName } from './arithmetic.ts'
import { wholeNumber } from './array.ts'
import type { Argument, Operator } from './scope.ts'
import { binary, isNullish, namedArguments, operator, unary, variadic } from './scope.ts'

const mostBytes = 64 * 1024 ** 2

function concatenated(args: Argument[]): Argument {
  let text = ''
  for (const value of args) {
    if (isNullish(value)) return null
    if (typeof value !== 'string') {
      throw new MongoError(16702, `$concat only supports strings, not ${typeName(value)}`)
    }
    text += value
    if (text.length > mostBytes)
      throw new MongoError(
        13548,
        `BufBuilder attempted to grow() to ${text.length} bytes, past the 64MB limit.`,
      )
  }
  return text
}

/** What string operators take for a string: null is empty, numbers and dates are printed, all else is refused. */
function coerced(value: Argument): string {
  if (typeof value === 'string') return value
  if (isNullish(value)) return ''
  if (isNumeric(value)) return typeof value === 'number' ? printDouble(value) : value.toString()
  if (value instanceof Date) return value.toISOString()
  throw new MongoError(16007, `can't convert from BSON type ${typeName(value)} to String`)
}

/** MongoDB changes the case of ASCII letters only. */
const toUpper = (value: Argument): string => coerced(value).replace(/[a-z]+/g, (text) => text.toUpperCase())
const toLower = (value: Argument): string => coerced(value).replace(/[A-Z]+/g, (text) => text.toLowerCase())

function length(
  name: '$strLenCP' | '$strLenBytes',
  code: number,
  measure: (text: string) => number,
): Operator {
  return unary((value) => {
    if (typeof value !== 'string') {
      throw new MongoError(code, `${name} requires a string argument, found: ${typeName(value)}`)
    }
    return int(measure(value))
  })
}

function substringByCodePoints(text: Argument, start: Argument, count: Argument): Argument {
  const [from, length] = [start, count].map((value, index) => {
    const number = wholeNumber(value)
    if (!isNumeric(value))
      throw new MongoError(
        34450 + index * 2,
        `$substrCP: starting index and length must be numeric (is BSON type ${typeName(value)})`,
      )
    if (number === undefined)
      throw new MongoError(
        34451 + index * 2,
        `$substrCP: starting index and length must be whole numbers: ${printValue(value)}`,
      )
    if (number < 0)
      throw new MongoError(
        34455 - index,
        `$substrCP: starting index and length must be non-negative: ${number}`,
      )
    return number
  })
  return [...coerced(text)].slice(from, from! + length!).join('')
}

function substringByBytes(text: Argument, start: Argument, count: Argument): Argument {
  if (!isNumeric(start))
    throw new MongoError(
      16034,
      `$substrBytes:  starting index must be a numeric type (is BSON type ${typeName(start)})`,
    )
  if (!isNumeric(count))
    throw new MongoError(
      16035,
      `$substrBytes:  length must be a numeric type (is BSON type ${typeName(count)})`,
    )
  const bytes = Buffer.from(coerced(text), 'utf8')
  const from = Math.trunc(toDouble(start))
  if (from < 0)
    throw new MongoError(50752, `$substrBytes:  starting index must be non-negative (got: ${from})`)
  const wanted = Math.trunc(toDouble(count))
  const to = wanted < 0 ? bytes.length : Math.min(from + wanted, bytes.length)
  const continues = (at: number) => at < bytes.length && (bytes[at]! & 0xc0) === 0x80
  if (from < bytes.length && continues(from))
    throw new MongoError(28656, '$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.')
  if (to > from && continues(to))
    throw new MongoError(
      28657,
      '$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.',
    )
  return bytes.subarray(Math.min(from, bytes.length), Math.max(from, to)).toString('utf8')
}

const whitespace = '\0\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'

function trim(name: string, left: boolean, right: boolean): Operator {
  return (argument, scope) => {
    const parts = namedArguments(argument, name, ['input'], ['chars'])
    const input = scope.compile(parts.input)
    const chars = parts.chars === undefined ? undefined : scope.compile(parts.chars)
    return (env) => {
      const text = input(env)
      const set = chars ? chars(env) : whitespace
      if (isNullish(text) || isNullish(set)) return null
      if (typeof text !== 'string')
        throw new MongoError(
          50699,
          `${name} requires its input to be a string, got ${printValue(text)} (of type ${typeName(text)}) instead.`,
        )
      if (typeof set !== 'string')
        throw new MongoError(
          50700,
          ` ${name} requires 'chars' to be a string, got ${printValue(set)} (of type ${typeName(set)}) instead.`,
        )
      const members = new Set(set)
      const symbols = [...text]
      let from = 0
      let to = symbols.length
      while (left && from < to && members.has(symbols[from]!)) from++
      while (right && to > from && members.has(symbols[to - 1]!)) to--
      return symbols.slice(from, to).join('')
    }
  }
}

function split(text: Argument, separator: Argument): Argument {
  if (isNullish(text) || isNullish(separator)) return null
  if (typeof text !== 'string')
    throw new MongoError(
      40085,
      `$split requires an expression that evaluates to a string as a first argument, found: ${typeName(text)}`,
    )
  if (typeof separator !== 'string')
    throw new MongoError(
      40086,
      `$split requires an expression that evaluates to a string as a second argument, found: ${typeName(separator)}`,
    )
  if (separator === '') throw new MongoError(40087, '$split requires a non-empty separator')
  return text.split(separator)
}

function indexOf(
  name: string,
  units: (text: string) => ArrayLike<unknown> & { slice(from: number, to: number): unknown },
): Operator {
  const measure = (text: string) => units(text).length
  return operator(2, 4, (args) => {
    const [text, wanted] = args
    if (isNullish(text)) return null
    const codes = name === '$indexOfBytes' ? [40091, 40092] : [40093, 40094]
    if (typeof text !== 'string')
      throw new MongoError(
        codes[0]!,
        `${name} requires a string as the first argument, found: ${typeName(text)}`,
      )
    if (typeof wanted !== 'string')
      throw new MongoError(
        codes[1]!,
        `${name} requires a string as the second argument, found: ${typeName(wanted)}`,
      )
    const bounds = [args.length > 2 ? args[2] : int(0), args.length > 3 ? args[3] : int(measure(text))]
    const [from, to] = bounds.map((bound) => {
      const at = wholeNumber(bound)
      if (at === undefined)
        throw new MongoError(40096, `${name} requires an integral index, found: ${printValue(bound)}`)
      if (at < 0) throw new MongoError(40097, `${name} requires a nonnegative index, found: ${at}`)
      return at
    })
    const end = Math.min(to!, measure(text))
    for (
      let at = text.indexOf(wanted);
      at !== -1;
      at = at < text.length ? text.indexOf(wanted, at + 1) : -1
    ) {
      const position = measure(text.slice(0, at))
      if (position >= from!) return int(position + measure(wanted) <= end ? position : -1)
    }
    return int(-1)
  })
}

function replace(name: '$replaceOne' | '$replaceAll'): Operator {
  return (argument, scope) => {
    const parts = namedArguments(argument, name, ['input', 'find', 'replacement'])
    const expressions = [parts.input, parts.find, parts.replacement].map((part) => scope.compile(part))
    return (env) => {
      const values = expressions.map((expression) => expression(env))
      values.forEach((value, index) => {
        if (isNullish(value) || typeof value === 'string') return
        const part = ['input', 'find', 'replacement'][index]
        throw new MongoError(
          51746 - index,
          `${name} requires that '${part}' be a string, found: ${printValue(value)}`,
        )
      })
      const [text, find, replacement] = values
      if (isNullish(text) || isNullish(find) || isNullish(replacement)) return null
      if (name === '$replaceAll') return String(text).replaceAll(String(find), () => String(replacement))
      return String(text).replace(String(find), () => String(replacement))
    }
  }
}

export const stringOperators: Record<string, Operator> = {
  $concat: variadic(concatenated),
  $indexOfBytes: indexOf('$indexOfBytes', (text) => Buffer.from(text, 'utf8')),
  $indexOfCP: indexOf('$indexOfCP', (text) => [...text]),
  $ltrim: trim('$ltrim', true, false),
  $replaceAll: replace('$replaceAll'),
  $replaceOne: replace('$replaceOne'),
  $rtrim: trim('$rtrim', false, true),
  $split: binary(split),
  $strcasecmp: binary((a, b) => int(Math.sign(compareStrings(toUpper(a), toUpper(b))))),
  $strLenBytes: length('$strLenBytes', 34473, (text) => Buffer.byteLength(text)),
  $strLenCP: length('$strLenCP', 34471, (text) => [...text].length),
  $substr: operator(3, 3, ([text, start, count]) => substringByBytes(text, start, count)),
  $substrBytes: operator(3, 3, ([text, start, count]) => substringByBytes(text, start, count)),
  $substrCP: operator(3, 3, ([text, start, count]) => substringByCodePoints(text, start, count)),
  $toLower: unary(toLower),
  $toUpper: unary(toUpper),
  $trim: trim('$trim', true, true),
}
