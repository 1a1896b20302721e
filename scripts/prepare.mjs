// Makes a clone ready to run: packages, and the Node that the project runs on.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runStep, tryCommand } from './command.mjs'
import { root } from './leash.mjs'

const modules = join(root, 'node_modules')
const bin = join(modules, '.bin')

/** The project's own Node, whichever one runs this script. */
export const node = join(modules, 'node', 'bin', 'node')

/** The environment every command of the project runs in: its Node and its tools first, nothing phones home. */
export function projectEnv(more = {}) {
  const { NODE_OPTIONS: _ofTheOuterNode, ...inherited } = process.env
  return {
    ...inherited,
    PATH: [bin, process.env.PATH ?? ''].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    ...more,
  }
}

/** Refuses a Node that is too old even for these scripts. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Error(
    `Insula needs Node 20.19 or newer to begin with, and this is ${process.version}: https://nodejs.org`,
  )
}

/** Installs packages when they are missing or the lock file has changed since. */
export async function preparePackages(note) {
  if (!packagesAreCurrent()) {
    await runStep(
      'Installing packages (npm ci)',
      ...npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']),
      {
        cwd: root,
        note,
      },
    )
    writeFileSync(marker, lockHash())
  }
  if (!(await nodeRuns())) {
    // with ignore-scripts in someone's .npmrc, the package that brings Node is there without its binary
    const rebuild = npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'])
    await runStep('Fetching Node 24 (npm rebuild node)', ...rebuild, { cwd: root, note })
  }
  if (!(await nodeRuns())) throw new Error(`${node} does not run. Delete node_modules and start again.`)
}

const marker = join(modules, '.insula-lock')
const lockFile = join(root, 'package-lock.json')
const lockHash = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex')

function packagesAreCurrent() {
  const installed = join(modules, '.package-lock.json')
  if (!existsSync(installed)) return false
  if (existsSync(marker)) return readFileSync(marker, 'utf8') === lockHash()
  // someone ran npm themselves: what they installed is taken as it is, unless the lock file is newer
  if (statSync(installed).mtimeMs < statSync(lockFile).mtimeMs) return false
  writeFileSync(marker, lockHash())
  return true
}

async function nodeRuns() {
  const { status, output } = await tryCommand(node, ['--version'])
  return status === 0 && output.startsWith('v24.')
}

/** npm itself, run by the Node that runs this script. */
function npm(args) {
  const script = process.env.npm_execpath
  return script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args]
}

/** Builds what has changed since the last build. */
export async function build(note) {
  const turbo = [join(bin, 'turbo'), ['run', 'build', '--output-logs=new-only', '--log-order=grouped']]
  await runStep('Building', ...turbo, {
    cwd: root,
    env: projectEnv({ NODE_ENV: 'production' }),
    note,
    quietMs: 1500,
  })
}
