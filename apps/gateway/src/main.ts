import { createApp } from '@insula/api/app'
import {
  clientAddressOf,
  frontDoor,
  listen,
  onStopSignal,
  openDoor,
  processEnv,
  serveApp,
  shutDownApi,
  startUpApi,
  stopTimes,
} from '@insula/api/process'
import { consoleBehind } from './console.ts'
import { gatewayEnv } from './env.ts'

/** Where Next's development server sends word of what has changed. */
const hotReload = { path: '/_next/hmr', max: 64 }

/** The front door: `/api` and `/metrics` are answered here, everything else is the console's. */
async function main(): Promise<void> {
  await startUpApi([gatewayEnv])
  const { PORT, HOST, WEB_ORIGIN } = gatewayEnv()
  const { APP_URL, MAX_CONNECTIONS, production } = processEnv()
  const web = consoleBehind({ origin: WEB_ORIGIN, appUrl: APP_URL, addressOf: clientAddressOf })
  const door = openDoor({
    appUrl: APP_URL,
    maxConnections: MAX_CONNECTIONS,
    serve: frontDoor({ api: serveApp(createApp()), pages: web.serve }),
    ...(!production && { upgrades: { ...hotReload, serve: web.upgrade } }),
  })
  onStopSignal(async () => {
    await door.stop(stopTimes())
    await shutDownApi()
  })
  const port = await listen(door, PORT, HOST, 'PORT')
  console.info(JSON.stringify({ service: 'gateway', msg: 'ready', port }))
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
