import { type ChildProcess, execFile, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ImageMaker, ImageOutcome } from '@insula/core/files'
import type { ImageReply, ImageRequest } from './child.ts'

export interface ImageLimits {
  /** Processor time that one image may take; an image that wants more is refused for it. */
  cpuMs: number
  /** One image may take this long by the clock; what then has not ended hangs, or has too little of the processor. */
  timeoutMs: number
  /** Resident memory of one process; the largest image that is taken needs about half of it. */
  memoryBytes: number
}

export const imageLimits: ImageLimits = {
  cpuMs: 15_000,
  timeoutMs: 45_000,
  memoryBytes: 1024 * 1024 * 1024,
}

/** The process that looked at an image died of it, or was killed for taking too long or too much. */
export class ImageProcessDied extends Error {
  override readonly name = 'ImageProcessDied'
}

export interface ImageProcesses {
  makeImage: ImageMaker
  /** Process ids of those that live, for tests that kill them. */
  pids(): number[]
  close(): void
}

// This file stands in `images/` in the source tree, and in the root of the bundle in production.
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './images/child.js', import.meta.url),
)

/**
 * Keeps processes apart from the worker for the decoding of strangers' bytes. Each takes one image at a time and is reused;
 * one that dies takes only its own image with it, and the next image gets a new one.
 */
export function imageProcesses(limits: ImageLimits = imageLimits, childProgram = program): ImageProcesses {
  const living = new Set<ChildProcess>()
  const idle: ChildProcess[] = []

  const start = (): ChildProcess => {
    const child = fork(childProgram, [String(limits.memoryBytes), String(limits.cpuMs)], {
      execArgv: ['--max-old-space-size=128'],
      // Bytes of strangers are decoded here: it knows no address, no key and no secret.
      env: { PATH: process.env.PATH, NODE_ENV: 'production', MALLOC_ARENA_MAX: '2' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    living.add(child)
    child.once('exit', () => {
      living.delete(child)
      const at = idle.indexOf(child)
      if (at >= 0) idle.splice(at, 1)
    })
    child.on('error', () => {})
    limitMemory(child, limits.memoryBytes)
    return child
  }

  const makeImage: ImageMaker = async (path, folder, signal) => {
    const child = idle.pop() ?? start()
    const { promise, resolve, reject } = Promise.withResolvers<ImageOutcome>()
    const kill = (why: string) => {
      reject(new ImageProcessDied(why))
      child.kill('SIGKILL')
    }
    const timer = setTimeout(
      () => kill(`The image took longer than ${limits.timeoutMs} ms.`),
      limits.timeoutMs,
    )
    const aborted = () => kill('The worker is stopping.')
    const exited = (code: number | null, by: string | null) =>
      reject(new ImageProcessDied(`The image process ended with ${by ?? `code ${code}`}.`))
    const replied = (reply: ImageReply) =>
      'outcome' in reply ? resolve(reply.outcome) : reject(new Error(reply.error))
    signal.addEventListener('abort', aborted, { once: true })
    child.once('exit', exited).once('message', replied)
    try {
      child.send({ path, folder } satisfies ImageRequest)
      const outcome = await promise
      // It ends itself, in the midst of its work.
      if ('problem' in outcome && outcome.problem === 'too-much-work') child.kill('SIGKILL')
      else idle.push(child)
      return outcome
    } catch (error) {
      // Whatever went wrong in it, a new one is certain to be whole.
      child.kill('SIGKILL')
      throw error
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      child.off('exit', exited).off('message', replied)
    }
  }

  return {
    makeImage,
    pids: () => [...living].flatMap(({ pid }) => pid ?? []),
    close: () => {
      for (const child of living) child.kill('SIGKILL')
    },
  }
}

/** V8 sets this much aside when it starts, whatever it uses of it. */
const reservedBytes = 1024 * 1024 * 1024

/**
 * A second fence where Linux has it: the kernel refuses what goes beyond, also between two looks of the process at
 * itself. Without `prlimit` the process's own watch is what there is.
 */
function limitMemory(child: ChildProcess, bytes: number): void {
  if (process.platform !== 'linux' || child.pid === undefined) return
  const limits = [`--pid=${child.pid}`, `--data=${reservedBytes + bytes}`, '--core=0']
  execFile('prlimit', limits, { timeout: 2_000 }, () => {})
}
