import { encode } from '../codec.ts'
import { MongoError } from '../error.ts'
import { Binary, Int32, int, isDoc, Long, long } from '../value.ts'
import { typeName } from './arithmetic.ts'
import type { Argument, Operator } from './scope.ts'
import { isNullish, unary, variadic } from './scope.ts'

function combining(name: string, start: bigint, combine: (a: bigint, b: bigint) => bigint): Operator {
  return variadic((args) => {
    if (args.some(isNullish)) return null
    let asLong = false
    let bits = start
    for (const value of args) {
      if (!(value instanceof Int32 || value instanceof Long)) {
        throw new MongoError(14, `${name} only supports int and long operands, not ${typeName(value)}`)
      }
      asLong ||= value instanceof Long
      bits = combine(bits, BigInt(value.toString()))
    }
    return asLong ? long(bits) : int(Number(bits))
  })
}

function not(value: Argument): Argument {
  if (isNullish(value)) return null
  if (value instanceof Int32) return int(~value.value)
  if (value instanceof Long) return long(~value.toBigInt())
  throw new MongoError(28765, `$bitNot only supports int and long, not: ${typeName(value)}.`)
}

function binarySize(value: Argument): Argument {
  if (isNullish(value)) return null
  if (typeof value === 'string') return int(Buffer.byteLength(value))
  if (value instanceof Binary) return int(value.position)
  throw new MongoError(51276, `$binarySize requires a string or BinData argument, found: ${typeName(value)}`)
}

function bsonSize(value: Argument): Argument {
  if (isNullish(value)) return null
  if (isDoc(value)) return int(encode(value).length)
  throw new MongoError(31393, `$bsonSize requires a document input, found: ${typeName(value)}`)
}

export const bitOperators: Record<string, Operator> = {
  $binarySize: unary(binarySize),
  $bitAnd: combining('$bitAnd', -1n, (a, b) => a & b),
  $bitNot: unary(not),
  $bitOr: combining('$bitOr', 0n, (a, b) => a | b),
  $bitXor: combining('$bitXor', 0n, (a, b) => a ^ b),
  $bsonSize: unary(bsonSize),
}
