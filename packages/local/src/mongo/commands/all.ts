import type { Command } from '../command.ts'
import { aggregate } from './aggregate.ts'
import { bulkWrite } from './bulk-write.ts'
import { collMod } from './coll-mod.ts'
import { collectionCommands } from './collections.ts'
import { count } from './count.ts'
import { deleteCommand } from './delete.ts'
import { diagnosticCommands } from './diagnostics.ts'
import { distinct } from './distinct.ts'
import { explain } from './explain.ts'
import { configureFailPoint } from './fail-point.ts'
import { cursorCommands, findCommand } from './find.ts'
import { findAndModify } from './find-and-modify.ts'
import { handshakeCommands } from './handshake.ts'
import { indexCommands } from './indexes.ts'
import { insert } from './insert.ts'
import { sessionCommands } from './sessions.ts'
import { update } from './update.ts'

/** Every command this server knows, by the names it may be called. */
export const commands: Record<string, Command> = {
  __proto__: null as never,
  ...handshakeCommands,
  ...diagnosticCommands,
  ...collectionCommands,
  collMod,
  ...indexCommands,
  ...sessionCommands,
  ...cursorCommands,
  find: findCommand,
  insert,
  update,
  delete: deleteCommand,
  findAndModify,
  findandmodify: findAndModify,
  bulkWrite,
  aggregate,
  count,
  distinct,
  explain,
  configureFailPoint,
}
