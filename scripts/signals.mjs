// Every way in which someone may want a script to end.
import { readFileSync } from 'node:fs'

/**
 * Calls `stop` once, whichever way the end comes: Ctrl-C, kill, a closed terminal, a closed pipe, npm gone. A second
 * Ctrl-C, pressed later by an impatient person, ends the process at once; what it started ends with it.
 */
export function onStop(stop) {
  let first
  const end = () => {
    // npm hands on the Ctrl-C that the terminal has sent us already: the same one, twice
    if (first !== undefined && Date.now() - first > 1000) process.kill(process.pid, 'SIGKILL')
    if (first !== undefined) return
    first = Date.now()
    void stop()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', end)

  if (process.env.npm_lifecycle_event === undefined) return
  const before = launchers()
  setInterval(() => {
    if (launchers().join() !== before.join()) end()
  }, 500).unref()
}

/** Who runs us on npm's behalf: npm itself, or a shell that npm has put in between, and npm. */
function launchers() {
  const parent = process.ppid
  try {
    const shell = /sh$/.test(readFileSync(`/proc/${parent}/comm`, 'utf8').trim())
    // "pid (name) state parent ...", and a name may hold anything
    const grandparent = readFileSync(`/proc/${parent}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]
    return shell ? [parent, grandparent] : [parent]
  } catch {
    return [parent]
  }
}
