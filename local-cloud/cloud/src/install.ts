import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findProgram } from './program.ts'

/** What may be installed here, by the names its programs and packages have. */
const installables = {
  redis: {
    programs: ['redis-server', 'valkey-server'],
    apt: 'redis-server',
    brew: ['redis'],
    instead: 'or set REDIS_URL, for example REDIS_URL=redis://127.0.0.1:6379',
  },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    apt: 'chromium',
    brew: ['--cask', 'chromium'],
    instead: 'or set CHROMIUM to the path of a Chromium or Chrome',
  },
} as const

export type Installable = keyof typeof installables
export const isInstallable = (name: string): name is Installable => Object.hasOwn(installables, name)

/** Where the program is if the machine has it. */
export function findInstalled(name: Installable, path: string): string | undefined {
  return findProgram([...installables[name].programs], path)
}

/**
 * Finds a program, or installs it with the system's package manager where nobody is asked for a password.
 * Resolves with its path; throws with what to type when it cannot.
 */
export async function install(
  name: Installable,
  path: string,
  note: (line: string) => void,
): Promise<string> {
  const present = findInstalled(name, path)
  if (present !== undefined) return present
  const { apt, brew } = installables[name]
  const manager = await findManager(path)
  if (manager === undefined)
    throw new Error(whatToType(name, 'no package manager can be used without a password'))
  note(`Installing ${name} with ${manager.kind}: this happens once`)
  const failure =
    manager.kind === 'brew'
      ? await runQuietly(manager.program, ['install', ...brew])
      : await installWithApt(manager.prefix, apt)
  const installed = findInstalled(name, path)
  if (installed !== undefined) return installed
  throw new Error(whatToType(name, failure ?? `${manager.kind} installed it, but it is not on the PATH`))
}

type Manager = { kind: 'apt'; prefix: string[] } | { kind: 'brew'; program: string }

async function findManager(path: string): Promise<Manager | undefined> {
  const aptGet = findProgram(['apt-get'], path)
  if (aptGet !== undefined) {
    if (process.getuid?.() === 0) return { kind: 'apt', prefix: ['env'] }
    const sudo = findProgram(['sudo'], path)
    if (sudo !== undefined && (await runQuietly(sudo, ['-n', 'true'])) === undefined) {
      return { kind: 'apt', prefix: [sudo, '-n', 'env'] }
    }
  }
  const brew = findProgram(['brew'], path)
  return brew === undefined ? undefined : { kind: 'brew', program: brew }
}

/** A second clone may be installing at the same moment, so both locks of apt are waited for. */
async function installWithApt(prefix: string[], packageName: string): Promise<string | undefined> {
  const [command = 'env', ...rest] = [...prefix, 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq']
  const waits = ['-o', 'DPkg::Lock::Timeout=300']
  const get = () =>
    runQuietly(command, [...rest, ...waits, 'install', '--no-install-recommends', '-y', packageName])
  const unlisted = await runQuietly(command, [...rest, ...waits, 'update'])
  const failed = await get()
  return failed === undefined ? undefined : [unlisted, failed].filter(Boolean).join('\n')
}

/** Resolves with nothing, or with the command and the end of what it said when it failed. */
async function runQuietly(command: string, args: string[]): Promise<string | undefined> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 600_000 })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-1500)
    })
  }
  const [status] = await once(child, 'close').catch((error: Error) => {
    words = error.message
    return [1]
  })
  return status === 0 ? undefined : `${command} ${args.join(' ')}: ${words.trim()}`
}

function whatToType(name: Installable, why: string): string {
  const { programs, apt, brew, instead } = installables[name]
  return (
    `Insula needs ${programs[0]}, which this machine lacks (${why}). Install it ` +
    `(Debian and Ubuntu: sudo apt-get install ${apt}; macOS: brew install ${brew.join(' ')}) ${instead}.`
  )
}
