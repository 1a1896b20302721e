import { makeImage } from './make.ts'

/** What the worker asks of this process, one at a time. */
export interface ImageRequest {
  path: string
  folder: string
}

/** What it is told: how the image turned out, or what went wrong with us. */
export type ImageReply = { outcome: Awaited<ReturnType<typeof makeImage>> } | { error: string }

const memoryBytes = Number(process.argv[2])
const cpuMs = Number(process.argv[3])

/** Processor time that this process had used when it was given the present image; null between two. */
let before: NodeJS.CpuUsage | null = null

const end = () => process.kill(process.pid, 'SIGKILL')

// Decoding happens off this thread, which is therefore free to watch how much memory and time it takes. Time of the
// processor, since it is the image's doing alone, while on a busy machine a clock counts what others do as well.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryBytes) end()
  if (before === null) return
  const { user, system } = process.cpuUsage(before)
  if (user + system <= cpuMs * 1_000) return
  before = null
  process.send?.({ outcome: { problem: 'too-much-work' } } satisfies ImageReply, end)
}, 20).unref()

process.on('message', async ({ path, folder }: ImageRequest) => {
  before = process.cpuUsage()
  const reply: ImageReply = await makeImage(path, folder).then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  )
  if (before === null) return
  before = null
  process.send?.(reply)
})

// The worker is gone: nobody would take the answer.
process.on('disconnect', () => process.exit(0))
