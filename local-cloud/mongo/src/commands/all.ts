import type { Command } from '../command.ts'
import { aggregate } from './aggregate.ts'
import { bulkWrite } from './bulk-write.ts'
import { collMod } from './coll-mod.ts'
import { collectionCommands } from './collections.ts'
import { count } from './count.ts'
import { create } from './create.ts'
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
import { validate } from './validate.ts'

/** Every command this server knows, by the names it may be called. */
export const commands: Record<string, Command> = {
  __proto__: null as never,
  ...handshakeCommands,
  ...diagnosticCommands,
  ...collectionCommands,
  create,
  collMod,
  validate,
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

/** Commands that a real mongod has and this server does not. */
export const absentCommands = new Set(
  (
    'analyze appendOplogNote autoCompact cloneCollectionAsCapped compact connPoolStats convertToCapped ' +
    'createRole createSearchIndexes createUser currentOp dataSize dbHash dropAllRolesFromDatabase ' +
    'dropAllUsersFromDatabase dropConnections dropRole dropSearchIndex dropUser filemd5 fsync fsyncUnlock ' +
    'getClusterParameter getDefaultRWConcern getDiagnosticData getLog grantPrivilegesToRole grantRolesToRole ' +
    'grantRolesToUser invalidateUserCache killAllSessionsByPattern killOp listCommands listSearchIndexes lockInfo ' +
    'logRotate logout mapReduce mapreduce planCacheClear planCacheClearFilters planCacheListFilters ' +
    'planCacheSetFilter profile reIndex removeQuerySettings replSetAbortPrimaryCatchUp replSetFreeze ' +
    'replSetGetConfig replSetGetStatus replSetInitiate replSetMaintenance replSetReconfig replSetResizeOplog ' +
    'replSetStepDown replSetStepUp replSetSyncFrom revokePrivilegesFromRole revokeRolesFromRole revokeRolesFromUser ' +
    'rolesInfo rotateCertificates saslContinue setClusterParameter setDefaultRWConcern ' +
    'setFeatureCompatibilityVersion setIndexCommitQuorum setParameter setProfilingFilterGlobally setQuerySettings ' +
    'shutdown top updateRole updateSearchIndex updateUser usersInfo validateDBMetadata'
  ).split(' '),
)
