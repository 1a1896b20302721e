import { decodeString } from './language/codec.ts'
import { MongoError } from './language/error.ts'
import { printValue } from './language/print.ts'
import { Binary, type Doc, long, type Value } from './language/value.ts'
import { nobody } from './sessions.ts'
import type { LoggedChange } from './storage/change-log.ts'
import { documentOf, visible } from './storage/record.ts'
import type { Store } from './storage/store.ts'
import { updateDescription } from './update-description.ts'

/** Which documents come with an event besides what it tells of itself. */
export interface Images {
  fullDocument: 'default' | 'updateLookup' | 'whenAvailable' | 'required'
  fullDocumentBeforeChange: 'off' | 'whenAvailable' | 'required'
}

function heading(token: Doc, kind: string, { time, wallTime }: LoggedChange): Doc {
  return new Map<string, Value>([
    ['_id', token],
    ['operationType', kind],
    ['clusterTime', time],
    ['wallTime', new Date(wallTime)],
  ])
}

/** What ends a stream: its collection or database is no longer what it was opened on. */
export const invalidateEvent = (token: Doc, change: LoggedChange): Doc => heading(token, 'invalidate', change)

/** A change as MongoDB tells it. Throws NoMatchingDocument (47) for an image that is required. */
export function changeEvent(token: Doc, change: LoggedChange, images: Images, store: Store): Doc {
  const { kind, db, name, before, after, update, to, origin } = change
  if (kind === 'dropDatabase') return heading(token, kind, change).set('ns', new Map([['db', db]]))
  const ns = new Map([
    ['db', db],
    ['coll', name],
  ])
  if (kind === 'drop') return heading(token, kind, change).set('ns', ns)
  if (kind === 'rename') {
    const renamed: Doc = new Map<string, Value>([
      ['db', db],
      ['coll', to!],
    ])
    return heading(token, kind, change).set('ns', ns).set('to', renamed)
  }
  const [old, now] = [before, after].map((bson) => (bson === undefined ? undefined : decodeString(bson)))
  const description = kind === 'update' ? updateDescription(old!, now!, update) : undefined
  const event = heading(token, kind === 'update' && !description ? 'replace' : kind, change)
  if (origin) {
    event.set('txnNumber', long(origin.number))
    const id = new Binary(Buffer.from(origin.session, 'latin1'), Binary.SUBTYPE_UUID)
    event.set(
      'lsid',
      new Map<string, Value>([
        ['id', id],
        ['uid', nobody],
      ]),
    )
  }
  const key: Doc = new Map([['_id', (now || old!).get('_id')!]])
  if (now && !description) event.set('fullDocument', now)
  else if (now && images.fullDocument !== 'default')
    event.set('fullDocument', imageAfter(change, now, images, store))
  event.set('ns', ns).set('documentKey', key)
  if (description) event.set('updateDescription', description)
  if (old && images.fullDocumentBeforeChange !== 'off') {
    if (images.fullDocumentBeforeChange === 'required') throw noImage('pre', event)
    event.set('fullDocumentBeforeChange', null)
  }
  if (description && images.fullDocument === 'required') throw noImage('post', event)
  return event
}

/** The document as it is now; the images of the moment of a change are not kept. */
function imageAfter({ collection: id }: LoggedChange, doc: Doc, images: Images, store: Store): Value {
  if (images.fullDocument !== 'updateLookup') return null
  const byId = store.collections().find((one) => one.id === id)?.indexes[0]
  if (!byId) return null
  const [key] = byId.keys(doc)
  for (const record of byId.entries.at(key!)) {
    const version = visible(record, undefined)
    if (version && byId.keysOf(version).includes(key!)) return documentOf(version)
  }
  return null
}

function noImage(which: 'pre' | 'post', event: Doc): MongoError {
  return new MongoError(
    47,
    `Change stream was configured to require a ${which}-image for all update, delete and replace events, but the ` +
      `${which}-image was not found for event: ${printValue(event)}`,
  )
}
