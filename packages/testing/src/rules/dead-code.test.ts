import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')
let copy: string

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'insula-dead-code-'))
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  })
  for (const path of listed.toString().trim().split('\n')) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(root, path), join(copy, path), { force: true, recursive: true, errorOnExist: false })
  }
  for (const modules of ['node_modules', ...workspaceModules()]) linkModules(modules)
}, 60_000)
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const workspaceModules = () =>
  ['apps', 'packages', 'local-cloud'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => `${group}/${name}/node_modules`),
  )

/** Everything but our own packages, which are those of the copy. */
function linkModules(modules: string): void {
  let names: string[]
  try {
    names = readdirSync(join(root, modules))
  } catch {
    return
  }
  mkdirSync(join(copy, modules), { recursive: true })
  for (const name of names.filter((name) => name !== '@insula')) {
    symlinkSync(join(root, modules, name), join(copy, modules, name))
  }
  if (!names.includes('@insula')) return
  mkdirSync(join(copy, modules, '@insula'))
  for (const group of ['apps', 'packages', 'local-cloud']) {
    for (const name of readdirSync(join(root, group))) {
      const own = group === 'local-cloud' && name !== 'cloud' ? `local-${name}` : name
      symlinkSync(
        join(copy, group, name),
        join(copy, modules, '@insula', own === 'cloud' ? 'local-cloud' : own),
      )
    }
  }
}

/** What `knip` says of the copy; empty when it finds nothing. */
const deadCode = () =>
  new Promise<string>((found) => {
    const knip = join(root, 'node_modules/.bin/knip')
    execFile(knip, ['--no-progress', '--reporter', 'compact'], { cwd: copy }, (_error, stdout, stderr) =>
      found(stdout + stderr),
    )
  })

test('code and dependencies that nobody uses any more are found, and only those', async () => {
  expect(await deadCode()).toBe('')
  const plant = (path: string, text: string) => writeFileSync(join(copy, path), text)
  plant('packages/core/src/files/forgotten.ts', 'export const forgotten = 1\n')
  plant('packages/core/src/kernel/left.ts', 'export const used = 1\nexport const left = 2\n')
  plant('packages/core/src/files/service/index.ts', "export { used } from '../../kernel/left.ts'\n")
  const found = await deadCode()
  expect(found).toContain('packages/core/src/files/forgotten.ts')
  expect(found).toMatch(/kernel\/left[.]ts: left/)
}, 120_000)
