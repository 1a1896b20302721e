import type { Command } from '../command.ts'
import { parseFailCommand, parseFailGetMore, parseFailWrite } from '../faults.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, int } from '../language/value.ts'

/** The drivers' own ways to make commands, or the statements of retryable writes, fail. */
export const configureFailPoint: Command = {
  fields: { mode: 'any!', data: 'object' },
  subject: 'any',
  adminOnly: true,
  run(call) {
    const name = call.get('configureFailPoint')
    const { faults } = call.engine
    const entered = faults.entered
    const [mode, data] = [call.get('mode'), call.get<Doc>('data') ?? new Map()]
    if (name === 'failCommand') faults.failCommand = parseFailCommand(mode, data)
    else if (name === 'onPrimaryTransactionalWrite') faults.failWrite = parseFailWrite(mode, data)
    else if (name === 'failGetMoreAfterCursorCheckout') faults.failGetMore = parseFailGetMore(mode, data)
    else throw new MongoError(197, `there is no fail point '${String(name)}' here`)
    return new Map([['count', int(entered)]])
  },
}
