import { type Command, readLevels } from '../command.ts'
import { encode } from '../language/codec.ts'
import { compareValues } from '../language/compare.ts'
import { MongoError } from '../language/error.ts'
import { encodeValue } from '../language/keystring.ts'
import { arrayIndex } from '../language/path.ts'
import type { Doc, Value } from '../language/value.ts'
import { find, queryOf } from '../read.ts'
import { documentOf, maxDocumentBytes } from '../storage/record.ts'

export const distinct: Command = {
  fields: { key: 'string!', query: 'object', hint: 'hint', collation: 'object' },
  transactional: true,
  reads: readLevels,
  run(call) {
    const collection = call.engine.store.collection(call.db, call.collectionName, call.reader)
    const key = call.get<string>('key')!
    if (key.includes('\0')) throw new MongoError(31032, 'Key field cannot contain an embedded null byte')
    const query = queryOf(call, collection, 'query')
    const path = key.split('.')
    const reads = new Set([path[0]!])
    const values = new Map<string, Value>()
    // The values of one document come in their own order.
    for (const { version } of find(call, collection, query)) {
      const found: Value[] = []
      collect(documentOf(version, reads), path, found)
      for (const value of found.sort(compareValues)) {
        const code = encodeValue(value, query.collation)
        if (!values.has(code)) values.set(code, value)
      }
    }
    const reply: Doc = new Map([['values', [...values.values()]]])
    if (encode(reply).length > maxDocumentBytes) throw new MongoError(17217, 'distinct too big, 16mb cap')
    if (call.moment) reply.set('atClusterTime', call.moment.time)
    return reply
  },
}

/** Unlike a filter, this enters arrays that lie in arrays, and takes a numeric name for an array's index alone. */
function collect(value: Value, path: readonly string[], found: Value[], at = 0): void {
  if (at === path.length) {
    if (Array.isArray(value)) for (const element of value) found.push(element)
    else found.push(value)
  } else if (value instanceof Map) {
    const inner = value.get(path[at]!)
    if (inner !== undefined) collect(inner, path, found, at + 1)
  } else if (Array.isArray(value)) {
    const index = arrayIndex(path[at]!)
    if (index === -1) {
      for (const element of value) collect(element, path, found, at)
    } else if (index < value.length) collect(value[index]!, path, found, at + 1)
  }
}
