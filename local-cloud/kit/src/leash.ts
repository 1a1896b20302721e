import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const leash = fileURLToPath(new URL('../bin/leash.sh', import.meta.url))

export interface LeashedOptions {
  /** The last lines of what it printed are kept for the message when it dies. */
  onOutput?: (text: string) => void
}

/**
 * Starts a foreign program that ends when this process ends, even by `kill -9`. `child.pid` is the program's own.
 * It stands in a process group of its own: a Ctrl-C in the terminal reaches us, and we stop it in our order.
 */
export function spawnLeashed(command: string, args: string[], options: LeashedOptions = {}): ChildProcess {
  const child = spawn('/bin/sh', [leash, command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text))
  }
  child.stdin?.on('error', () => {}) // the word below may find the leash gone already
  child.once('exit', () => child.stdin?.end('ended\n'))
  return child
}

/** Asks a child to end, and after `patienceMs` ends it. Resolves when it is gone. */
export async function endChild(child: ChildProcess, patienceMs = 5000): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await gone
  clearTimeout(impatience)
}
