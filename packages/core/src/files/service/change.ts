import type { File } from '@insula/contracts'
import type { Actor } from '../../kernel/actor.ts'
import { move } from '../../kernel/move.ts'
import { ofPlace } from '../kinds.ts'
import { presentFile } from '../present.ts'
import { ownFile } from './read.ts'

export async function renameFile(actor: Actor, fileId: string, name: string): Promise<File> {
  const renamed = await move(actor, ofPlace, 'rename', fileId, {
    still: { name: { $ne: name } },
    set: { name },
    change: (was) => ({ before: { name: was.name }, after: { name } }),
  })
  return presentFile(renamed?.is ?? (await ownFile(actor, fileId)))
}

/** Puts a file where it can be brought back from for thirty days. It keeps its room meanwhile. */
export async function trashFile(actor: Actor, fileId: string): Promise<File> {
  const trashed = await move(actor, ofPlace, 'trash', fileId, { set: { trashedAt: new Date() } })
  return presentFile(trashed?.is ?? (await ownFile(actor, fileId)))
}

/** Undoes `trashFile`. */
export async function restoreFile(actor: Actor, fileId: string): Promise<File> {
  const restored = await move(actor, ofPlace, 'restore', fileId, { set: { trashedAt: null } })
  return presentFile(restored?.is ?? (await ownFile(actor, fileId)))
}
