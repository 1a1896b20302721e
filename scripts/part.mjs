// One process of the running product: gateway, web, worker or the local cloud.
import { createWriteStream, mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { lastLines } from './command.mjs'
import { spawnLeashed } from './leash.mjs'

/** An end that nobody asked for, with the part's last words. */
export class PartDied extends Error {}

/** Starts a process whose output goes to `<logDir>/<name>.log`. `died` rejects when it ends without being asked to. */
export function startPart({ name, command, args, cwd, env, logDir, ipc = false }) {
  mkdirSync(logDir, { recursive: true })
  const logFile = join(logDir, `${name}.log`)
  const log = createWriteStream(logFile)
  let tail = ''
  const onOutput = (text) => {
    tail = (tail + text).slice(-20_000)
    log.write(text)
  }
  const { child, gone, end } = spawnLeashed(command, args, { cwd, env, ipc, onOutput })
  let stopping = false
  const lastWords = () =>
    `The end of ${relative(process.cwd(), logFile)}:\n${lastLines(tail, 20).replaceAll(/^/gm, '  | ')}`
  const died = gone.then((how) => {
    if (stopping) return new Promise(() => {})
    const status = typeof how === 'number' ? `exit status ${how}` : how
    throw new PartDied(`${name} ended (${status}). ${lastWords()}`)
  })
  died.catch(() => {}) // whoever cares attaches a handler of their own

  return {
    name,
    pid: child.pid,
    child,
    died,
    lastWords,
    async stop() {
      stopping = true
      await end()
      log.end()
    },
  }
}

// Under hot reload the first page is compiled before it answers, which a busy machine takes long for.
const answerWithinMs = 180_000
const mendWithinMs = 20_000

/**
 * Waits until `url` answers with a status that `isReady` accepts. Throws when nothing answers within three minutes, or
 * when what answers is wrong for twenty seconds.
 */
export async function untilReady(name, url, { signal, isReady = (status) => status < 500 } = {}) {
  let deadline = Date.now() + answerWithinMs
  let wrong
  while (Date.now() < deadline) {
    signal?.throwIfAborted()
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'manual' })
      const body = await reply.text()
      if (isReady(reply.status)) return
      if (wrong === undefined) deadline = Math.min(deadline, Date.now() + mendWithinMs)
      wrong = `${reply.status} ${body.slice(0, 300)}`
    } catch {
      // nobody listens yet, or it is slow to begin with
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${name} does not become ready: ${url} answers ${wrong ?? 'nothing'}`)
}
