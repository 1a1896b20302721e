// swc parses `using`, but the visitor that it ships and that dependency-cruiser walks with has no word for it
const { Visitor } = require('@swc/core/Visitor.js')
const { visitStatement } = Visitor.prototype
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement)
  statement.decls = this.visitVariableDeclarators(statement.decls)
  return statement
}

/**
 * Which way imports may point. See "Plan" in the house rules:
 *
 *     contracts <- db, jobs, providers <- core <- api <- gateway, web
 *                                         core <- worker
 *
 *     local-cloud:  kit <- mongo, s3, stripe, sendgrid <- cloud
 */
const src = (...names) => `^(packages|apps)/(${names.join('|')})/src/`
const shipped = '^(apps|packages/(contracts|db|jobs|providers|core|api))/'
const tests = '([.]test[.]tsx?$|/test/)'

/** From `names` nothing of `forbidden` may be imported; tests may build upon `testing` and the local cloud. */
const arrow = (name, comment, names, forbidden) => ({
  name,
  comment,
  severity: 'error',
  from: { path: src(...names), pathNot: tests },
  to: { path: src(...forbidden) },
})

/** Which domains each domain of core may call. An arrow that is missing here is refused; a domain that is missing calls none. */
const mayCall = {
  access: [],
  audit: [],
  billing: ['notifications', 'tenants'],
  files: [],
  identity: ['notifications'],
  notifications: [],
  platform: ['billing', 'files', 'notifications'],
  tenants: ['access', 'identity', 'notifications'],
}

