import { randomInt } from 'node:crypto'
import { BSON, type Collection, Decimal128, type Document, Double, Long } from 'mongodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { randomFrom } from './random.ts'
import { ownMongo } from './server.ts'

const own = ownMongo()

function dice(seed: number) {
  const next = randomFrom(seed)
  return <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)]!
}
type Pick = ReturnType<typeof dice>

const scalars = [
  0,
  1,
  2,
  -1,
  1.5,
  new Double(1),
  Long.fromNumber(2),
  Decimal128.fromString('1.5'),
  'a',
  'A',
  'b',
  null,
  true,
]
const paths = ['a', 'b', 'c.x', 'c.y']

function anyValue(pick: Pick): unknown {
  const kind = pick(['scalar', 'scalar', 'scalar', 'array', 'document', 'missing'] as const)
  if (kind === 'scalar') return pick(scalars)
  if (kind === 'array')
    return Array.from({ length: pick([0, 1, 2, 3]) }, () => pick([...scalars, [1], { x: 1 }]))
  return kind === 'document' ? { x: pick(scalars), y: pick([...scalars, [1, 2]]) } : undefined
}

const anyDocument = (pick: Pick, _id: number): Document =>
  Object.fromEntries(
    [
      ['_id', _id],
      ['a', anyValue(pick)],
      ['b', anyValue(pick)],
      ['c', pick([anyValue(pick), { x: anyValue(pick) }, [{ x: pick(scalars) }, { y: pick(scalars) }, 1]])],
    ].filter(([, value]) => value !== undefined),
  )

function anyFilter(pick: Pick, depth = 0): Document {
  const path = pick(paths)
  const simple = {
    [path]: pick([pick(scalars), { $gt: pick(scalars) }, { $lte: pick(scalars) }, { $ne: pick(scalars) }]),
  }
  if (depth > 1) return simple
  return pick<() => Document>([
    () => simple,
    () => ({ [path]: { $in: [pick(scalars), pick(scalars)] } }),
    () => ({ [path]: { $exists: pick([true, false]) } }),
    () => ({ [path]: { $gte: pick(scalars), $lt: pick(scalars) } }),
    () => ({ $or: [anyFilter(pick, depth + 1), anyFilter(pick, depth + 1)] }),
    () => ({ $and: [anyFilter(pick, depth + 1), anyFilter(pick, depth + 1)] }),
    () => ({ $expr: { $eq: [`$${path}`, pick(scalars)] } }),
  ])()
}

function anyStage(pick: Pick, from: string): Document {
  const [local, foreign] = [pick(paths), pick(paths)]
  const match = { $match: anyFilter(pick) }
  return pick<() => Document>([
    () => match,
    () => ({ $sort: { [local]: pick([1, -1]), _id: 1 } }),
    () => ({ $lookup: { from, localField: local, foreignField: foreign, as: 'm' } }),
    () => ({ $lookup: { from, localField: local, foreignField: foreign, pipeline: [match], as: 'm' } }),
    () => ({
      $lookup: {
        from,
        let: { v: `$${local}` },
        pipeline: [{ $match: { $expr: { $eq: [`$${foreign}`, '$$v'] }, ...anyFilter(pick, 2) } }],
        as: 'm',
      },
    }),
    () => ({ $unionWith: { coll: from, pipeline: [match] } }),
    () => ({ $unwind: { path: `$${local}`, preserveNullAndEmptyArrays: true } }),
  ])()
}

/** What came out, whatever order an index or a scan gave it in; joined documents likewise. */
function contents(docs: Document[]): string[] {
  const inOrder = (value: unknown): unknown =>
    Array.isArray(value) && value.some((each) => each?._id !== undefined)
      ? value.map((each) => BSON.EJSON.stringify(each, { relaxed: false })).sort()
      : value
  return docs.map((doc) => BSON.EJSON.stringify({ ...doc, m: inOrder(doc.m) }, { relaxed: false })).sort()
}

describe('a pipeline comes to the same', () => {
  const seed = Number(process.env.SEED) || randomInt(2 ** 31)
  const pick = dice(seed)
  let plain: Collection<Document>
  let indexed: Collection<Document>

  beforeEach(async () => {
    plain = own.db.collection('plain')
    indexed = own.db.collection('indexed')
    const docs = Array.from({ length: 40 }, (_, at) => anyDocument(pick, at))
    await plain.insertMany(docs)
    await indexed.insertMany(docs)
    await indexed.createIndexes([
      ...paths.map((path) => ({ key: { [path]: 1 } })),
      { key: { 'c.x': -1, _id: 1 } },
      { key: { b: 1 }, name: 'some b', partialFilterExpression: { b: { $gt: 0 } } },
      { key: { 'c.y': 1 }, name: 'sparse y', sparse: true },
      { key: { a: 1 }, name: 'folded a', collation: { locale: 'en', strength: 2 } },
    ])
  })

  test(`with indexes as without, and with a first match held back (SEED=${seed})`, async () => {
    for (let round = 0; round < 150; round++) {
      const stages = (from: string, chosen: Pick) => [
        { $match: anyFilter(chosen) },
        anyStage(chosen, from),
        anyStage(chosen, from),
      ]
      const roundSeed = pick(Array.from({ length: 1000 }, (_, at) => at)) * 1000 + round
      const collation = pick([undefined, { locale: 'en', strength: 2 }])
      const options = collation ? { collation } : {}
      const expected = contents(await plain.aggregate(stages('plain', dice(roundSeed)), options).toArray())
      const pipeline = stages('indexed', dice(roundSeed))
      const shown = BSON.EJSON.stringify({ pipeline, collation })
      expect(contents(await indexed.aggregate(pipeline, options).toArray()), shown).toEqual(expected)
      const heldBack = await indexed.aggregate([{ $skip: 0 }, ...pipeline], options).toArray()
      expect(contents(heldBack), shown).toEqual(expected)
    }
  })
})
