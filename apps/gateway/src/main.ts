import { createServer } from 'node:http'
import { createApp } from '@insula/api/app'
import { prepareApi, shutDownApi } from '@insula/api/process'
import { gatewayEnv } from './env.ts'
import { frontDoor } from './front-door.ts'

const drainMs = 10_000

/** The front door: `/api` and `/metrics` are answered here, everything else is the console's. */
async function main(): Promise<void> {
  await prepareApi([gatewayEnv])
  const { PORT, HOST, WEB_ORIGIN } = gatewayEnv()
  const door = frontDoor(createApp(), WEB_ORIGIN)
  const server = createServer(
    { headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 },
    door.request,
  )
  server.on('upgrade', door.upgrade)
  server.on('error', (error: NodeJS.ErrnoException) => {
    const inUse = error.code === 'EADDRINUSE'
    console.error(inUse ? `Port ${PORT} is in use. Set PORT to a free one.` : error.message)
    process.exit(1)
  })
  server.listen(PORT, HOST, () =>
    console.info(JSON.stringify({ service: 'gateway', msg: 'ready', port: PORT })),
  )

  const stop = () => {
    server.close(() => void shutDownApi().then(() => process.exit(0)))
    server.closeIdleConnections()
    // Open event streams would hold the door for ever.
    setTimeout(() => server.closeAllConnections(), drainMs / 2).unref()
    setTimeout(() => process.exit(0), drainMs).unref()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
