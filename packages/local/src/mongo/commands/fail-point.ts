import type { Command } from '../command.ts'
import { parseFailCommand } from '../faults.ts'
import { MongoError } from '../language/error.ts'
import { type Doc, int } from '../language/value.ts'

/** The drivers' own way to make commands fail. */
export const configureFailPoint: Command = {
  fields: { mode: 'any!', data: 'object' },
  subject: 'any',
  adminOnly: true,
  run(call) {
    const name = call.get('configureFailPoint')
    if (name !== 'failCommand') throw new MongoError(197, `there is no fail point '${String(name)}' here`)
    const { faults } = call.engine
    const entered = faults.entered
    faults.failCommand = parseFailCommand(call.get('mode'), call.get<Doc>('data') ?? new Map())
    return new Map([['count', int(entered)]])
  },
}
