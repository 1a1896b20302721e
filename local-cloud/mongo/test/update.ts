import { expect } from 'vitest'
import { compileFilter } from '../src/language/match.ts'
import { applyUpdate } from '../src/language/update.ts'
import { toDoc, toPlain, toValue } from '../src/language/value.ts'

export interface Options {
  arrayFilters?: object[]
  query?: object
  insert?: boolean
}

/** What an update makes of a document for a test, which sees to it that the original stays as it was. */
export function updated(doc: object, update: object, { arrayFilters, query, insert }: Options = {}) {
  const original = toDoc(doc)
  const before = JSON.stringify(toPlain(original))
  const result = applyUpdate(original, toValue(update), {
    arrayFilters: arrayFilters?.map(toDoc),
    filter: query && compileFilter(toDoc(query)),
    isUpsertInsert: insert,
    now: new Date(1000),
  })
  expect(JSON.stringify(toPlain(original)), 'the original stays as it was').toBe(before)
  return result
}
