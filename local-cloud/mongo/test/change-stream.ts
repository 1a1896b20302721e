import type { Document } from 'mongodb'
import type { OwnMongo } from './server.ts'

/** Change streams of a test's server, opened and read by their commands. */
export function changeStreams(own: OwnMongo) {
  /** Opens a stream by the command itself, on a collection, or on a database or the cluster with 1. */
  async function open(
    spec: Document = {},
    { on = 'samples' as string | 1, db = 'test', stages = [] as Document[], ...rest } = {},
  ) {
    const pipeline = [{ $changeStream: spec }, ...stages]
    const { cursor } = await own.client.db(db).command({ aggregate: on, pipeline, cursor: {}, ...rest })
    return { ...cursor, db, name: on === 1 ? '$cmd.aggregate' : on }
  }

  const more = async ({ id, db, name }: Document, maxTimeMS = 1) =>
    (await own.client.db(db).command({ getMore: id, collection: name, maxTimeMS })).cursor

  /** The events from an opened stream to its present end. */
  async function events(stream: Document): Promise<Document[]> {
    const batches: Document[] = [...(stream.firstBatch ?? [])]
    if (String(stream.id) !== '0') batches.push(...(await more(stream)).nextBatch)
    return batches
  }

  return { open, more, events }
}

export const kinds = (list: Document[]) => list.map(({ operationType }) => operationType)
