import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isEmbedded } from './embedded.ts'
import { readEnvironment } from './env.ts'
import { runForeground } from './foreground.ts'

const help = `The local cloud: MongoDB, Redis, S3, Stripe and SendGrid for one machine.

  local up [--data DIR] [--fresh]       starts all of them and a page that shows what they hold
    --data DIR                          where their state lives; .local unless told otherwise
    --fresh                             forgets what was stored before, but not what was saved by name
  local mongo|s3|stripe|sendgrid        starts one of them alone
    --port N                            where it listens; 0, as without it, picks a free port
    --data DIR                          where its state lives; .local/mongo, ... unless told otherwise
    --host ADDRESS                      127.0.0.1 unless told otherwise
    --public-url URL                    where browsers reach Stripe's hosted pages, if elsewhere
    --forward-to URL                    where Stripe delivers its events, signed with STRIPE_WEBHOOK_SECRET
  local install redis|chromium          installs what the machine lacks, and prints where it is

Ports of "up": LOCAL_PAGE_PORT, MONGO_PORT, REDIS_PORT, S3_PORT, STRIPE_PORT, SENDGRID_PORT.
Servers that run already: MONGODB_URI, REDIS_URL, S3_ENDPOINT, STRIPE_API_BASE, SENDGRID_API_BASE.
INSULA_MONGO=embedded|mongod|URI decides which MongoDB it is.`

const options = {
  port: { type: 'string' },
  data: { type: 'string' },
  host: { type: 'string' },
  'public-url': { type: 'string' },
  'forward-to': { type: 'string' },
  fresh: { type: 'boolean' },
  help: { type: 'boolean' },
} as const
const ofServers: (keyof typeof options)[] = ['port', 'data', 'host']

/** A command line that makes no sense: told with how it is used, exit status 2. */
class WrongUsage extends Error {}

/** The command line of the local cloud. Sets the exit status, and prints one message instead of a stack. */
export async function main(argv: string[]): Promise<void> {
  try {
    await runCommandLine(argv)
  } catch (error) {
    const wrong = error instanceof WrongUsage
    console.error(wrong ? `${error.message}\n\n${help}` : error instanceof Error ? error.message : error)
    process.exit(wrong ? 2 : 1)
  }
}

async function runCommandLine(argv: string[]): Promise<void> {
  const { values, positionals } = parse(argv)
  const [command = 'help', ...subjects] = positionals
  if (values.help || command === 'help') return console.log(help)
  const takes = (allowed: (keyof typeof options)[], most = 0): void => {
    const strange = Object.keys(values).find((name) => !allowed.some((one) => one === name))
    if (strange !== undefined) throw new WrongUsage(`"local ${command}" takes no --${strange}.`)
    if (subjects.length > most) throw new WrongUsage(`"local ${command}" does not know "${subjects[most]}".`)
  }
  // Each command loads what it needs and no more: a server alone is to be there in a moment.
  if (command === 'up') {
    takes(['data', 'fresh'])
    const { runUp } = await import('./up-command.ts')
    const dataDir = resolve(values.data ?? '.local')
    return await runUp({ env: readEnvironment(), dataDir, fresh: values.fresh === true })
  }
  if (command === 'install') {
    takes([], 1)
    const { install, isInstallable } = await import('./install.ts')
    const [subject = ''] = subjects
    if (!isInstallable(subject)) throw new WrongUsage('"local install" takes redis or chromium.')
    return console.log(await install(subject, readEnvironment(), (line) => console.error(line)))
  }
  if (!isEmbedded(command)) throw new WrongUsage(`There is no "local ${command}".`)
  takes(command === 'stripe' ? [...ofServers, 'public-url', 'forward-to'] : ofServers)
  const { host, 'public-url': publicUrl, 'forward-to': forwardTo } = values
  const port = portOf(values.port ?? '0')
  const dataDir = resolve(values.data ?? `.local/${command}`)
  await runForeground({ name: command, port, dataDir, host, publicUrl, forwardTo, env: readEnvironment() })
}

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, allowPositionals: true, options })
  } catch (error) {
    throw new WrongUsage((error as Error).message.split('. To specify')[0])
  }
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new WrongUsage(`--port ${text} is no port: 0 to 65535.`)
}
