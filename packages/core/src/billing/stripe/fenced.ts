import { StripeReadModel, transaction } from '@insula/db'

/**
 * Reads an object at Stripe and applies it in a transaction, unless a read that took its ticket later was applied
 * already. The ticket is taken before reading; so whatever change an event tells of, the highest ticket was taken after
 * it, and its read, which wins, has seen it. A slow older read can come in at any time and loses.
 */
export async function fenced<Fresh, Result>(
  objectId: string,
  read: () => Promise<Fresh>,
  apply: (fresh: Fresh) => Promise<Result>,
): Promise<Result | 'outrun'> {
  const { started: ticket } = await StripeReadModel.findOneAndUpdate(
    { _id: objectId },
    { $inc: { started: 1 }, $setOnInsert: { applied: 0 } },
    { upsert: true, returnDocument: 'after' },
  ).lean()
  const fresh = await read()
  return transaction(async () => {
    const won = await StripeReadModel.updateOne(
      { _id: objectId, applied: { $lt: ticket } },
      { $set: { applied: ticket } },
    )
    return won.modifiedCount === 1 ? apply(fresh) : 'outrun'
  })
}
