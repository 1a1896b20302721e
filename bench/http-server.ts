import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '@insula/api/app'
import { openDoor, processEnv, serveApp } from '@insula/api/process'
import { sessionCookieName } from '@insula/core/identity'
import { startUp } from '@insula/core/wiring/start-up'
import { mongoHandles } from '@insula/db'

// One of the servers that bench/http.ts and bench/calls.ts compare, in a process of its own: `ours`, the gateway's front door; `bare`,
// node:http with the driver asking MongoDB the same by the same indexes; or `plain`, node:http that asks nobody.

await startUp()
const { db } = mongoHandles()
const sessions = db.collection('sessions')
const members = db.collection('members')
const files = db.collection('files')

/** Who calls and where, by the signed cookie: the same three look-ups, without better-auth, mongoose, zod or tRPC. */
async function tenantOf(request: IncomingMessage): Promise<string | null> {
  const value = decodeURIComponent(request.headers.cookie?.slice(sessionCookieName().length + 1) ?? '')
  const dot = value.lastIndexOf('.')
  const token = value.slice(0, dot)
  const given = Buffer.from(value.slice(dot + 1), 'base64')
  const expected = createHmac('sha256', process.env.AUTH_SECRET ?? '')
    .update(token)
    .digest()
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const session = await sessions.findOne({ token: createHash('sha256').update(token).digest('base64url') })
  if (!session?.activeTenantId) return null
  const [member] = await Promise.all([
    members.findOne({ tenantId: session.activeTenantId, userId: session.userId }),
    db.collection('users').findOne({ _id: session.userId }),
  ])
  return member ? (session.activeTenantId as string) : null
}

const bare: RequestListener = async (request, response) => {
  const tenantId = await tenantOf(request)
  if (!tenantId) return response.writeHead(401).end()
  const items = await files.find({ tenantId, trashed: false }).sort({ _id: -1 }).limit(51).toArray()
  const body = JSON.stringify({ items: items.slice(0, 50), nextCursor: null })
  response.writeHead(200, { 'content-type': 'application/json' }).end(body)
}

const plain: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"result":{"data":null}}')
}

const ours = () => {
  const { APP_URL, MAX_CONNECTIONS } = processEnv()
  return openDoor({ appUrl: APP_URL, maxConnections: MAX_CONNECTIONS, serve: serveApp(createApp()) }).server
}
const which = process.argv[2]
const server = which === 'ours' ? ours() : createServer(which === 'plain' ? plain : bare)
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})
// Asked for anything, it tells how much of a processor it has used, in milliseconds.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.((user + system) / 1_000)
})
process.once('disconnect', () => process.exit(0))
