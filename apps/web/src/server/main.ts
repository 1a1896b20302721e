import { createServer } from 'node:http'
import { resolve } from 'node:path'
import {
  CannotStart,
  frontDoor,
  insideApp,
  listen,
  onStopSignal,
  openDoor,
  processEnv,
  serveApp,
  shutDownApi,
  startUpApi,
  stopTimes,
} from '@insula/api/process'
import next from 'next'
import { webEnv } from '../env.ts'
import { serverEnv } from './env.ts'
import { servePages } from './pages.ts'

/**
 * The console as it runs in production: Next's pages behind the same door as the gateway's, with its limits, its headers
 * and its way to stop.
 */
async function main(): Promise<void> {
  await startUpApi([webEnv, serverEnv]).catch((error: Error) => {
    // A database that is down is tried again, and until then we are not ready.
    if (error instanceof CannotStart) throw error
    console.error(error.message)
  })
  const { PORT, HOST, SERVE_API } = serverEnv()
  const { APP_URL, MAX_CONNECTIONS } = processEnv()
  // A server that never listens keeps Next from adding itself to ours as one who takes upgrades.
  const httpServer = createServer()
  const dir = resolve(import.meta.dirname, '../')
  const app = next({ dev: false, dir, hostname: HOST, port: PORT, httpServer })
  await app.prepare()
  const pages = app.getRequestHandler()
  const api = SERVE_API === '1' ? (await import('@insula/api/app')).createApp() : insideApp()

  const door = openDoor({
    appUrl: APP_URL,
    maxConnections: MAX_CONNECTIONS,
    // Who comes from outside comes through our gateway, unless there is none.
    keepsRequestId: SERVE_API !== '1',
    serve: frontDoor({
      api: serveApp(api, { alone: false }),
      pages: servePages(pages, APP_URL),
    }),
  })
  onStopSignal(async () => {
    await door.stop(stopTimes())
    await shutDownApi()
  })
  const port = await listen(door, PORT, HOST, 'PORT')
  console.info(JSON.stringify({ service: 'web', msg: 'ready', port }))
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
