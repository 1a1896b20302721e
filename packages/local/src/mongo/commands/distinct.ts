import { type Command, readLevels } from '../command.ts'
import { MongoError } from '../language/error.ts'
import { encodeValue } from '../language/keystring.ts'
import { walkPath } from '../language/path.ts'
import type { Doc, Value } from '../language/value.ts'
import { find, queryOf } from '../read.ts'
import { documentOf } from '../storage/record.ts'

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
    for (const { version } of find(call, collection, query)) {
      walkPath(documentOf(version, reads), path, 'elements and array', (value, index) => {
        // An array counts by its elements, which were visited before it.
        if (value === undefined || (Array.isArray(value) && index === -1)) return false
        const code = encodeValue(value, query.collation)
        if (!values.has(code)) values.set(code, value)
        return false
      })
    }
    const reply: Doc = new Map([['values', [...values.values()]]])
    if (call.moment) reply.set('atClusterTime', call.moment.time)
    return reply
  },
}
