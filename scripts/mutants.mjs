// npm run mutants [-- <word>…]: breaks what guards, line by line, in a copy, and names the breaks that no test noticed.
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { transform } from 'esbuild'
import { breaks } from '../packages/testing/src/breaks/index.ts'

const root = resolve(import.meta.dirname, '..')
const sideBySide = 2
const leastShare = 0.9
const minuteMs = 60_000
/** Beside others everything is slower, and time is not what is tried here. */
const patienceMs = 2 * minuteMs
const words = process.argv.slice(2)

const chosen = breaks.filter(
  ({ kind, file, why }) =>
    words.length === 0 ||
    words.some((word) => `${kind} ${file} ${why}`.toLowerCase().includes(word.toLowerCase())),
)
if (chosen.length === 0)
  throw new Error(`No break is about ${words.join(' or ')}. Kinds: ${kinds().join(', ')}`)

const houses = []
const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(130))
try {
  const places = await Promise.all(chosen.map(placeOf))
  console.log(`Breaking ${chosen.length} lines, ${sideBySide} at a time, each in a copy of its own.`)
  for (let index = 0; index < sideBySide; index += 1) houses.push(await copy())
  const suites = [...new Set(chosen.flatMap(({ tests }) => tests))]
  await requireGreen(suites)
  const unnoticed = await breakAll(places)
  await end(report(unnoticed))
} catch (error) {
  console.error(error.message)
  await end(1)
}

function kinds() {
  return [...new Set(breaks.map(({ kind }) => kind))]
}

/** The line of a break; throws when its text is gone or stands there twice, since it would break something else. */
async function placeOf({ file, from }) {
  const text = await readFile(join(root, file), 'utf8')
  const [before, ...after] = text.split(from)
  if (after.length === 1) return `${file}:${before.split('\n').length}`
  throw new Error(`${file} holds this ${after.length} times, not once; mend the list of breaks:\n${from}`)
}

/** The sources and a `node_modules` whose own packages are those of the copy; all others are shared. */
async function copy() {
  const house = await mkdtemp(join(tmpdir(), 'insula-mutants-'))
  const left = /(^|\/)(node_modules|\.next|\.local|\.turbo|\.git|dist|dist-test-[^/]*|test-results)(\/|$)/
  for (const name of [
    'packages',
    'apps',
    'local-cloud',
    'scripts',
    'bench',
    'deploy',
    'docker-compose.yml',
    'package.json',
    'vitest.config.ts',
    'tsconfig.base.json',
    'tsconfig.json',
  ]) {
    await cp(join(root, name), join(house, name), {
      recursive: true,
      filter: (from) => !left.test(from.slice(root.length)),
    })
  }
  await link(join(root, 'node_modules'), join(house, 'node_modules'))
  for (const folder of ['packages', 'apps', 'local-cloud']) {
    for (const name of await readdir(join(root, folder))) {
      const own = join(root, folder, name, 'node_modules')
      const there = await readdir(own).catch(() => null)
      if (there) await symlink(own, join(house, folder, name, 'node_modules'))
    }
  }
  return house
}

async function link(from, to) {
  await mkdir(to)
  for (const name of await readdir(from)) {
    if (name !== '@insula') await symlink(join(from, name), join(to, name))
  }
  await mkdir(join(to, '@insula'))
  for (const name of await readdir(join(from, '@insula'))) {
    // npm's own links lead from there: ../../packages/core
    await symlink(await readlink(join(from, '@insula', name)), join(to, '@insula', name))
  }
}

/** Nothing is said of a break by tests that fail without it. */
async function requireGreen(suites) {
  const { code, output } = await test(houses[0], suites, 30 * minuteMs, sideBySide)
  if (code !== 0) throw new Error(`These fail before anything is broken:\n${output.slice(-4_000)}`)
  console.log(`All ${suites.length} test files are green before.`)
}

async function breakAll(places) {
  const unnoticed = []
  const waiting = chosen.map((one, index) => ({ one, place: places[index] }))
  await Promise.all(
    houses.map(async (house) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { one, place } = next
        const by = await noticedBy(house, one)
        if (!by) unnoticed.push({ one, place })
        console.log(
          `${by ? 'caught   ' : 'UNNOTICED'} ${one.kind}: ${one.why} (${place})${by && ` by ${by}`}`,
        )
      }
    }),
  )
  return unnoticed
}

/** The title of the first test that fails; empty when none does, and when the run itself broke off. */
async function noticedBy(house, { file, from, to, tests }) {
  const path = join(house, file)
  const text = await readFile(path, 'utf8')
  const broken = text.replace(from, () => to)
  // What does not even parse would be noticed by anything.
  await transform(broken, { loader: file.endsWith('x') ? 'tsx' : 'ts' })
  await writeFile(path, broken)
  try {
    const { code, output, late } = await test(house, tests, 10 * minuteMs)
    if (code === 0) return ''
    return titleOf(output) || (late ? 'no test that ended in time' : '')
  } finally {
    await writeFile(path, text)
  }
}

function titleOf(output) {
  const [line = ''] = /^ ?FAIL .*$/m.exec(stripVTControlCharacters(output)) ?? []
  return line.replace(/^ ?FAIL +\S+ +/, '').trim()
}

function test(house, tests, timeoutMs, side = 1) {
  const patience = [`--testTimeout=${patienceMs}`, `--hookTimeout=${patienceMs}`]
  const vitest = join(house, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--bail=1', `--maxWorkers=${side}`, '--reporter=dot', ...patience, ...tests]
  const child = spawn(process.execPath, args, { cwd: house, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return new Promise((done) => {
    // A break may also hang; that is noticed, too.
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGTERM')
    }, timeoutMs)
    child.once('exit', (code) => {
      clearTimeout(timer)
      running.delete(child)
      done({ code: code ?? 1, output, late })
    })
  })
}

function report(unnoticed) {
  const share = (chosen.length - unnoticed.length) / chosen.length
  for (const { one, place } of unnoticed) {
    console.log(`\n${place}\n  ${one.why}\n- ${one.from}\n+ ${one.to}`)
    console.log(one.survives ? `  known: ${one.survives}` : '  Write the test that notices it.')
  }
  for (const kind of kinds().filter((name) => chosen.some((one) => one.kind === name))) {
    const all = chosen.filter((one) => one.kind === kind).length
    const missed = unnoticed.filter(({ one }) => one.kind === kind).length
    console.log(`${kind.padEnd(16)} ${String(all - missed).padStart(3)} of ${all}`)
  }
  console.log(
    `${(100 * share).toFixed(1)} % of ${chosen.length} breaks caught, ${unnoticed.length} unnoticed`,
  )
  return share >= leastShare && unnoticed.every(({ one }) => one.survives) ? 0 : 1
}

async function end(code) {
  for (const child of running) child.kill('SIGTERM')
  await Promise.all(houses.map((house) => rm(house, { recursive: true, force: true })))
  process.exit(code)
}
