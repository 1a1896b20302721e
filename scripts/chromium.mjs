// The browser of the end-to-end tests.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runStep, tryCommand } from './command.mjs'
import { root } from './leash.mjs'
import { node, projectEnv } from './prepare.mjs'

const playwright = join(root, 'node_modules/playwright-core/cli.js')
const local = join(root, 'local-cloud/cloud/bin/local.mjs')
const decideWithinMs = 4000

/**
 * Finds a Chromium that starts: the one that `CHROMIUM` names, Playwright's own where it is or can be downloaded, the
 * system's, or one that is installed now. Resolves with its path; throws with what to type.
 */
export async function prepareChromium(note) {
  if (process.env.CHROMIUM) {
    if (await starts(process.env.CHROMIUM)) return process.env.CHROMIUM
    throw new Error(`CHROMIUM=${process.env.CHROMIUM} does not start.`)
  }
  const own = await playwrightsOwn()
  if (await starts(own)) return own
  const system = await onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'])
  if (await canDownload()) {
    const command = [node, [playwright, 'install', '--no-shell', 'chromium']]
    await runStep('Downloading Chromium', ...command, { cwd: root, env: projectEnv(), note }).catch((error) =>
      note(error.message),
    )
    if (await starts(own)) return own
  }
  if (system !== undefined) return system
  note('Installing Chromium ...')
  const { status, output } = await tryCommand(node, [local, 'install', 'chromium'], {
    cwd: root,
    env: projectEnv(),
  })
  if (status !== 0) throw new Error(output.trim())
  return output.trim().split('\n').at(-1)
}

/** Where Playwright keeps its Chromium, whether or not it is there. */
async function playwrightsOwn() {
  const ask = "import('playwright-core').then(({ chromium }) => console.log(chromium.executablePath()))"
  const { output } = await tryCommand(node, ['--input-type=module', '--eval', ask], {
    cwd: root,
    env: projectEnv(),
  })
  return output.trim()
}

/** A Chromium that is there but lacks a library of the system does not start. */
async function starts(file) {
  return existsSync(file) && (await tryCommand(file, ['--version'], { timeoutMs: 20_000 })).status === 0
}

async function onPath(names) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (await starts(join(folder, name))) return join(folder, name)
  }
  return undefined
}

async function canDownload() {
  try {
    const signal = AbortSignal.timeout(decideWithinMs)
    const reply = await fetch('https://cdn.playwright.dev/', { method: 'HEAD', signal })
    await reply.body?.cancel()
    return true
  } catch {
    return false
  }
}
