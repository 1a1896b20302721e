// One process of the running product: gateway, web, worker or the local cloud.
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { lastLines } from './command.mjs'
import { root } from './prepare.mjs'

const leash = join(root, 'packages/local/bin/leash.sh')

/** An end that nobody asked for, with the part's last words. */
export class PartDied extends Error {}

/**
 * Starts a process whose output goes to `<logDir>/<name>.log` and which ends when this one does, even by `kill -9`.
 * `died` rejects when it ends without being asked to.
 */
export function startPart({ name, command, args, cwd, env, logDir, ipc = false }) {
  mkdirSync(logDir, { recursive: true })
  const logFile = join(logDir, `${name}.log`)
  const log = createWriteStream(logFile)
  let tail = ''
  const child = spawn('/bin/sh', [leash, command, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ipc ? ['pipe', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {}) // the leash may be gone before it is told that all is over
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      tail = (tail + text).slice(-20_000)
      log.write(text)
    })
  }
  let stopping = false
  let ended = false
  const gone = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`))
  }).then((how) => {
    ended = true
    child.stdin.end('ended\n')
    return how
  })
  const died = gone.then(async (how) => {
    if (stopping) return
    await new Promise((resolve) => setTimeout(resolve, 50)) // its last words may still be on their way
    const words = lastLines(tail, 20).replaceAll(/^/gm, '  | ')
    throw new PartDied(`${name} ended (${how}). The end of ${relative(root, logFile)}:\n${words}`)
  })
  died.catch(() => {})

  return {
    name,
    child,
    died,
    /** Asks it to end; after `patienceMs`, ends it and all it has started. */
    async stop(patienceMs = 8000) {
      stopping = true
      if (!ended) {
        child.kill('SIGTERM')
        const impatience = setTimeout(() => killGroup(child.pid), patienceMs)
        await gone
        clearTimeout(impatience)
      }
      killGroup(child.pid) // what it left behind
      log.end()
    },
  }
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {}
}

/** Waits until `url` answers with what `isReady` accepts. Throws when it does not within `timeoutMs`. */
export async function untilReady(name, url, { timeoutMs = 60_000, isReady = (status) => status < 500 } = {}) {
  const deadline = Date.now() + timeoutMs
  let last = 'no answer'
  while (Date.now() < deadline) {
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'manual' })
      const body = await reply.text()
      if (isReady(reply.status)) return
      last = `${reply.status} ${body.slice(0, 500)}`
    } catch (error) {
      last = error.cause?.code ?? error.message
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${name} does not become ready: ${url} answers ${last}`)
}
