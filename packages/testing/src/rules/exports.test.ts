import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')

/** Patterns lead to what every domain has and to nothing else: its front door, its models, its jobs, its things. */
const patterns = ['./src/*/index.ts', './src/things/*.ts']
const ofOnePackage: Readonly<Record<string, string>> = {
  'packages/core': './src/*/service/index.ts',
  'packages/db': './src/*.model.ts',
  'packages/jobs': './src/*.ts',
}

/** What a package lends without naming it. */
function unnamed(path: string, exported: Record<string, string>): string[] {
  const allowed = [...patterns, ofOnePackage[path]]
  return Object.entries(exported)
    .filter(([name, target]) => name.includes('*') && !allowed.includes(target))
    .map(([name, target]) => `${path}: ${name} → ${target}`)
}

test('a package lends others what its exports name, or what every domain has', () => {
  const paths = globSync('{packages,local-cloud}/*/package.json', { cwd: root })
  expect(paths.length).toBeGreaterThan(10)
  const found = paths.flatMap((path) =>
    unnamed(
      path.replace('/package.json', ''),
      JSON.parse(readFileSync(join(root, path), 'utf8')).exports ?? {},
    ),
  )
  expect(found).toEqual([])
})

test('a package that lends everything is found', () => {
  expect(unnamed('packages/core', { '.': './src/index.ts', './*': './src/*.ts' })).toEqual([
    'packages/core: ./* → ./src/*.ts',
  ])
  expect(unnamed('packages/jobs', { './*': './src/**' })).toHaveLength(1)
})
