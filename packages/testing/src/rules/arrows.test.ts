import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../../..')

const localPackages = [
  'local-kit',
  'local-mongo',
  'local-s3',
  'local-stripe',
  'local-sendgrid',
  'local-cloud',
]
const folderOf = (name: string) =>
  localPackages.includes(name) ? name.replace('local-', 'local-cloud/') : `packages/${name}`

let house: string
beforeEach(async () => {
  house = await mkdtemp(join(tmpdir(), 'insula-arrows-'))
})
afterEach(() => rm(house, { recursive: true, force: true }))

/** Builds a small house of these files, each package with an empty front door, and names the rules it breaks. */
async function rulesBrokenBy(files: Record<string, string>): Promise<string[]> {
  const packages = ['contracts', 'db', 'jobs', 'providers', 'core', 'api', 'testing', ...localPackages]
  const workspace = (name: string) => ({
    [`${folderOf(name)}/package.json`]: JSON.stringify({
      name: `@insula/${name}`,
      exports: { '.': './src/index.ts', './*': './src/*.ts' },
    }),
    [`${folderOf(name)}/src/index.ts`]: 'export const front = 1',
  })
  const all = { ...Object.assign({}, ...packages.map(workspace)), ...files }
  for (const [path, text] of Object.entries<string>(all)) {
    await mkdir(dirname(join(house, path)), { recursive: true })
    await writeFile(join(house, path), text)
  }
  await mkdir(join(house, 'node_modules/@insula'), { recursive: true })
  for (const name of packages) {
    await symlink(join(house, folderOf(name)), join(house, 'node_modules/@insula', name))
  }
  const options = await extractOptions(join(root, '.dependency-cruiser.cjs'))
  const { output } = await cruise(Object.keys(files), { ...options, baseDir: house })
  return (output as ICruiseResult).summary.violations
    .map((violation) => violation.rule.name)
    .filter((rule) => rule !== 'packages-are-declared')
}

test.each([
  [
    'contracts may not know what is stored',
    'packages/contracts/src/a.ts',
    '@insula/db',
    'contracts-know-nobody',
  ],
  [
    'contracts may not import a package but zod',
    'packages/contracts/src/a.ts',
    'node:fs',
    'contracts-import-zod-only',
  ],
  [
    'a model may not know a service',
    'packages/db/src/a.ts',
    '@insula/core',
    'what-is-stored-knows-contracts-only',
  ],
  [
    'a job may not know a model',
    'packages/jobs/src/a.ts',
    '@insula/db',
    'what-happens-later-knows-contracts-only',
  ],
  [
    'a provider may not know a job',
    'packages/providers/src/a.ts',
    '@insula/jobs',
    'the-outside-world-knows-contracts-only',
  ],
  [
    'a service may not know the API',
    'packages/core/src/files/a.ts',
    '@insula/api',
    'services-do-not-know-who-asks',
  ],
  [
    'a router may not touch a model',
    'packages/api/src/files/router.ts',
    '@insula/db',
    'the-api-stores-nothing-itself',
  ],
  [
    'the console may not call a service',
    'apps/web/src/features/a.ts',
    '@insula/core',
    'the-doors-know-the-api-only',
  ],
  ['the worker may not use the API', 'apps/worker/src/a.ts', '@insula/api', 'the-worker-has-no-api'],
  [
    'nothing that ships may import the local cloud',
    'packages/core/src/a.ts',
    '@insula/local-cloud',
    'local-and-testing-do-not-ship',
  ],
  [
    'the local cloud may not know the product',
    'local-cloud/cloud/src/a.ts',
    '@insula/core',
    'the-local-cloud-stands-alone',
  ],
  [
    'nor may its tests',
    'local-cloud/cloud/test/a.int.test.ts',
    '@insula/testing',
    'the-local-cloud-stands-alone',
  ],
  [
    'the kit may not know a server that stands on it',
    'local-cloud/kit/src/a.ts',
    '@insula/local-mongo',
    'the-kit-knows-no-server',
  ],
  [
    'a local server may not know another',
    'local-cloud/stripe/src/a.ts',
    '@insula/local-sendgrid',
    'a-local-server-knows-the-kit-only',
  ],
  [
    'a local server may not know the cloud that starts it',
    'local-cloud/s3/test/a.int.test.ts',
    '@insula/local-cloud',
    'a-local-server-knows-the-kit-only',
  ],
  [
    'a package of the local cloud may not be entered but by its name',
    'local-cloud/cloud/src/a.ts',
    '../../kit/src/index.ts',
    'the-local-cloud-is-entered-by-name',
  ],
  [
    'nor by the product’s tests',
    'packages/testing/src/a.ts',
    '../../../local-cloud/cloud/src/index.ts',
    'the-local-cloud-is-entered-by-name',
  ],
])('%s', async (_, file, imported, rule) => {
  expect(
    await rulesBrokenBy({ [file]: `import { front } from '${imported}'\nexport const a = front` }),
  ).toContain(rule)
})

