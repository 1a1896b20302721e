import { randomBytes } from 'node:crypto'
import type { File, UploadTicket } from '@insula/contracts'
import { completeUpload, startUpload } from '@insula/core/files/service/index'
import type { Actor } from '@insula/core/kernel/actor'

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
