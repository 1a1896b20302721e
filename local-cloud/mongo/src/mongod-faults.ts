import { checkCount, checkDelay } from '@insula/local-kit/faults'
import { MongoClient, MongoServerError } from 'mongodb'
import { dataCommands, type FailCommandSpec, type MongoFaultControl } from './control.ts'

const impatient = { serverSelectionTimeoutMS: 3000, socketTimeoutMS: 10_000 }

/**
 * The fault switches of a real mongod: its own fail point, which it offers only when it was started with test commands.
 * The local cloud starts its own so; of another, the refusal says what is missing.
 */
export function mongodFaults(uri: string): MongoFaultControl {
  const failCommand = async ({ mode, data }: FailCommandSpec): Promise<void> => {
    const client = new MongoClient(uri, impatient)
    try {
      await client.db('admin').command({ configureFailPoint: 'failCommand', mode, ...(data && { data }) })
    } catch (error) {
      if (!(error instanceof MongoServerError) || ![13, 59].includes(Number(error.code))) throw error
      throw new Error(
        `The MongoDB at ${new URL(uri).host} offers no fault switches (${error.message}). ` +
          'Start it with "--setParameter enableTestCommands=1", or take the local cloud’s own with INSULA_MONGO=embedded.',
        { cause: error },
      )
    } finally {
      await client.close()
    }
  }
  return {
    failCommand,
    failNext: async (count, code, failCommands = dataCommands) =>
      failCommand({ mode: { times: checkCount(count) }, data: { failCommands, errorCode: code } }),
    slow: async (delayMs) => {
      const data = { failCommands: dataCommands, blockConnection: true, blockTimeMS: checkDelay(delayMs) }
      await failCommand(delayMs === 0 ? { mode: 'off' } : { mode: 'alwaysOn', data })
    },
    dropReplyAfterCommit: () =>
      Promise.reject(
        new Error(
          'A real mongod cannot lose a reply after the commit. INSULA_MONGO=embedded takes the MongoDB that can; ' +
            'failCommand with closeConnection cuts the connection before the work.',
        ),
      ),
  }
}
