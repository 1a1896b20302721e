import type { LocalEnvironment } from './env.ts'
import { type SupervisedCloud, up } from './up.ts'

export interface UpCommand {
  env: LocalEnvironment
  dataDir: string
  fresh: boolean
}

interface Ready {
  env: Record<string, string>
  page: string
  mongo: string
  /** Those that run here; one whose address was given is not among them. */
  servers: string[]
}

/** What `local up` tells whoever started it over an IPC channel, instead of printing it. */
type FromCloud = { note: string } | { ready: Ready } | { failed: string }

/** Runs the local cloud until a signal, or until whoever started it is gone; leaves no process behind. */
export async function runUp({ env, dataDir, fresh }: UpCommand): Promise<void> {
  const tell = (message: FromCloud) => {
    if (process.connected) process.send?.(message)
    else if ('note' in message) console.log(message.note)
    else if ('failed' in message) console.error(message.failed)
    else console.log(table(message.ready))
  }
  let cloud: Promise<SupervisedCloud> | undefined
  let stopping: Promise<void> | undefined
  const stop = (status: number) => {
    stopping ??= (async () => {
      await (await cloud?.catch(() => undefined))?.close()
      process.exit(status)
    })()
    return stopping
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
  process.on('disconnect', () => stop(0))

  cloud = up({
    env,
    dataDir,
    fresh,
    note: (line) => tell({ note: line }),
    onHopeless: (name, words) => {
      tell({ failed: `${name} dies as soon as it is started. Its last words:\n${words}` })
      void stop(1)
    },
  })
  try {
    const { env: ready, mongo, page, servers } = await cloud
    tell({ ready: { env: { ...ready }, page, mongo, servers: [...servers.keys()] } })
  } catch (error) {
    if (stopping !== undefined) return
    tell({ failed: error instanceof Error ? error.message : String(error) })
    await stop(1)
  }
}

function table(ready: Ready): string {
  const names = ['MONGODB_URI', 'REDIS_URL', 'S3_ENDPOINT', 'STRIPE_API_BASE', 'SENDGRID_API_BASE']
  const rows = names.map((name) => `  ${name.padEnd(18)} ${ready.env[name]}`)
  return [`MongoDB: ${ready.mongo}`, ...rows, `  ${'page'.padEnd(18)} ${ready.page}`].join('\n')
}
