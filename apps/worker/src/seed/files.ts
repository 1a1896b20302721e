import { FileQuery } from '@insula/contracts'
import { completeUpload, listFiles, startUpload } from '@insula/core/files'
import type { Actor } from '@insula/core/kernel/actor'
import { coreEnv } from '@insula/core/kernel/env'
import { objectStore } from '@insula/providers/s3'
import { demoPictures } from './files/pictures.ts'

/** Uploads some pictures as the console does: the bytes go to S3 by the form, and the worker makes the variants once it runs. */
export async function seed(actor: Actor): Promise<void> {
  await objectStore().ensureBucket(coreEnv().APP_URL)
  const { items } = await listFiles(actor, FileQuery.parse({}))
  if (items.length > 0) return
  for await (const { name, bytes } of demoPictures()) {
    const contentType = 'image/jpeg'
    const { file, post } = await startUpload(actor, { name, bytes: bytes.length, contentType })
    const form = new FormData()
    for (const [field, value] of Object.entries(post.fields)) form.set(field, value)
    form.set('file', new Blob([new Uint8Array(bytes)], { type: contentType }), name)
    const sent = await fetch(post.url, { method: 'POST', body: form, signal: AbortSignal.timeout(20_000) })
    if (!sent.ok) throw new Error(`S3 refused ${name}: ${sent.status} ${await sent.text()}`)
    await completeUpload(actor, file.id)
  }
}
