import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const word = 'customers'
// What the run of tests around this one was given is not for those in the copy.
const { PATH, HOME, INSULA_MONGO } = process.env
let house: string

/** A copy of the repository as it stands, with its packages linked. */
beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'insula-new-domain-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const path of listed.split('\0').filter((path) => path && existsSync(join(root, path)))) {
    await mkdir(dirname(join(house, path)), { recursive: true })
    await cp(join(root, path), join(house, path))
  }
  await mkdir(join(house, 'node_modules'))
  for (const name of await readdir(join(root, 'node_modules'))) {
    const [from, to] = [join(root, 'node_modules', name), join(house, 'node_modules', name)]
    // Those of the house lead to its own folders, by ways that hold in the copy, too.
    if (name === '@insula') await cp(from, to, { recursive: true, verbatimSymlinks: true })
    else await symlink(from, to)
  }
  for (const path of ['apps/web', 'apps/worker', 'apps/gateway', 'packages/api', 'packages/core']) {
    const modules = join(path, 'node_modules')
    if (existsSync(join(root, modules))) await symlink(join(root, modules), join(house, modules))
  }
  await git('init', '--quiet')
  await git('add', '--all')
  await git(
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.test',
    'commit',
    '--quiet',
    '-m',
    'as it is',
  )
}, 120_000)
afterAll(() => rm(house, { recursive: true, force: true }))

const run = async (command: string, ...args: string[]) => {
  const env = { PATH, HOME, INSULA_MONGO, NODE_ENV: 'test' as const }
  return promisify(execFile)(command, args, { cwd: house, env, maxBuffer: 10_000_000 }).then(
    ({ stdout }) => ({ ok: true, said: stdout }),
    (error: { stdout: string; stderr: string }) => ({ ok: false, said: `${error.stdout}\n${error.stderr}` }),
  )
}
const git = (...args: string[]) => run('git', ...args)
const make = (...words: string[]) => run(process.execPath, 'scripts/new-domain.mjs', ...words)
const changed = async () => (await git('status', '--porcelain', '--untracked-files=all', '--', '.')).said
const passes = async (program: string, ...args: string[]) =>
  expect(await run(process.execPath, join('node_modules', program), ...args)).toEqual({
    ok: true,
    said: expect.any(String),
  })

test.each([
  ['nothing', [], 'one word'],
  ['two words', ['big', 'orders'], 'one word'],
  ['capitals', ['Customers'], 'lower-case'],
  ['a way out of the folder', ['../customers'], 'lower-case'],
  ['a singular', ['customer'], 'not a plural'],
  ['a domain that is there', ['tenants'], 'already'],
  ['a thing of another domain', ['sessions'], 'kind of thing'],
  ['a room of the house', ['handlers'], 'another meaning'],
  ['a word of the language', ['functions'], 'another meaning'],
])('%s is refused, and nothing is changed', async (_what, words, told) => {
  const before = await changed()
  const { ok, said } = await make(...words)
  expect({ ok, said }).toMatchObject({ ok: false, said: expect.stringContaining(told) })
  expect(await changed()).toBe(before)
})

test('a file that is there already is never written over, and nothing is half done', async () => {
  const mine = join(house, `e2e/${word}.spec.ts`)
  await writeFile(mine, 'mine')
  const before = await changed()
  expect((await make(word)).said).toContain(`e2e/${word}.spec.ts is there already`)
  expect(await changed()).toBe(before)
  expect(readFileSync(mine, 'utf8')).toBe('mine')
  await rm(mine)
})

test('a word makes the rooms that the guide names, at the price of four lines, and all of it holds', async () => {
  expect(await make(word)).toEqual({ ok: true, said: expect.any(String) })

  // The lock files of others follow where a schema lists every permission or action.
  const lists = ['--', '.', ':!*.lock.txt']
  const lines = (await git('diff', '--numstat', ...lists)).said.trim().split('\n')
  expect(lines.length).toBeLessThanOrEqual(4)
  expect(lines.map((line) => line.split('\t').slice(0, 2))).toEqual(lines.map(() => ['1', '0']))

  const guide = readFileSync(join(house, 'docs/add-a-domain.md'), 'utf8')
  const named = [...guide.matchAll(/`((?:apps|packages|e2e)\/[^`]+)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(14)
  expect(named.filter((path) => !existsSync(join(house, path)))).toEqual([])

  await passes('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', 'apps', 'packages', 'e2e')
  await passes(
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    '--output-type',
    'err',
    'packages',
  )
  await passes(
    'vitest/vitest.mjs',
    ...['run', '--project', 'unit', `packages/contracts/src/${word}`, 'packages/contracts/src/gather'],
    ...['packages/api/src/procedures', 'apps/web/src/frame', 'apps/web/src/features/audit'],
    ...['packages/testing/src/rules/folders', 'packages/testing/src/rules/models'],
  )
  await passes('vitest/vitest.mjs', 'run', '--project', 'integration', `packages/core/test/${word}`)
}, 300_000)
