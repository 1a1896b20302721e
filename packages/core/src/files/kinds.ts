import { fileMachine, trashMachine } from '@insula/contracts'
import { type FileDoc, FileModel } from '@insula/db'
import type { Kind } from '../kernel/move.ts'

export const target = (file: Pick<FileDoc, '_id' | 'name'>) => ({
  kind: 'file',
  id: file._id,
  name: file.name,
})

const told = { model: FileModel, target, payload: ({ _id }: FileDoc) => ({ fileId: _id }) }

/** A file by what becomes of its bytes. */
export const ofBytes: Kind<FileDoc, typeof fileMachine> = { machine: fileMachine, ...told }

/** The same by where it lies. */
export const ofPlace: Kind<FileDoc, typeof trashMachine> = { machine: trashMachine, ...told }
