import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { idPrefixes } from '@insula/contracts'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((path) => existsSync(join(root, path)))

/** Links to files of ours, and files that are named in backticks, as seen from the page. */
function namedBy(page: string, text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '')
  const links = [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(https?|mailto):/.test(target))
    .map((target) => join(dirname(page), target))
  const files = [
    ...prose.matchAll(/`((?:apps|packages|local-cloud|e2e|scripts|docs)\/[\w./-]+[.]\w+)`/g),
  ].map(([, path = '']) => path)
  // What a build makes is not there before it.
  return [...links, ...files].filter((path) => !path.includes('/dist/'))
}

test('what the documents link to and name is there', () => {
  expect(pages.length).toBeGreaterThan(40)
  // A decision and the changelog tell of their day, and the way to a new domain of one that is not there yet.
  const past = /^CHANGELOG[.]md$|[/]decisions[/]|^docs[/]add-a-domain[.]md$/
  const today = pages.filter((page) => !past.test(page))
  const gone = today.flatMap((page) =>
    namedBy(page, read(page))
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${page} names ${path}`),
  )
  expect(gone).toEqual([])
})

test('a link that leads nowhere is found', () => {
  expect(namedBy('docs/away/redis.md', 'See [it](../gone.md#here) and `packages/core/src/gone.ts`.')).toEqual(
    ['docs/gone.md', 'packages/core/src/gone.ts'],
  )
})

test('the glossary has a word for each kind of thing that has an id', () => {
  const words = [...read('docs/glossary.md').matchAll(/^\| ([^|]+?) +\|/gm)]
    .flatMap(([, cell = '']) => cell.split(', '))
    .map((word) => word.toLowerCase())
  const kinds = Object.keys(idPrefixes).map((kind) => kind.replace(/[A-Z]/g, ' $&').toLowerCase())
  expect(kinds.filter((kind) => !words.includes(kind))).toEqual([])
})
