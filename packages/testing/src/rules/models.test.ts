import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Where each model and its document's type are kept: `FileModel`, `FileDoc` in `files`. */
const homes = new Map(
  globSync('packages/db/src/*/*.model.ts', { cwd: root }).flatMap((path) =>
    [...read(path).matchAll(/^export (?:const|type|interface) (\w+)/gm)].map(
      ([, name = '']) => [name, path.split('/')[3] ?? ''] as const,
    ),
  ),
)

/** What tenancy, claims, events and audit stand on. */
const foundation = [
  'ApiKeyModel',
  'ApiKeyDoc',
  'AuditEntryModel',
  'EventModel',
  'MemberModel',
  'PlanDoc',
  'PlanModel',
  'QuotaModel',
  'TenantModel',
]

/** The models that a file takes from another domain's room. */
function taken(path: string, text: string): string[] {
  const room = /^packages\/core\/src\/([^/]+)\//.exec(path)?.[1] ?? ''
  if (room === 'wiring') return []
  const imports = [...text.matchAll(/^(?:im|ex)port (?:type )?\{([^}]*)\} from '@insula\/db[^']*'/gm)]
  return imports
    .flatMap(([, names = '']) => names.match(/\b\w+\b/g) ?? [])
    .filter((name) => homes.has(name) && homes.get(name) !== room)
    .filter((name) => room !== 'kernel' || !foundation.includes(name))
}

const shipped = globSync(['packages/{core,api}/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'], {
  cwd: root,
}).filter((path) => !/[.]test[.]tsx?$/.test(path))

test('a model is private to its domain: others ask its service', () => {
  expect(homes.get('FileModel')).toBe('files')
  expect(shipped.length).toBeGreaterThan(300)
  expect(shipped.flatMap((path) => taken(path, read(path)).map((name) => `${path} takes ${name}`))).toEqual(
    [],
  )
})

test.each([
  ['another domain’s service', 'packages/core/src/files/service/a.ts', 'MemberModel'],
  ['a stored document’s type', 'packages/core/src/tenants/service/a.ts', 'type ApiKeyDoc'],
  ['the kernel, beyond what it stands on', 'packages/core/src/kernel/a.ts', 'FileModel'],
  ['the worker', 'apps/worker/src/handlers/files.ts', 'FileModel'],
  ['a router', 'packages/api/src/files/router.ts', 'FileModel'],
])('a model taken by %s is found', (_who, path, name) => {
  expect(taken(path, `import {\n  ${name},\n  transaction,\n} from '@insula/db'\n`)).toEqual([
    name.replace('type ', ''),
  ])
})
