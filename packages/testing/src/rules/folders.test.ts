import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')
const architecture = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
const files = listed.trim().split('\n')

/** The folders of these files, `depth` levels down, without those that only hold a deeper one of the list. */
function foldersAt(paths: readonly string[], depth: number): string[] {
  const folders = new Set(paths.map((path) => path.split('/').slice(0, -1).slice(0, depth).join('/')))
  folders.delete('')
  const all = [...folders]
  return all.filter((folder) => !all.some((other) => other.startsWith(`${folder}/`))).sort()
}

/** The first column of the table under this heading. */
const tableOf = (heading: string, text: string) => {
  const section = text.slice(text.indexOf(heading))
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, folder = '']) => folder)
}
const table = new Set(tableOf('## Folders', architecture.slice(0, architecture.indexOf('## One change'))))

/** A folder that every layer may have. */
const domains = foldersAt(
  files.filter((path) => path.startsWith('packages/contracts/src/')),
  4,
).map((folder) => folder.split('/').at(-1) ?? '')

/** What stands beside the domains, one level under `src`. */
const rooms = foldersAt(
  files.filter((path) => /^(apps|packages)\/[^/]+\/src\/[^/]+\//.test(path)),
  4,
).filter((folder) => !domains.includes(folder.split('/').at(-1) ?? ''))

test('every folder two levels deep stands in the table of folders', () => {
  expect(foldersAt(files, 2).filter((folder) => !table.has(folder))).toEqual([])
})

test('so does every room beside the domains', () => {
  expect(domains).toEqual(expect.arrayContaining(['files', 'billing', 'tenants']))
  expect(rooms.filter((folder) => !table.has(folder))).toEqual([])
})

test('the table names no folder that is not there', () => {
  const there = new Set([...foldersAt(files, 2), ...rooms])
  expect([...table].filter((folder) => !there.has(folder))).toEqual([])
})

test('a folder that nobody described is found, at the top as in a room', () => {
  const planted = foldersAt([...files, 'packages/utils/index.ts', 'lib/deep/a.ts'], 2)
  expect(planted.filter((folder) => !table.has(folder))).toEqual(['lib/deep', 'packages/utils'])
})
