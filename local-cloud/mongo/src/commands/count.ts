import { type Command, readLevels } from '../command.ts'
import { int, isNumeric, toDouble } from '../language/value.ts'
import { find, queryOf } from '../read.ts'

export const count: Command = {
  fields: {
    query: 'object',
    skip: 'number',
    limit: 'number',
    hint: 'hint',
    collation: 'object',
    fields: 'object',
  },
  reads: readLevels.filter((level) => level !== 'snapshot'),
  run(call) {
    const collection = call.engine.store.collection(call.db, call.collectionName)
    const limit = call.get('limit')
    // A negative limit means the same as a positive one.
    if (isNumeric(limit) && toDouble(limit) < 0) call.body.set('limit', -toDouble(limit))
    const query = queryOf(call, collection, 'query')
    let n = 0
    for (const _ of find(call, collection, query)) n++
    return new Map([['n', int(n)]])
  },
}
