import { keepHeapSmall } from '@insula/local-kit/heap'
import { callControl, methodNames } from './control.ts'
import { type EmbeddedName, startEmbedded } from './embedded.ts'
import { type LocalEnvironment, refuseProduction } from './env.ts'
import { mergeKeys, standaloneKeys } from './environment.ts'
import type { ControlCall, FromServer } from './messages.ts'

export interface ForegroundOptions {
  name: EmbeddedName
  port: number
  dataDir: string
  host?: string
  publicUrl?: string
  /** Where Stripe delivers its events, signed with STRIPE_WEBHOOK_SECRET. */
  forwardTo?: string
  env: LocalEnvironment
}

/**
 * Runs one embedded server until it is told to stop. With a supervisor at the other end of an IPC channel it takes
 * control calls from there, and ends when the supervisor is gone.
 */
export async function runForeground({ name, env, forwardTo, ...at }: ForegroundOptions): Promise<void> {
  refuseProduction(env)
  keepHeapSmall()
  const keys = mergeKeys(standaloneKeys, env)
  const server = await startEmbedded(name, at, keys).catch((error: NodeJS.ErrnoException) => {
    throw new Error(whyNot(error, at.port) ?? error.message, { cause: error })
  })
  if (forwardTo !== undefined) {
    await callControl(server.control, 'forwardTo', [forwardTo, keys.STRIPE_WEBHOOK_SECRET])
  }
  let closing = false
  const close = async () => {
    if (closing) return
    closing = true
    await server.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, close)
  process.on('disconnect', close)

  const tell = (message: FromServer) => process.connected && process.send?.(message)
  process.on('message', async (message: ControlCall) => {
    try {
      const value = await callControl(server.control, message.method, message.args)
      tell({ answer: message.call, value })
    } catch (error) {
      const { name, message: text } = error instanceof Error ? error : new Error(String(error))
      tell({ answer: message.call, error: { name, message: text } })
    }
  })
  tell({ ready: { url: server.url, methods: methodNames(server.control) } })
  console.log(`${name} answers on ${server.url}, its data is in ${at.dataDir}`)
}

/** What keeps a server from listening, and what to do about it. */
function whyNot({ code, syscall }: NodeJS.ErrnoException, port: number): string | undefined {
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Choose another with --port, or 0 for a free one.`
  if (code === 'EACCES' && syscall === 'listen')
    return `Port ${port} may not be used by this user. Choose one above 1023 with --port.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'This machine has no such --host.'
  return undefined
}
