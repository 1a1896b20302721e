import * as bson from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from './codec.ts'
import { toDoc, toPlain } from './value.ts'

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: 'grapheme' }),
  fc.double(),
  fc.integer().map((value) => new bson.Int32(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => bson.Long.fromBigInt(value)),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new bson.ObjectId(bytes)),
  fc.uint8Array().map((bytes) => new bson.Binary(bytes, 0)),
  fc.constantFrom(new bson.MinKey(), new bson.MaxKey(), new bson.BSONRegExp('^a.b', 'im')),
  fc.constantFrom('1.10', '-0', 'Infinity', 'NaN', '9E+400').map((text) => bson.Decimal128.fromString(text)),
)
const plainDoc = fc.letrec<{ value: unknown; doc: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('doc')),
  doc: fc.dictionary(
    fc.string({ unit: 'grapheme' }).filter((name) => !name.includes('\0')),
    tie('value'),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  ),
})).doc

const bytesOf = (...bytes: number[]) => Uint8Array.from(bytes)
const withLength = (body: number[]) => bytesOf(body.length + 5, 0, 0, 0, ...body, 0)

describe('decoding BSON', () => {
  it.each([
    ['no bytes', bytesOf()],
    ['a length of zero', bytesOf(0, 0, 0, 0, 0)],
    ['a negative length', bytesOf(255, 255, 255, 255, 0)],
    ['a length beyond the input', bytesOf(6, 0, 0, 0, 0)],
    ['bytes after the end', bytesOf(5, 0, 0, 0, 0, 0)],
    ['a document without its terminator', bytesOf(5, 0, 0, 0, 1)],
    ['a name without its terminator', withLength([10, 97])],
    ['an int that runs over the end', withLength([16, 97, 0, 1])],
    ['a boolean of two', withLength([8, 97, 0, 2])],
    ['a string with a length of zero', withLength([2, 97, 0, 0, 0, 0, 0])],
    ['a string without its terminator', withLength([2, 97, 0, 1, 0, 0, 0, 65])],
    ['a string that is not UTF-8', withLength([2, 97, 0, 2, 0, 0, 0, 0xff, 0])],
    ['a name that is not UTF-8', withLength([10, 0xc0, 0x80, 0])],
    ['an inner document longer than its outer', withLength([3, 97, 0, 50, 0, 0, 0, 0])],
    ['the same field twice', withLength([10, 97, 0, 10, 97, 0])],
    ['an unknown type', withLength([0x42, 97, 0])],
  ])('refuses %s', (_, bytes) => {
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: 22, codeName: 'InvalidBSON' }))
  })

  it('names the types that it does not hold', () => {
    expect(() => decode(withLength([6, 97, 0]))).toThrow('the BSON type undefined is not supported')
    const symbol = bson.serialize({ a: new bson.BSONSymbol('x') })
    expect(() => decode(symbol)).toThrow('the BSON type symbol is not supported')
  })

  it('refuses nesting that would exhaust the stack', () => {
    let doc = {}
    for (let level = 0; level < 300; level++) doc = { doc }
    expect(() => decode(bson.serialize(doc))).toThrow(expect.objectContaining({ codeName: 'Overflow' }))
  })

  it('keeps the order of integer-like names', () => {
    const doc = new Map([
      ['b', 1],
      ['2', 2],
      ['1', 3],
    ])
    expect([...decode(bson.serialize(doc)).keys()]).toEqual(['b', '2', '1'])
  })
})

describe('encoding BSON', () => {
  it('refuses a name with a null byte', () => {
    expect(() => encode(new Map([['a\0b', null]]))).toThrow(expect.objectContaining({ code: 2 }))
  })

  it('writes the very bytes that the driver writes, and reads them back as they were', () => {
    fc.assert(
      fc.property(plainDoc, (plain) => {
        const bytes = bson.serialize(plain)
        expect(Buffer.from(encode(toDoc(plain))).equals(bytes)).toBe(true)
        expect(Buffer.from(encode(decode(bytes))).equals(bytes)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('grows beyond its first buffer', () => {
    const text = 'é'.repeat(500_000)
    expect(toPlain(decode(encode(toDoc({ text, after: 1 }))))).toEqual({ text, after: 1 })
  })
})
