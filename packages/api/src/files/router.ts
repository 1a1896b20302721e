import {
  DownloadLink,
  DownloadQuery,
  EmptiedTrash,
  File,
  FileQuery,
  FileRef,
  FileRename,
  FileUsage,
  NewFile,
  NoInput,
  pageSchema,
  UploadsByDay,
  UploadsQuery,
  UploadTicket,
} from '@insula/contracts'
import * as files from '@insula/core/files'
import { z } from 'zod'
import { allow, rest, router } from '../trpc.ts'

const tag = 'Files'

export const filesRouter = router({
  list: allow('files:read')
    .meta(rest('GET', '/files', 'List files, newest first', tag))
    .input(FileQuery)
    .output(pageSchema(File))
    .query(({ ctx, input }) => files.listFiles(ctx.actor, input)),

  get: allow('files:read')
    .meta(rest('GET', '/files/{fileId}', 'Read a file', tag))
    .input(FileRef)
    .output(File)
    .query(({ ctx, input }) => files.getFile(ctx.actor, input.fileId)),

  usage: allow('files:read')
    .meta(rest('GET', '/files-usage', 'See what the files take of the plan', tag))
    .input(NoInput)
    .output(FileUsage)
    .query(({ ctx }) => files.fileUsage(ctx.actor)),

  uploadsByDay: allow('files:read')
    .meta(rest('GET', '/files-by-day', 'Count the uploads of each of the last days', tag))
    .input(UploadsQuery)
    .output(UploadsByDay)
    .query(({ ctx, input }) => files.uploadsByDay(ctx.actor, input.days)),

  startUpload: allow('files:write')
    .meta(rest('POST', '/files', 'Reserve room for an upload and learn where to send the bytes', tag))
    .input(NewFile)
    .output(UploadTicket)
    .mutation(({ ctx, input }) => files.startUpload(ctx.actor, input)),

  completeUpload: allow('files:write')
    .meta(rest('POST', '/files/{fileId}/complete', 'Say that the bytes have been sent', tag))
    .input(FileRef)
    .output(File)
    .mutation(({ ctx, input }) => files.completeUpload(ctx.actor, input.fileId)),

  retry: allow('files:write')
    .meta(rest('POST', '/files/{fileId}/retry', 'Process a file again whose failure says `retryable`', tag))
    .input(FileRef)
    .output(File)
    .mutation(({ ctx, input }) => files.retryFile(ctx.actor, input.fileId)),

  resumeUpload: allow('files:write')
    .meta(rest('POST', '/files/{fileId}/resume', 'Learn anew where to send the bytes of an upload', tag))
    .input(FileRef)
    .output(UploadTicket)
    .mutation(({ ctx, input }) => files.resumeUpload(ctx.actor, input.fileId)),

  discard: allow('files:write')
    .meta(rest('POST', '/files/{fileId}/discard', 'Give up an upload, or a file that failed', tag))
    .input(FileRef)
    .output(z.void())
    .mutation(({ ctx, input }) => files.discardFile(ctx.actor, input.fileId)),

  rename: allow('files:write')
    .meta(rest('PATCH', '/files/{fileId}', 'Rename a file', tag))
    .input(FileRename)
    .output(File)
    .mutation(({ ctx, input }) => files.renameFile(ctx.actor, input.fileId, input.name)),

  trash: allow('files:write')
    .meta(rest('POST', '/files/{fileId}/trash', 'Move a file to the trash', tag))
    .input(FileRef)
    .output(File)
    .mutation(({ ctx, input }) => files.trashFile(ctx.actor, input.fileId)),

  restore: allow('files:write')
    .meta(rest('POST', '/files/{fileId}/restore', 'Bring a file back from the trash', tag))
    .input(FileRef)
    .output(File)
    .mutation(({ ctx, input }) => files.restoreFile(ctx.actor, input.fileId)),

  purge: allow('files:write')
    .meta(rest('DELETE', '/files/{fileId}', 'Delete a file in the trash for good', tag))
    .input(FileRef)
    .output(z.void())
    .mutation(({ ctx, input }) => files.purgeFile(ctx.actor, input.fileId)),

  emptyTrash: allow('files:write')
    .meta(rest('POST', '/files-trash/empty', 'Delete files in the trash for good, up to 200 at a time', tag))
    .input(NoInput)
    .output(EmptiedTrash)
    .mutation(({ ctx }) => files.emptyTrash(ctx.actor)),

  download: allow('files:read')
    .meta(rest('GET', '/files/{fileId}/download', 'Get a short-lived link to the image', tag))
    .input(DownloadQuery)
    .output(DownloadLink)
    .query(({ ctx, input }) => files.downloadFile(ctx.actor, input)),
})
