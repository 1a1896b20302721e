// Runs commands so that a person sees what takes long, and why something failed.
import { spawn } from 'node:child_process'

const running = new Set()

/** Runs a command to its end. Resolves with its status and the end of its output, also when it cannot be started. */
export function tryCommand(command, args, { cwd, env, onOutput, timeoutMs } = {}) {
  return new Promise((resolve) => {
    let output = ''
    // a process group of its own: Ctrl-C reaches us, and we end it with all it has started
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    running.add(child)
    const timer = timeoutMs && setTimeout(() => endGroup(child, 'SIGKILL'), timeoutMs)
    const finish = (status) => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ status, output })
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-200_000)
        onOutput?.(text)
      })
    }
    child.on('error', (error) => {
      output += error.message
      finish(127)
    })
    child.on('close', (status, signal) => finish(status ?? `ended by ${signal}`))
  })
}

/** Ends every command that still runs. */
export function endCommands() {
  for (const child of running) endGroup(child, 'SIGTERM')
}

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {}
}

/**
 * Runs a command that may take long: says what it is, every ten seconds that it is still at it, and how long it
 * took. With `quietMs` nothing is said when it is over sooner. Throws with the end of its output when it fails.
 */
export async function runStep(title, command, args, { cwd, env, note, quietMs = 0 }) {
  const began = Date.now()
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`
  let said = false
  const say = (text) => {
    said = true
    note(text)
  }
  const first = setTimeout(() => say(`${title} ...`), quietMs)
  const heartbeat = setInterval(() => say(`${title} ... ${seconds()}`), 10_000)
  const { status, output } = await tryCommand(command, args, { cwd, env })
  clearTimeout(first)
  clearInterval(heartbeat)
  if (status !== 0) throw new Error(`${title} failed (${status}):\n${lastLines(output, 40)}`)
  if (said) note(`${title}: done in ${seconds()}`)
}

/** The last `count` lines of a text that say something. */
export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
