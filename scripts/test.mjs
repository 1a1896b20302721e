// npm test: everything that can be checked, from nothing but Node and npm.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checks } from './checks.mjs'
import { prepareChromium } from './chromium.mjs'
import { endCommands, tryCommand } from './command.mjs'
import { root } from './leash.mjs'
import { freePorts } from './ports.mjs'
import { build, node, preparePackages, projectEnv, requireNode } from './prepare.mjs'
import { passed, prepared, Report } from './report.mjs'
import { onStop } from './signals.mjs'
import { startStack } from './stack.mjs'
import { runCheck, runPlaywright, runVitest, testEnv } from './suites.mjs'

const help = `npm test [-- --mongo=URI] [-- --only=LIST] [-- FILTER...]

Prepares the machine, then checks format, lint, arrows and types, and runs the unit, local cloud's, integration and
end-to-end tests.
--mongo=URI   runs on a MongoDB replica set of yours instead of the local cloud's
--only=LIST   of: checks, unit, local-cloud, integration, e2e
FILTER        runs only test files whose path contains it`

const parts = ['checks', 'unit', 'local-cloud', 'integration', 'e2e']
const note = (line) => console.log(line)
const report = new Report(note)
let stack

async function stop() {
  report.stop()
  await endCommands()
  await stack?.stop()
  process.exit(130)
}

async function main() {
  const { values, positionals: filters } = parseArgs({
    allowPositionals: true,
    options: {
      mongo: { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return note(help)
  requireNode()
  onStop(stop)
  const only = values.only?.split(',') ?? parts
  const unknown = only.find((part) => !parts.includes(part))
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}".\n\n${help}`)
  const wanted = (part) => only.includes(part)
  const mongo = values.mongo === undefined ? {} : { MONGODB_URI: values.mongo }

  if (await report.step('packages', () => preparePackages(note).then(prepared))) {
    if (wanted('checks')) {
      for (const check of checks) await report.step(check.name, () => runCheck(check))
    }
    const redis = await report.step('redis', prepareRedis)
    if (wanted('unit')) await report.step('unit', () => runVitest('unit', {}, filters))
    if (wanted('local-cloud'))
      await report.step('local cloud', () => needs(redis, 'redis') && runVitest('local-cloud', {}, filters))
    if (wanted('integration'))
      await report.step(
        'integration',
        () => needs(redis, 'redis') && runVitest('integration', mongo, filters),
      )
    if (wanted('e2e')) await endToEnd(redis, mongo, filters)
  }
  report.print()
  process.exit(report.failures === 0 ? 0 : 1)
}

async function endToEnd(redis, mongo, filters) {
  let chromium
  const browser = await report.step('chromium', async () => {
    chromium = await prepareChromium(note)
    note(chromium)
    return prepared()
  })
  const built = await report.step('build', () => build(note).then(() => passed()))
  await report.step('end-to-end', async () => {
    needs(redis, 'redis')
    needs(browser, 'chromium')
    needs(built, 'build')
    return await onProduct(mongo, (env) => runPlaywright({ ...env, CHROMIUM: chromium }, filters))
  })
}

/** A step whose ground is missing has failed, and says why. */
function needs(ground, name) {
  if (ground) return true
  throw new Error(`This needs "${name}", which failed above.`)
}

async function prepareRedis() {
  const install = [join(root, 'local-cloud/cloud/bin/local.mjs'), 'install', 'redis']
  const { status, output } = await tryCommand(node, install, {
    cwd: root,
    env: projectEnv(),
    onOutput: (text) => note(text.trim()),
  })
  if (status !== 0) throw new Error(output.trim())
  return prepared()
}

/** Runs `work` against the production build of the product, with ports and data that are nobody else's. */
async function onProduct(mongo, work) {
  const dataDir = mkdtempSync(join(tmpdir(), 'insula-e2e-'))
  const ports = await freePorts()
  const onFatal = (error) => note(error.message)
  try {
    stack = startStack({ ports, dataDir, note, onFatal, inherited: testEnv(mongo) })
    const { env, page } = await stack.ready
    const tally = await work({ ...env, APP_URL: env.APP_URL, LOCAL_PAGE_URL: page, INSULA_DATA: dataDir })
    if (tally.failed > 0) keepLogs(dataDir)
    return tally
  } finally {
    await stack?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function keepLogs(dataDir) {
  const kept = join(root, 'test-results', 'log')
  cpSync(join(dataDir, 'log'), kept, { recursive: true })
  note(`What the product said meanwhile is in ${kept}`)
}

await main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