test.each([
  ['the kernel may not know a domain', 'kernel/a.ts', 'files/service/index.ts', 'the-kernel-knows-no-domain'],
  ['a domain may not know the wiring', 'files/a.ts', 'wiring/a.ts', 'domains-know-no-wiring'],
  [
    'a domain may not reach behind the service of another',
    'tenants/service/a.ts',
    'identity/service/people.ts',
    'tenants-calls-access-identity-notifications',
  ],
  [
    'a domain may not call one that it does not stand above',
    'notifications/a.ts',
    'tenants/service/index.ts',
    'notifications-calls-nobody',
  ],
  [
    'a new domain may not leave unsaid whom it calls',
    'orders/service/a.ts',
    'files/service/index.ts',
    'a-domain-calls-nobody-unsaid',
  ],
])('inside core %s', async (_, file, imported, rule) => {
  const src = 'packages/core/src'
  const way = relative(dirname(file), imported)
  const from = way.startsWith('.') ? way : `./${way}`
  expect(
    await rulesBrokenBy({
      [`${src}/${imported}`]: 'export const there = 1',
      [`${src}/${file}`]: `import { there } from '${from}'\nexport const a = there`,
    }),
  ).toContain(rule)
})

test.each([
  ['a pattern may not know a feature', 'patterns/a.tsx', 'features/files/a.ts', 'patterns-know-no-feature'],
  ['nor the frame', 'api/a.ts', 'frame/a.ts', 'patterns-know-no-feature'],
  ['a feature may not know the frame', 'features/files/a.ts', 'frame/a.ts', 'features-know-no-frame'],
  [
    'a feature may not reach into another',
    'features/home/a.ts',
    'features/files/a.ts',
    'a-feature-lends-what-is-shared',
  ],
  [
    'not even for its manifest',
    'features/home/a.ts',
    'features/files/manifest.ts',
    'a-feature-lends-what-is-shared',
  ],
  [
    'the frame may not reach into a feature',
    'frame/a.ts',
    'features/files/a.ts',
    'the-frame-reads-manifests',
  ],
])('inside the console %s', async (_, file, imported, rule) => {
  const src = 'apps/web/src'
  const way = relative(dirname(file), imported)
  expect(
    await rulesBrokenBy({
      [`${src}/${imported}`]: 'export const there = 1',
      [`${src}/${file}`]: `import { there } from '${way}'\nexport const a = there`,
    }),
  ).toContain(rule)
})

test('a type is an import, too', async () => {
  const file = `import type { front } from '@insula/db'\nexport type A = typeof front`
  expect(await rulesBrokenBy({ 'packages/contracts/src/a.ts': file })).toContain('contracts-know-nobody')
})

test.each(['local-cloud/s3/src', 'packages/core/src/files', 'apps/web/src/frame'])(
  'two modules of %s may not need each other, not even by type',
  async (folder) => {
    const needs = (other: string) => `import type { One } from './${other}.ts'\nexport type { One }`
    const broken = await rulesBrokenBy({
      [`${folder}/a.ts`]: needs('b'),
      [`${folder}/b.ts`]: needs('a'),
    })
    expect(broken).toContain('no-circles')
  },
)

test('a logger that blanks nothing may not be made beside the one that does', async () => {
  const broken = await rulesBrokenBy({
    'node_modules/pino/package.json': '{"name":"pino","exports":"./index.js","type":"module"}',
    'node_modules/pino/index.js': 'export const pino = 1',
    'apps/worker/src/a.ts': `import { pino } from 'pino'\nexport const log = pino`,
  })
  expect(broken).toContain('one-logger')
})

test('the way along the arrows is free, and tests may build upon the local cloud', async () => {
  const imports = (...names: string[]) =>
    names
      .map((name, index) => `import { front as f${index} } from '@insula/${name}'\nconsole.log(f${index})`)
      .join('\n')
  expect(
    await rulesBrokenBy({
      'packages/db/src/a.ts': imports('contracts'),
      'packages/core/src/files/service/index.ts': imports('contracts', 'db', 'jobs', 'providers'),
      'packages/core/src/files/service.int.test.ts': imports('local-cloud', 'local-stripe', 'testing'),
      'packages/core/src/tenants/service/index.ts': `export { front } from '../../identity/service/index.ts'`,
      'packages/core/src/identity/service/index.ts': 'export const front = 1',
      'packages/core/src/wiring/a.ts': `export { front } from '../identity/service/people.ts'`,
      'packages/core/src/identity/service/people.ts': 'export const front = 1',
      'packages/api/src/files/router.ts': imports('contracts', 'core'),
      'apps/web/src/frame/a.ts': `export { a } from '../features/files/manifest.ts'\nexport { b } from '../features/files/shared/b.ts'`,
      'apps/web/src/features/files/manifest.ts': `export { a } from '../../patterns/a.ts'`,
      'apps/web/src/features/files/shared/b.ts': `export { b } from '../b.ts'`,
      'apps/web/src/features/files/b.ts': `export { a as b } from '../home/shared/a.ts'`,
      'apps/web/src/features/home/shared/a.ts': `export { a } from '../../../patterns/a.ts'`,
      'apps/web/src/patterns/a.ts': 'export const a = 1',
      'apps/gateway/src/main.ts': imports('api'),
      'apps/worker/src/main.ts': imports('core', 'jobs', 'db'),
      'local-cloud/stripe/src/server.ts': imports('local-kit'),
      'local-cloud/cloud/src/up.ts': imports(
        'local-kit',
        'local-mongo',
        'local-s3',
        'local-stripe',
        'local-sendgrid',
      ),
    }),
  ).toEqual([])
})
