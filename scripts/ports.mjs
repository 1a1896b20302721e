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
  const ports = Object.fromEntries(
    Object.entries(usual).map(([name, standard]) => [name, Number(env[name] || standard)]),
  )
  const wrong = []
  const taken = []
  const owners = new Map()
  for (const [name, port] of Object.entries(ports)) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      wrong.push(`${name}=${env[name]} is not a port. Example: ${name}=${usual[name]}`)
    } else if (owners.has(port)) {
      wrong.push(
        `${owners.get(port)} and ${name} are both ${port}. Choose another: ${name}=${await nextFree(port, owners)}`,
      )
    } else if (!env[given[name]] && (await isTaken(port))) {
      taken.push(name)
    }
    owners.set(port, name)
  }
  if (taken.length > 0) {
    const others = []
    for (const name of taken) {
      const free = await nextFree(ports[name], owners)
      owners.set(free, name)
      others.push(`${name}=${free}`)
    }
    wrong.push(...taken.map((name) => `Port ${ports[name]} (${name}) is in use.`))
    wrong.push(
      `Stop what uses ${taken.length === 1 ? 'it' : 'them'}, or choose: ${others.join(' ')} npm start`,
    )
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return ports
}

/**
 * Free ports for a run beside others. They lie below those that systems give to outgoing connections, and begin
 * anywhere, so that a run that starts in the same moment looks elsewhere.
 */
export async function freePorts() {
  const ports = {}
  let port = 10_000 + Math.floor(Math.random() * 20_000)
  for (const name of Object.keys(usual)) {
    port = await nextFree(port, new Map())
    ports[name] = port
  }
  return ports
}

/** The first port after `port` that nobody uses and that is not spoken for. */
async function nextFree(port, owners) {
  let next = port + 1
  while (owners.has(next) || (await isTaken(next))) next += 1
  return next
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
