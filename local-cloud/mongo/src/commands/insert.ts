import type { Call, Command } from '../command.ts'
import { MongoError } from '../language/error.ts'
import {
  BSONRegExp,
  type Doc,
  int,
  isDoc,
  ObjectId,
  Timestamp,
  typeNameOf,
  type Value,
} from '../language/value.ts'
import { checkValid } from '../validation.ts'
import { collectionToWrite, writeAll } from '../write.ts'

const acknowledged: Doc = new Map([['n', int(1)]])

export const insert: Command = {
  fields: { documents: 'objects!', ordered: 'bool', bypassDocumentValidation: 'bool' },
  transactional: true,
  retryable: true,
  async run(call) {
    let n = 0
    const documents = call.get<Doc[]>('documents')!
    const reply = await writeAll(
      call,
      documents,
      (document) => insertDocument(call, document),
      () => n++,
    )
    return new Map([['n', int(n)], ...reply])
  },
}

/** Inserts one document of an insert. */
export async function insertDocument(call: Call, document: Doc): Promise<Doc> {
  const whole = completed(call, document)
  await call.patiently(() => {
    const collection = collectionToWrite(call, call.collectionName)
    checkValid(call, collection, whole)
    collection.insert(whole, call.transaction)
  })
  return acknowledged
}

/** The document as it will be stored: `_id` first and present, zero timestamps filled in. */
export function completed(call: Call, document: Doc): Doc {
  const id = document.get('_id') ?? (document.has('_id') ? null : new ObjectId())
  checkId(id)
  let first = true
  let plain = document.has('_id')
  for (const [name, value] of document) {
    if (first && name !== '_id') plain = false
    first = false
    if (value instanceof Timestamp && value.t === 0 && value.i === 0) plain = false
  }
  if (plain) return document
  const whole: Doc = new Map([['_id', id]])
  for (const [name, value] of document) {
    if (name === '_id') continue
    const zero = value instanceof Timestamp && value.t === 0 && value.i === 0
    whole.set(name, zero ? call.engine.time.next() : value)
  }
  return whole
}

/** Throws InvalidIdField (53) and DollarPrefixedFieldName (52). */
export function checkId(id: Value): void {
  if (Array.isArray(id) || id instanceof BSONRegExp) {
    throw new MongoError(53, `The '_id' value cannot be of type ${typeNameOf(id)}`)
  }
  const name = dollarName(id)
  if (name === undefined) return
  throw new MongoError(
    52,
    `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
  )
}

/** The first name with a `$` in a document, however deep; a DBRef may have its own. */
function dollarName(value: Value): string | undefined {
  if (Array.isArray(value)) {
    for (const inner of value) {
      const name = dollarName(inner)
      if (name !== undefined) return name
    }
  }
  if (!isDoc(value)) return undefined
  for (const [name, inner] of value) {
    if (name.startsWith('$') && !['$ref', '$id', '$db'].includes(name)) return name
    const deeper = dollarName(inner)
    if (deeper !== undefined) return deeper
  }
  return undefined
}
