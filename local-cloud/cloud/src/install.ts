import type { LocalEnvironment } from './env.ts'
import { findProgram } from './program.ts'
import { runQuietly } from './run-quietly.ts'
import { type DebianTools, findUnpacked, unpackDebian, unpackDir } from './unpack.ts'

/** What may be installed here, by the names its programs and packages have. */
const installables = {
  redis: {
    programs: ['redis-server', 'valkey-server'],
    apt: 'redis-server',
    /** Debian's packages that hold the program, where it can be run from wherever they are unpacked. */
    unpack: ['redis-server', 'redis-tools'],
    brew: ['redis'],
    instead: 'or set REDIS_URL, for example REDIS_URL=redis://127.0.0.1:6379',
  },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    apt: 'chromium',
    unpack: [],
    brew: ['--cask', 'chromium'],
    instead: 'or set CHROMIUM to the path of a Chromium or Chrome',
  },
} as const

export type Installable = keyof typeof installables
export const isInstallable = (name: string): name is Installable => Object.hasOwn(installables, name)

type Places = Pick<LocalEnvironment, 'PATH' | 'XDG_CACHE_HOME'>

/** Where the program is if the machine has it, or if it was unpacked before. */
export function findInstalled(name: Installable, { PATH, XDG_CACHE_HOME }: Places): string | undefined {
  const { programs } = installables[name]
  return findProgram([...programs], PATH) ?? findUnpacked(programs[0], unpackDir(XDG_CACHE_HOME))
}

/**
 * Finds a program, or installs it with the system's package manager where nobody is asked for a password, or unpacks
 * Debian's package into a cache folder where nothing may be installed. Resolves with its path; throws with what to type when it cannot.
 */
export async function install(
  name: Installable,
  places: Places,
  note: (line: string) => void,
  isRoot = process.getuid?.() === 0,
): Promise<string> {
  const present = findInstalled(name, places)
  if (present !== undefined) return present
  const { programs, unpack } = installables[name]
  const dir = unpackDir(places.XDG_CACHE_HOME)
  const manager = await findManager(places.PATH, isRoot, unpack.length > 0)
  if (manager === undefined)
    throw new Error(whatToType(name, 'no package manager can be used without a password'))
  if (manager.kind === 'unpack')
    note(`Unpacking ${name} into ${dir}, since nothing may be installed: this happens once`)
  else note(`Installing ${name} with ${manager.kind}: this happens once`)
  const failure =
    manager.kind === 'unpack'
      ? await unpackDebian(programs[0], unpack, dir, manager.tools)
      : await runManager(manager, installables[name])
  const installed = findInstalled(name, places)
  if (installed !== undefined) return installed
  throw new Error(whatToType(name, failure ?? `${manager.kind} installed it, but it is not on the PATH`))
}

type Installer = { kind: 'apt'; prefix: string[] } | { kind: 'brew'; program: string }
type Manager = Installer | { kind: 'unpack'; tools: DebianTools }

async function findManager(path: string, isRoot: boolean, unpacks: boolean): Promise<Manager | undefined> {
  const aptGet = findProgram(['apt-get'], path)
  if (aptGet !== undefined) {
    if (isRoot) return { kind: 'apt', prefix: ['env'] }
    const sudo = findProgram(['sudo'], path)
    if (sudo !== undefined && (await runQuietly(sudo, ['-n', 'true'])) === undefined) {
      return { kind: 'apt', prefix: [sudo, '-n', 'env'] }
    }
  }
  const brew = findProgram(['brew'], path)
  if (brew !== undefined) return { kind: 'brew', program: brew }
  const dpkgDeb = findProgram(['dpkg-deb'], path)
  if (!unpacks || aptGet === undefined || dpkgDeb === undefined) return undefined
  return { kind: 'unpack', tools: { aptGet, dpkgDeb } }
}

function runManager(manager: Installer, { apt, brew }: { apt: string; brew: readonly string[] }) {
  if (manager.kind === 'brew') return runQuietly(manager.program, ['install', ...brew])
  return installWithApt(manager.prefix, apt)
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

function whatToType(name: Installable, why: string): string {
  const { programs, apt, brew, instead } = installables[name]
  return (
    `Insula needs ${programs[0]}, which this machine lacks (${why}). Install it ` +
    `(Debian and Ubuntu: sudo apt-get install ${apt}; macOS: brew install ${brew.join(' ')}) ${instead}.`
  )
}
