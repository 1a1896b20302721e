// Child processes that cannot be left behind.
import { spawn } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const leash = join(root, 'local-cloud/kit/bin/leash.sh')

/**
 * Starts a command that ends when this process ends, even by `kill -9`. It has a process group of its own: a Ctrl-C
 * in the terminal reaches us alone, and we end what we have started in our own order. `gone` resolves with how it ended.
 */
export function spawnLeashed(command, args, { cwd, env, ipc = false, onOutput }) {
  const stdio = ['pipe', 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])]
  const child = spawn('/bin/sh', [leash, command, ...args], { cwd, env, detached: true, stdio })
  child.stdin.on('error', () => {}) // the leash may be gone before it is told that all is over
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput)

  let ended = false
  const gone = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (status, signal) => resolve(signal ?? status))
  }).then(async (how) => {
    ended = true
    child.stdin.end('ended\n')
    await new Promise((resolve) => setTimeout(resolve, 20)) // its last words may still be on their way
    return how
  })
  return {
    child,
    gone,
    /** Asks it to end; after `patienceMs`, ends it and everything in its group. */
    async end(patienceMs = 8000) {
      if (!ended) {
        child.kill('SIGTERM')
        const impatience = setTimeout(() => killGroup(child.pid), patienceMs)
        await gone
        clearTimeout(impatience)
      }
      killGroup(child.pid) // what it left behind
    },
  }
}

function killGroup(pid) {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {}
}
