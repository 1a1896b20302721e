// The ports of the product and its local cloud, each with the variable that sets it.
import { once } from 'node:events'
import { createServer } from 'node:net'

const usual = {
  PORT: 3000,
  WEB_PORT: 3001,
  WORKER_PORT: 3002,
  LOCAL_PAGE_PORT: 4000,
  MONGO_PORT: 4001,
  REDIS_PORT: 4002,
  S3_PORT: 4003,
  STRIPE_PORT: 4004,
  SENDGRID_PORT: 4005,
}

/** A server that is given by its address needs no port of ours. */
const given = {
  MONGO_PORT: 'MONGODB_URI',
  REDIS_PORT: 'REDIS_URL',
  S3_PORT: 'S3_ENDPOINT',
  STRIPE_PORT: 'STRIPE_API_BASE',
  SENDGRID_PORT: 'SENDGRID_API_BASE',
}

/** The ports that the environment names, else the usual ones. Throws one error about all that are wrong or taken. */
export async function readPorts(env = process.env) {
  const ports = {}
  const wrong = []
  const owners = new Map()
  for (const [name, standard] of Object.entries(usual)) {
    const port = Number(env[name] || standard)
    ports[name] = port
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      wrong.push(`${name}=${env[name]} is not a port. Example: ${name}=${standard}`)
    } else if (owners.has(port)) {
      wrong.push(
        `${owners.get(port)} and ${name} are both ${port}. Change one of them: ${name}=${standard + 100}`,
      )
    } else if (!env[given[name]] && (await isTaken(port))) {
      wrong.push(`Port ${port} is in use. Choose another: ${name}=${await freePortFrom(port + 1)} npm start`)
    }
    owners.set(port, name)
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return ports
}

/** As many free ports as there are names. */
export async function freePorts() {
  const servers = await Promise.all(Object.keys(usual).map(() => listen(0)))
  const ports = Object.fromEntries(
    Object.keys(usual).map((name, index) => [name, servers[index].address().port]),
  )
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

async function freePortFrom(first) {
  for (let port = first; port <= 65_535; port += 1) if (!(await isTaken(port))) return port
  return 0
}

async function listen(port, host = '127.0.0.1') {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  return server
}

/** Someone may listen on all addresses or on this machine's own; either would be in our way. */
async function isTaken(port) {
  for (const host of ['127.0.0.1', '::']) {
    try {
      await once((await listen(port, host)).close(), 'close')
    } catch (error) {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') return true
    }
  }
  return false
}
