import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { endChild } from '@insula/local-kit/leash'
import { UnknownControl } from './control.ts'
import type { EmbeddedName } from './embedded.ts'
import { childEnvironment } from './env.ts'
import type { Keys } from './environment.ts'
import type { Running } from './keep.ts'
import type { ControlCall, FromServer } from './messages.ts'

const command = fileURLToPath(new URL('../bin/local.mjs', import.meta.url))
const startTimeoutMs = 30_000

export interface ChildOptions {
  name: EmbeddedName
  port: number
  dataDir: string
  keys: Keys
  onOutput: (text: string) => void
}

/** Starts an embedded server as a process of its own, and resolves when it answers. */
export async function startChild(options: ChildOptions): Promise<Running> {
  const { name, port, dataDir, keys, onOutput } = options
  const child = spawn(process.execPath, [command, name, '--port', String(port), '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: childEnvironment({ ...keys, NODE_NO_WARNINGS: '1' }),
  })
  let lastWords = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-2000)
      onOutput(text)
    })
  }
  let stopping = false
  const died = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => {
      if (!stopping) resolve(`it ended with ${signal ?? `exit status ${code}`}\n${lastWords}`.trim())
    })
  })

  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let calls = 0
  const ready = new Promise<string>((resolve) => {
    child.on('message', (message: FromServer) => {
      if ('ready' in message) return resolve(message.ready.url)
      const asked = waiting.get(message.answer)
      waiting.delete(message.answer)
      if (message.error) asked?.reject(revive(message.error))
      else asked?.resolve(message.value)
    })
  })
  void died.then((words) => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} died: ${words}`))
    waiting.clear()
  })

  const late = new AbortController()
  const outcome = await Promise.race([
    ready.then((url) => ({ url })),
    died.then((words) => ({ words })),
    once(AbortSignal.any([late.signal, AbortSignal.timeout(startTimeoutMs)]), 'abort').then(() => ({
      words: `it did not answer within ${startTimeoutMs / 1000} s\n${lastWords}`,
    })),
  ])
  late.abort()
  if ('words' in outcome) {
    stopping = true
    await endChild(child)
    throw new Error(`${name} did not start: ${outcome.words}`)
  }
  return {
    url: outcome.url,
    pid: child.pid,
    died,
    call(method, args) {
      return new Promise((resolve, reject) => {
        const message: ControlCall = { call: ++calls, method, args }
        waiting.set(message.call, { resolve, reject })
        child.send(message, (error) => {
          if (error) reject(error)
        })
      })
    },
    async close() {
      stopping = true
      await endChild(child)
    },
  }
}

function revive(error: { name: string; message: string }): Error {
  if (error.name === 'UnknownControl') return new UnknownControl(error.message)
  return Object.assign(new Error(error.message), { name: error.name })
}
