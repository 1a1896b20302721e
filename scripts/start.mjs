// npm start, npm run dev: the whole product on this machine, from nothing but Node and npm.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { endCommands } from './command.mjs'
import { root } from './leash.mjs'
import { readPorts } from './ports.mjs'
import { build, preparePackages, requireNode } from './prepare.mjs'
import { onStop } from './signals.mjs'
import { startStack } from './stack.mjs'

const help = `npm start [-- --fresh]     starts Insula; --fresh forgets what was stored before
npm run dev [-- --fresh]   the same with hot reload

PORT (3000) is the console's; WEB_PORT, WORKER_PORT, LOCAL_PAGE_PORT, MONGO_PORT, REDIS_PORT, S3_PORT, STRIPE_PORT
and SENDGRID_PORT move the others. MONGODB_URI, REDIS_URL, S3_ENDPOINT, STRIPE_API_BASE and SENDGRID_API_BASE name
servers that run already. INSULA_MONGO=embedded|mongod|URI decides which MongoDB it is.`

const note = (line) => console.log(line)
let stack
let stopping = false

async function stop(status) {
  if (stopping) return
  stopping = true
  await endCommands()
  await stack?.stop()
  process.exit(status)
}

async function main() {
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      dev: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(help)
  requireNode()
  onStop(() => {
    note('\nStopping ...')
    return stop(0)
  })
  const began = Date.now()
  const dataDir = resolve(process.env.INSULA_DATA ?? join(root, '.local'))
  requireNotRunning(dataDir)
  const ports = await readPorts()
  await preparePackages(note)
  if (!values.dev && !stopping) await build(note)
  if (stopping) return
  note('Starting the local cloud, the gateway, the console and the worker ...')
  const onFatal = (error) => {
    console.error(error.message)
    return stop(1)
  }
  stack = startStack({ ports, dataDir, fresh: values.fresh, dev: values.dev, note, onFatal })
  const running = await stack.ready
  if (!stopping) note(table(running, ports, Date.now() - began))
}

/** Two of them on one folder would tear each other's data. */
function requireNotRunning(dataDir) {
  const holder = join(dataDir, 'cloud.pid')
  if (!existsSync(holder)) return
  const pid = Number(readFileSync(holder, 'utf8'))
  try {
    process.kill(pid, 0)
  } catch {
    return // it was killed, and left its mark behind
  }
  throw new Error(
    `Insula runs already on ${dataDir} (process ${pid}). Stop it first, or set INSULA_DATA to another folder.`,
  )
}

function table({ demo, page, mongo }, ports, tookMs) {
  const console = `http://localhost:${ports.PORT}`
  const rows = [
    ['Console', console],
    ...demo.logins.map(({ role, email, password }) => [`  ${role}`, `${email}  ${password}`]),
    ['API reference', `${console}/api/reference`],
    ['Local cloud', `${page}   mail, Stripe, S3, MongoDB, faults`],
    ['MongoDB', mongo],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 3
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`)
  return ['', `Insula runs (after ${(tookMs / 1000).toFixed(1)} s). Ctrl-C stops it.`, '', ...lines, ''].join(
    '\n',
  )
}

main().catch((error) => {
  if (stopping) return
  console.error(`\n${error.message}`)
  return stop(1)
})
