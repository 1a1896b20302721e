// The suites of tests, each run by its own tool and counted test by test.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tryCommand } from './command.mjs'
import { root } from './leash.mjs'
import { node, projectEnv } from './prepare.mjs'
import { passed } from './report.mjs'

const print = (text) => process.stdout.write(text)
const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { FORCE_COLOR: '0' }

/** What a developer's shell says about servers of theirs must not reach tests, which wipe what they stand on. */
const noServers = Object.fromEntries(
  [
    'MONGODB_URI',
    'REDIS_URL',
    'REDIS_CACHE_URL',
    'S3_ENDPOINT',
    'STRIPE_API_BASE',
    'SENDGRID_API_BASE',
    'INSULA_MONGO',
    'NODE_ENV',
  ].map((name) => [name, '']),
)

export const testEnv = (more = {}) => projectEnv({ ...noServers, ...color, ...more })

/** Runs every command of a check. Resolves with one passed; throws with what the first that fails has said. */
export async function runCheck({ name, commands }) {
  for (const [command, args] of commands) {
    const { status, output } = await tryCommand(command, args, { cwd: root, env: testEnv() })
    if (status !== 0) throw new Error(`${output.trim()}\n${name} failed (${status}).`)
  }
  return passed()
}

/** Runs one project of vitest. */
export async function runVitest(project, env, filters = []) {
  return await withResultFile(async (file) => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const args = [vitest, 'run', '--project', project, ...reporters, ...filters]
    const { status } = await tryCommand(node, args, { cwd: root, env: testEnv(env), onOutput: print })
    return { status, count: countVitest }
  })
}

/** A file that cannot be loaded has no tests, and is a failure all the same. Nothing may be skipped. */
function countVitest({ numPassedTests, numFailedTests, numPendingTests = 0, numTodoTests = 0, testResults }) {
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return { passed: numPassedTests, failed: numFailedTests + numPendingTests + numTodoTests + unloaded.length }
}

/** Runs Playwright against a product that runs already. */
export async function runPlaywright(env, filters = []) {
  return await withResultFile(async (file) => {
    const playwright = join(root, 'node_modules/@playwright/test/cli.js')
    const args = [playwright, 'test', '--reporter=list,json', ...filters]
    const more = { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
    const { status } = await tryCommand(node, args, { cwd: root, env: testEnv(more), onOutput: print })
    return { status, count: countPlaywright }
  })
}

/** A test that passes at the second try is one that failed. */
function countPlaywright({ stats, errors = [] }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped + errors.length }
}

/** Counts what a tool has written; a tool that fails without naming a failed test counts as one. */
async function withResultFile(run) {
  const folder = mkdtempSync(join(tmpdir(), 'insula-results-'))
  const file = join(folder, 'results.json')
  try {
    const { status, count } = await run(file)
    const tally = count(readResults(file, status))
    return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readResults(file, status) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Error(`The tests ended (${status}) without a result.`)
  }
}
