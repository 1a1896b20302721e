import type { Query, Schema } from 'mongoose'
import { writes } from './operations.ts'
import { always } from './tenancy.ts'
import { afterChange } from './transaction.ts'

/**
 * Whom a change is about: the ids of sessions, people, API keys and tenants, or `everybody` where a filter names none of
 * them. What is remembered about who is asking is forgotten by these.
 */
export type Subject = string
export const everybody: Subject = 'everybody'

type Tell = (subjects: Subject[]) => Promise<void>
// On the process rather than in this module: a host may evaluate it more than once, and the models are one for all.
const slot = Symbol.for('insula.who-changed')
const place = globalThis as { [slot]?: Tell }

/**
 * Says who is told when rows that decide who is asking have changed. It is called after the change is committed and before
 * whoever asked for the change hears of it; it must not throw, and must not take long.
 */
export function onWhoChanged(tell: Tell): void {
  place[slot] = tell
}

const tell = (subjects: Subject[]) => place[slot]?.(subjects)

/** For a model whose rows decide who is asking: tells whom each write is about, whichever service makes it. */
export function tellsWho(schema: Schema): void {
  const changed = (row: object) => afterChange(subjectsIn(row), tell)
  const afterWrite = function (this: Query<unknown, unknown>) {
    return changed(this.getFilter())
  }
  schema.post([...writes], { document: false, query: true }, always(afterWrite))
  schema.post('save', always(changed))
  const afterInsertMany = async (rows: unknown) => {
    for (const row of [rows].flat()) await changed(row ?? {})
  }
  schema.post('insertMany', always(afterInsertMany))
}

const narrow = /^(ses|usr|key)_/

/** A row or a filter that names a session, a person or a key is about those alone; else it is about its whole tenant. */
function subjectsIn(row: object): Subject[] {
  const { _id, userId, tenantId } = row as Record<string, unknown>
  const named = [_id, userId].flatMap(idsIn)
  const narrowly = named.filter((id) => narrow.test(id))
  if (narrowly.length > 0) return narrowly
  const tenants = [_id, tenantId].flatMap(idsIn).filter((id) => id.startsWith('ten_'))
  return tenants.length > 0 ? tenants : [everybody]
}

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  const several = (value as { $in?: unknown } | null)?.$in
  return Array.isArray(several) ? several.filter((one) => typeof one === 'string') : []
}
