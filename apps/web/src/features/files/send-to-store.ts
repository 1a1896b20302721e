import type { UploadTicket } from '@insula/contracts'

const stalledAfterMs = 60_000

/** The object store said no, or nothing at all. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
}

/** What was chosen is not on the disk any more as it was. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged'
}

/**
 * Throws `FileChanged` when the file was changed, moved or deleted after it was chosen. The browser notices when it reads, and
 * tells a request of it as if the network had broken.
 */
export async function stillReadable(file: Blob): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch {
    throw new FileChanged('The file was changed or moved after it was chosen. Choose it again.')
  }
}

const reasons: Record<string, string> = {
  EntityTooLarge: 'The file is larger than it was when it was chosen. Choose it again.',
  EntityTooSmall: 'The file is smaller than it was when it was chosen. Choose it again.',
  AccessDenied: 'The upload link has expired. Try again.',
}

/** What the store's refusal comes to: a file that is no longer as large as when it was chosen must be chosen again. */
const refusalOf = (xml: string) => {
  const code = /<Code>([^<]+)<\/Code>/.exec(xml)?.[1] ?? ''
  const reason = reasons[code] ?? `The store refused the file${code ? ` (${code})` : ''}. Try again.`
  return code.startsWith('EntityToo') ? new FileChanged(reason) : new StoreFault(reason)
}

/**
 * Sends bytes straight to the object store as its presigned POST wants them: the fields first, then the file.
 * XMLHttpRequest, because fetch tells no progress of what it sends. Throws a `StoreFault`, a
 * `FileChanged`, or an `AbortError`.
 */
export const sendToStore = (
  post: UploadTicket['post'],
  file: Blob,
  given: { onProgress: (sentBytes: number) => void; signal: AbortSignal },
) =>
  new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest()
    const form = new FormData()
    for (const [name, value] of Object.entries(post.fields)) form.append(name, value)
    form.append('file', file)

    // A limit on silence rather than on the whole: large files over slow lines are fine while they move.
    let stalled: ReturnType<typeof setTimeout>
    const alive = () => {
      clearTimeout(stalled)
      stalled = setTimeout(() => request.abort(), stalledAfterMs)
    }
    const end = (outcome: () => void) => () => {
      clearTimeout(stalled)
      given.signal.removeEventListener('abort', abort)
      outcome()
    }
    const abort = () => request.abort()
    given.signal.addEventListener('abort', abort)

    request.upload.onprogress = (event) => {
      alive()
      given.onProgress(Math.min(event.loaded, file.size))
    }
    request.onload = end(() =>
      request.status >= 200 && request.status < 300 ? resolve() : reject(refusalOf(request.responseText)),
    )
    request.onerror = end(() =>
      stillReadable(file).then(
        () => reject(new StoreFault('The connection to the store broke. Try again.')),
        reject,
      ),
    )
    request.onabort = end(() =>
      reject(
        given.signal.aborted
          ? new DOMException('Cancelled', 'AbortError')
          : new StoreFault('The store stopped answering. Try again.'),
      ),
    )
    alive()
    request.open('POST', post.url)
    request.send(form)
  })