module.exports = {
  forbidden: [
    arrow(
      'contracts-know-nobody',
      'contracts is what the browser sees: it imports zod and nothing else.',
      ['contracts'],
      ['db', 'jobs', 'providers', 'core', 'api', 'gateway', 'web', 'worker', 'testing'],
    ),
    {
      name: 'contracts-import-zod-only',
      comment: 'contracts is what the browser sees: it imports zod and nothing else.',
      severity: 'error',
      from: { path: src('contracts'), pathNot: tests },
      to: { dependencyTypesNot: ['local', 'type-only'], pathNot: 'node_modules/zod/' },
    },
    arrow(
      'what-is-stored-knows-contracts-only',
      'db, jobs and providers stand side by side on contracts.',
      ['db'],
      ['jobs', 'providers', 'core', 'api', 'gateway', 'web', 'worker'],
    ),
    arrow(
      'what-happens-later-knows-contracts-only',
      'db, jobs and providers stand side by side on contracts.',
      ['jobs'],
      ['db', 'providers', 'core', 'api', 'gateway', 'web', 'worker'],
    ),
    arrow(
      'the-outside-world-knows-contracts-only',
      'db, jobs and providers stand side by side on contracts.',
      ['providers'],
      ['db', 'jobs', 'core', 'api', 'gateway', 'web', 'worker'],
    ),
    arrow(
      'services-do-not-know-who-asks',
      'core serves the API and the worker alike.',
      ['core'],
      ['api', 'gateway', 'web', 'worker'],
    ),
    arrow(
      'the-api-stores-nothing-itself',
      'A router calls a service; models, providers and apps are out of its reach.',
      ['api'],
      ['db', 'providers', 'gateway', 'web', 'worker'],
    ),
    arrow(
      'the-doors-know-the-api-only',
      'The gateway and the console reach what happens through the API.',
      ['gateway', 'web'],
      ['db', 'jobs', 'providers', 'core', 'worker'],
    ),
    arrow(
      'the-worker-has-no-api',
      'The worker serves jobs, not callers.',
      ['worker'],
      ['api', 'gateway', 'web'],
    ),
    {
      name: 'local-and-testing-do-not-ship',
      comment: 'The local cloud and the builders for tests are imported by nobody that ships.',
      severity: 'error',
      from: { path: shipped, pathNot: tests },
      to: { path: '^(packages/testing|local-cloud)/' },
    },
    {
      name: 'the-local-cloud-stands-alone',
      comment: 'The local cloud speaks wire protocols: it knows nothing of the product.',
      severity: 'error',
      from: { path: '^local-cloud/' },
      to: { path: '^(apps|packages)/' },
    },
    {
      name: 'the-kit-knows-no-server',
      comment: 'What all servers of the local cloud share imports none of them.',
      severity: 'error',
      from: { path: '^local-cloud/kit/' },
      to: { path: '^local-cloud/(?!kit/)' },
    },
    {
      name: 'a-local-server-knows-the-kit-only',
      comment: 'Each server of the local cloud stands alone on the kit; the cloud starts them.',
      severity: 'error',
      from: { path: '^local-cloud/(mongo|s3|stripe|sendgrid)/' },
      to: { path: '^local-cloud/', pathNot: '^local-cloud/(kit|$1)/' },
    },
    {
      name: 'the-local-cloud-is-entered-by-name',
      comment: 'What a package of the local cloud lends to others stands in its exports.',
      severity: 'error',
      from: { path: '^([^/]+/[^/]+)/' },
      to: { path: '^local-cloud/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'the-kernel-knows-no-domain',
      comment: 'Every domain stands on the kernel: it knows none of them.',
      severity: 'error',
      from: { path: '^packages/core/src/kernel/', pathNot: tests },
      to: { path: '^packages/core/src/(?!kernel/)' },
    },
    {
      name: 'domains-know-no-wiring',
      comment: 'Wiring ties the domains together for the API and the worker; a domain never sees it.',
      severity: 'error',
      from: { path: '^packages/core/src/(?!wiring/)', pathNot: tests },
      to: { path: '^packages/core/src/wiring/' },
    },
    {
      name: 'a-domain-calls-nobody-unsaid',
      comment: 'A domain that does not stand in `mayCall` calls no other.',
      severity: 'error',
      from: {
        path: `^packages/core/src/(?!(?:kernel|wiring|${Object.keys(mayCall).join('|')})/)([^/]+)/`,
        pathNot: tests,
      },
      to: { path: '^packages/core/src/', pathNot: '^packages/core/src/($1|kernel)/' },
    },
    ...Object.entries(mayCall).map(([domain, others]) => ({
      name: `${domain}-calls-${others.length > 0 ? others.join('-') : 'nobody'}`,
      comment: 'A domain calls another only by its service, and only along `mayCall`, which holds no circle.',
      severity: 'error',
      from: { path: `^packages/core/src/${domain}/`, pathNot: tests },
      to: {
        path: '^packages/core/src/',
        pathNot: [
          `^packages/core/src/(${domain}|kernel)/`,
          ...others.map((other) => `^packages/core/src/${other}/service/index[.]ts$`),
        ],
      },
    })),
    {
      name: 'what-leaves-is-presented-at-home',
      comment: 'A domain presents its own documents; another domain asks its service.',
      severity: 'error',
      from: { path: '^packages/core/src/([^/]+)/' },
      to: { path: '^packages/core/src/[^/]+/present[.]ts$', pathNot: '^packages/core/src/$1/' },
    },
    {
      name: 'the-browser-sees-types-only',
      comment:
        'Of the API the console takes types; the one route that mounts it, and the session, run on the server.',
      severity: 'error',
      from: { path: '^apps/web/src/(features|frame|patterns|theme)/', pathNot: tests },
      to: { path: src('api'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'patterns-know-no-feature',
      comment: 'Every feature is built of the patterns; they, the API and the theme know none of them.',
      severity: 'error',
      from: { path: '^apps/web/src/(patterns|api|theme)/', pathNot: tests },
      to: { path: '^apps/web/src/(features|frame)/' },
    },
    {
      name: 'features-know-no-frame',
      comment: 'The frame reads what features bring in their manifests; a feature never sees it.',
      severity: 'error',
      from: { path: '^apps/web/src/features/', pathNot: tests },
      to: { path: '^apps/web/src/frame/' },
    },
    {
      name: 'a-feature-lends-what-is-shared',
      comment: 'What a feature takes of another lies in the other one’s `shared` folder.',
      severity: 'error',
      from: { path: '^apps/web/src/features/([^/]+)/', pathNot: tests },
      to: { path: '^apps/web/src/features/', pathNot: '^apps/web/src/features/($1|[^/]+/shared)/' },
    },
    {
      name: 'the-frame-reads-manifests',
      comment: 'The frame knows features by their manifests, and by what they share.',
      severity: 'error',
      from: { path: '^apps/web/src/frame/', pathNot: tests },
      to: {
        path: '^apps/web/src/features/',
        pathNot: '^apps/web/src/features/[^/]+/(manifest[.]ts$|shared/)',
      },
    },
    {
      name: 'no-circles',
      comment: 'Two modules that need each other, be it by type alone, are one module, or need a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'one-logger',
      comment: 'What is blanked in logs stands in one list: kernel/log.ts makes every logger.',
      severity: 'error',
      from: { path: shipped, pathNot: `${tests}|^packages/core/src/kernel/log[.]ts$` },
      to: { path: 'node_modules/pino/' },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|#)' },
    },
    {
      name: 'packages-are-declared',
      comment: 'What a workspace imports stands in its own package.json: an image installs nothing else.',
      severity: 'error',
      from: { path: shipped, pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'What two tests share belongs into packages/testing.',
      severity: 'error',
      from: {},
      to: { path: '[.]test[.]tsx?$' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/[.]next/|/[.]local/)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
    combinedDependencies: false,
  },
}
