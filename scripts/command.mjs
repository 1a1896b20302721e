// Runs commands so that a person sees what takes long, and why something failed.
import { spawnLeashed } from './leash.mjs'

const running = new Set()

/** Runs a command to its end. Resolves with its status and the end of its output, also when it cannot be started. */
export async function tryCommand(command, args, { cwd, env, onOutput, timeoutMs } = {}) {
  let output = ''
  const child = spawnLeashed(command, args, {
    cwd,
    env,
    onOutput(text) {
      output = (output + text).slice(-200_000)
      onOutput?.(text)
    },
  })
  running.add(child)
  const timer = timeoutMs && setTimeout(() => child.end(), timeoutMs)
  const status = await child.gone
  clearTimeout(timer)
  running.delete(child)
  return { status, output }
}

/** Ends every command that still runs. */
export async function endCommands() {
  await Promise.all([...running].map((child) => child.end()))
}

/**
 * Runs a command that may take long: says what it is, every ten seconds that it is still at it, and how long it
 * took. With `quietMs` nothing is said when it is over sooner. Throws with the end of its output when it fails.
 */
export async function runStep(title, command, args, { cwd, env, note, quietMs = 0 }) {
  const began = Date.now()
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`
  let said = false
  const tell = (text) => {
    said = true
    note(text)
  }
  const first = setTimeout(() => tell(`${title} ...`), quietMs)
  const heartbeat = setInterval(() => tell(`${title} ... ${seconds()}`), 10_000)
  const { status, output } = await tryCommand(command, args, { cwd, env })
  clearTimeout(first)
  clearInterval(heartbeat)
  if (status !== 0) throw new Error(`${title} failed (${status}):\n${bothEnds(output, 30)}`)
  if (said) note(`${title}: done in ${seconds()}`)
}

/** The first and the last `count` lines of a text: some tools say what is wrong at once, others at the end. */
function bothEnds(text, count) {
  const lines = text.trim().split('\n')
  if (lines.length <= 2 * count) return lines.join('\n')
  return [...lines.slice(0, count), `... ${lines.length - 2 * count} lines ...`, ...lines.slice(-count)].join(
    '\n',
  )
}

/** The last `count` lines of a text that say something. */
export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
