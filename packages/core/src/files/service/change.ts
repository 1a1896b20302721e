import { events, type File } from '@insula/contracts'
import { FileModel, transaction } from '@insula/db'
import type { Actor } from '../../kernel/actor.ts'
import { emit } from '../../kernel/emit.ts'
import { record } from '../../kernel/record.ts'
import { presentFile } from '../present.ts'
import { ownFile } from './read.ts'
import { target } from './upload.ts'

export async function renameFile(actor: Actor, fileId: string, name: string): Promise<File> {
  const file = await ownFile(actor, fileId)
  if (file.name === name) return presentFile(file)
  return change(actor, fileId, { name: file.name }, { name }, async () => {
    await record(actor, 'file.renamed', target({ ...file, name }), {
      before: { name: file.name },
      after: { name },
    })
  })
}

/** Puts a file where it can be brought back from for thirty days. It keeps its room meanwhile. */
export async function trashFile(actor: Actor, fileId: string): Promise<File> {
  const file = await ownFile(actor, fileId)
  return change(actor, fileId, { trashed: false }, { trashed: true, trashedAt: new Date() }, async () => {
    await record(actor, 'file.trashed', target(file))
  })
}

/** Undoes `trashFile`. */
export async function restoreFile(actor: Actor, fileId: string): Promise<File> {
  const file = await ownFile(actor, fileId)
  return change(actor, fileId, { trashed: true }, { trashed: false, trashedAt: null }, async () => {
    await record(actor, 'file.restored', target(file))
  })
}

interface Changeable {
  name?: string
  trashed?: boolean
  trashedAt?: Date | null
}

/** Changes the file if it still is as `from` says, and tells of it once. */
async function change(
  actor: Actor,
  fileId: string,
  from: Changeable,
  to: Changeable,
  tell: () => Promise<void>,
): Promise<File> {
  await transaction(async () => {
    const changed = await FileModel.updateOne(
      { _id: fileId, tenantId: actor.tenantId, ...from },
      { $set: to },
    )
    if (changed.modifiedCount === 0) return
    await tell()
    await emit(actor, events.fileChanged, { fileId })
  })
  return presentFile(await ownFile(actor, fileId))
}
