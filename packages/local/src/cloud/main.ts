import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readEnvironment } from '../env.ts'
import { isEmbedded } from './embedded.ts'
import { runForeground } from './foreground.ts'

const help = `The local cloud: MongoDB, Redis, S3, Stripe and SendGrid for one machine.

  local up [--data DIR] [--fresh]       starts all of them and a page that shows what they hold
  local mongo|s3|stripe|sendgrid        starts one of them alone
    --port N                            where it listens; 0 picks a free port
    --data DIR                          where its state lives
    --host ADDRESS                      127.0.0.1 unless told otherwise
    --public-url URL                    where browsers reach Stripe's hosted pages, if elsewhere
    --forward-to URL                    where Stripe delivers its events, signed with STRIPE_WEBHOOK_SECRET
  local install redis|chromium          installs what the machine lacks, and prints where it is

Ports: LOCAL_PAGE_PORT, MONGO_PORT, REDIS_PORT, S3_PORT, STRIPE_PORT, SENDGRID_PORT.
Servers that run already: MONGODB_URI, REDIS_URL, S3_ENDPOINT, STRIPE_API_BASE, SENDGRID_API_BASE.
INSULA_MONGO=embedded|mongod|URI decides which MongoDB it is.`

/** The command line of the local cloud. Sets the exit status, and prints one message instead of a stack. */
export async function main(argv: string[]): Promise<void> {
  try {
    await run(argv)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

async function run(argv: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      host: { type: 'string' },
      'public-url': { type: 'string' },
      'forward-to': { type: 'string' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const [command = 'help', subject = ''] = positionals
  if (values.help || command === 'help') return console.log(help)
  const env = readEnvironment()
  const dataDir = resolve(values.data ?? '.local')
  // Each command loads what it needs and no more: a server alone is to be there in a moment.
  if (command === 'up') {
    const { runUp } = await import('./up-command.ts')
    return await runUp({ env, dataDir, fresh: values.fresh })
  }
  if (command === 'install') {
    const { install, isInstallable } = await import('./install.ts')
    if (isInstallable(subject))
      return console.log(await install(subject, env.PATH, (line) => console.error(line)))
  }
  if (!isEmbedded(command)) throw new Error(`There is no "${argv.join(' ')}".\n\n${help}`)
  const port = Number(values.port ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port.`)
  const { host, 'public-url': publicUrl, 'forward-to': forwardTo } = values
  const data = resolve(values.data ?? `.local/${command}`)
  await runForeground({ name: command, port, dataDir: data, host, publicUrl, forwardTo, env })
}
