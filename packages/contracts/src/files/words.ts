import { z } from 'zod'
import { typeId } from '../type-id.ts'
import { bound, defineEvent, defineHint, limit, permission } from '../word.ts'

export const permissions = {
  'files:read': permission('See and download files', 'admin', 'member', 'viewer'),
  'files:write': permission('Upload and change files', 'admin', 'member'),
}

export const actions = [
  'file.upload-started',
  'file.uploaded',
  'file.ready',
  'file.failed',
  'file.retried',
  'file.renamed',
  'file.trashed',
  'file.restored',
  'file.downloaded',
  'file.purged',
  'file.discarded',
  'file.upload-resumed',
] as const

export const ids = { file: 'fil' } as const

const fileId = typeId(ids.file)

export const events = {
  fileUploaded: defineEvent('file.uploaded', 'files:read', z.object({ fileId })),
  fileReady: defineEvent('file.ready', 'files:read', z.object({ fileId })),
  fileFailed: defineEvent('file.failed', 'files:read', z.object({ fileId, code: z.string() })),
  fileChanged: defineEvent('file.changed', 'files:read', z.object({ fileId })),
  filePurged: defineEvent('file.purged', 'files:read', z.object({ fileId })),
}

export const hints = {
  /** Its bytes are not here yet, so nobody but pages has a use for it. */
  fileStarted: defineHint('file.started', 'files:read', z.object({ fileId })),
}

export const limits = {
  'storage-bytes': limit('storage', 'Empty the trash or delete files that nobody needs'),
  'max-file-bytes': bound('size of a file', 'Send it in smaller parts'),
}

export const queue = 'files'
