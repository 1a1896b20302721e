import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseSync } from '@swc/core'
import { expect, test } from 'vitest'

// A cast tells the compiler what it cannot see, and is believed. Each that ships stands in casts.lock.txt, by file; the list may
// only get shorter. `!` is refused by the linter.

const root = resolve(import.meta.dirname, '../../../..')

/** How often a text says `as`, but for `as const`. */
function castsIn(text: string, tsx: boolean): number {
  let casts = 0
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if ('type' in node && (node.type === 'TsAsExpression' || node.type === 'TsTypeAssertion')) casts += 1
    Object.values(node).forEach(walk)
  }
  walk(parseSync(text, { syntax: 'typescript', tsx, target: 'esnext' }).body)
  return casts
}

const shipped = globSync('{apps,packages}/*/{src,app}/**/*.{ts,tsx}', { cwd: root })
  .filter((path) => !path.startsWith('packages/testing/') && !/[.]test[.]tsx?$/.test(path))
  .sort()

test('every cast that ships stands in the list, and no more than there', async () => {
  const lines = shipped
    .map((path) => ({ path, casts: castsIn(readFileSync(join(root, path), 'utf8'), path.endsWith('x')) }))
    .filter(({ casts }) => casts > 0)
    .map(({ path, casts }) => `${String(casts).padStart(2)}  ${path}\n`)
  await expect(lines.join('')).toMatchFileSnapshot('./casts.lock.txt')
})

test('a cast is counted, and what only looks like one is not', () => {
  expect(castsIn('const a = b as C', false)).toBe(1)
  expect(castsIn('const a = <C>b', false)).toBe(1)
  expect(castsIn('const a = (b as unknown as C) ? ["as"] as const : null // as C', false)).toBe(2)
})
