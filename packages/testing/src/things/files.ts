import { randomBytes } from 'node:crypto'
import type { File, UploadTicket } from '@insula/contracts'
import { completeUpload, startUpload } from '@insula/core/files'
import type { Actor } from '@insula/core/kernel/actor'
import { FileModel } from '@insula/db'
import { actingIn, type DomainThings, type Occasion, unique } from '../occasion.ts'

interface Upload {
  name?: string
  contentType?: string
  bytes?: Uint8Array<ArrayBuffer>
}

/** Sends bytes by the form of a ticket, as the browser does. */
export async function send(
  { post }: Pick<UploadTicket, 'post'>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const form = new FormData()
  for (const [field, value] of Object.entries(post.fields)) form.set(field, value)
  form.set('file', new Blob([bytes]))
  return fetch(post.url, { method: 'POST', body: form, signal: AbortSignal.timeout(10_000) })
}

/** An upload whose bytes lie in S3 and are not confirmed. */
export async function aSentUpload(actor: Actor, given: Upload = {}): Promise<UploadTicket> {
  const bytes = given.bytes ?? new Uint8Array(randomBytes(64))
  const ticket = await startUpload(actor, {
    name: given.name ?? 'photo.jpg',
    contentType: given.contentType ?? 'image/jpeg',
    bytes: bytes.length,
  })
  const sent = await send(ticket, bytes)
  if (!sent.ok) throw new Error(`S3 refused the upload: ${sent.status} ${await sent.text()}`)
  return ticket
}

/** An upload that the worker has been given; by default of bytes that are no image. */
export async function anUpload(actor: Actor, given: Upload = {}): Promise<File> {
  const { file } = await aSentUpload(actor, given)
  return completeUpload(actor, file.id)
}

/** A file of the actor's tenant that is ready, without bytes behind it. */
export async function aFile(actor: Actor, name: string): Promise<string> {
  const file = await FileModel.create({
    tenantId: actor.tenantId,
    name,
    state: 'ready' as const,
    bytes: 1_000,
    contentType: 'image/png',
    uploadedBy: { id: actor.id ?? 'system', name: actor.name },
    stateAt: new Date(),
  })
  return file._id
}

const file = ({ callers }: Occasion) => aFile(callers.owner, `${unique()}.png`)
const theFile = async (occasion: Occasion) => ({ fileId: await file(occasion) })

async function fileWith(occasion: Occasion, change: Record<string, unknown>) {
  const fileId = await file(occasion)
  await FileModel.updateOne({ tenantId: occasion.callers.tenant.id, _id: fileId }, change)
  return { fileId }
}

async function failedFile({ callers }: Occasion) {
  const ticket = await aSentUpload(callers.owner)
  const failure = { code: 'gave-up', message: 'Gave up.', retryable: true }
  await FileModel.updateOne(
    { tenantId: callers.tenant.id, _id: ticket.file.id },
    { state: 'failed', failure, run: 1 },
  )
  return { fileId: ticket.file.id }
}

export const things: DomainThings = {
  calls: {
    completeUpload: {
      thing: true,
      input: async ({ callers }) => ({ fileId: (await aSentUpload(callers.owner)).file.id }),
      leaves: { audit: ['file.uploaded'], events: ['file.uploaded'] },
    },
    download: {
      thing: true,
      input: theFile,
      leaves: { audit: ['file.downloaded'] },
      leavesAgain: { audit: ['file.downloaded'] },
    },
    discard: {
      thing: true,
      input: async ({ callers }) => ({ fileId: (await aSentUpload(callers.owner)).file.id }),
      leaves: { audit: ['file.discarded'], events: ['file.purged'] },
    },
    emptyTrash: {
      async input(occasion) {
        const { tenantId } = actingIn(occasion)
        await FileModel.deleteMany({ tenantId, trashed: true })
        await fileWith(occasion, { trashed: true, trashedAt: new Date() })
      },
      leaves: { audit: ['file.purged'], events: ['file.purged'] },
    },
    get: { thing: true, input: theFile },
    list: { input: () => ({ limit: 1 }) },
    purge: {
      thing: true,
      input: (occasion) => fileWith(occasion, { trashed: true, trashedAt: new Date() }),
      leaves: { audit: ['file.purged'], events: ['file.purged'] },
    },
    rename: {
      thing: true,
      input: async (occasion) => ({ ...(await theFile(occasion)), name: 'renamed.png' }),
      leaves: { audit: ['file.renamed'], events: ['file.changed'] },
    },
    restore: {
      thing: true,
      input: (occasion) => fileWith(occasion, { trashed: true, trashedAt: new Date() }),
      leaves: { audit: ['file.restored'], events: ['file.changed'] },
    },
    resumeUpload: {
      thing: true,
      input: async ({ callers }) => ({ fileId: (await aSentUpload(callers.owner)).file.id }),
      leaves: { audit: ['file.upload-resumed'] },
      leavesAgain: { audit: ['file.upload-resumed'] },
    },
    retry: {
      thing: true,
      input: failedFile,
      leaves: { audit: ['file.retried'], events: ['file.changed'] },
    },
    startUpload: {
      input: () => ({ name: 'new.png', bytes: 10, contentType: 'image/png' }),
      leaves: { audit: ['file.upload-started'], hints: ['file.started'], claims: ['storage-bytes'] },
      leavesAgain: { audit: ['file.upload-started'], hints: ['file.started'], claims: ['storage-bytes'] },
    },
    trash: {
      thing: true,
      input: theFile,
      leaves: { audit: ['file.trashed'], events: ['file.changed'] },
    },
    uploadsByDay: { input: () => ({ days: 7 }) },
    usage: {},
  },
  rows: async (owner, canary) => ({ fileId: await aFile(owner, canary) }),
  shownIn: ['list'],
}
