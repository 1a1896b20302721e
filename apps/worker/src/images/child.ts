import { makeImage } from './make.ts'

/** What the worker asks of this process, one at a time. */
export interface ImageRequest {
  path: string
  folder: string
}

/** What it is told: how the image turned out, or what went wrong with us. */
export type ImageReply = { outcome: Awaited<ReturnType<typeof makeImage>> } | { error: string }

const memoryBytes = Number(process.argv[2])

// Decoding happens off this thread, which is therefore free to watch how much memory it takes.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryBytes) process.kill(process.pid, 'SIGKILL')
}, 20).unref()

process.on('message', async ({ path, folder }: ImageRequest) => {
  const reply: ImageReply = await makeImage(path, folder).then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  )
  process.send?.(reply)
})

// The worker is gone: nobody would take the answer.
process.on('disconnect', () => process.exit(0))
