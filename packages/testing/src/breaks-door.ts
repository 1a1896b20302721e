import { breaksOf } from './break.ts'

const target = ['packages/core/src/process/target.test.ts']
const server = ['packages/core/src/process/server.test.ts']
const entry = ['packages/api/test/entry.int.test.ts', 'packages/api/test/gates.int.test.ts']
const deadlines = ['packages/api/test/deadlines.int.test.ts']
const madeFor = ['packages/api/test/made-for.int.test.ts']
const images = ['apps/worker/test/images.int.test.ts']
const inside = ['packages/core/src/process/inside.test.ts']

/** What the front door refuses before anybody could serve it. */
export const doorBreaks = [
  ...breaksOf(
    'door',
    'packages/core/src/process/target.ts',
    target,
    ["if (!target.startsWith('/'))", 'if (false)', 'a path has an origin in front'],
    ['if (needlesslyEncoded.test(path))', 'if (false)', 'a path is spelt in two ways'],
    ["if (segment === '' && !last)", 'if (false)', 'two slashes are one'],
    ['if (/%[\\da-f]{2}/i.test(text))', 'if (false)', 'a path is decoded twice'],
    ['if (/[/\\\\]/.test(text))', 'if (false)', 'a segment hides a slash'],
    ["if (text.includes(';'))", 'if (false)', 'a path has parameters'],
    ['if (/^\\s|[\\s.]$/.test(text))', 'if (false)', 'a path climbs by dots'],
    ['if (!places.has(first) && places.has(folded(first)))', 'if (false)', 'a place is named in capitals'],
  ),
  ...breaksOf(
    'door',
    'packages/core/src/process/server.ts',
    server,
    ['if (!known.has(method))', 'if (false)', 'a method nobody knows is served'],
    [
      "if (/\\bwebsocket\\b/i.test(headers.upgrade ?? ''))",
      'if (false)',
      'a WebSocket client is kept waiting',
    ],
    ['if (upgraded >= upgrades.max)', 'if (false)', 'upgrades are without number'],
    [
      'const kept = keepsRequestId && typeof',
      'const kept = typeof',
      'callers choose the id of their request',
    ],
    [
      'upgrades !== undefined && pathOf(request) === upgrades.path',
      'upgrades !== undefined',
      'any path is upgraded',
    ],
    [
      '(socket as Socket).setTimeout(upgradedIdleMs, () => socket.destroy())',
      '',
      'an upgraded socket idles for ever',
    ],
    ['    headersTimeout: 10_000,\n', '    headersTimeout: 0,\n', 'headers may take for ever'],
    ['    requestTimeout: 30_000,\n', '    requestTimeout: 0,\n', 'a body may take for ever'],
    [
      'for (const [name, value] of everywhere) response.setHeader(name, value)\n',
      '\n',
      'answers lack the headers',
    ],
  ),
  ...breaksOf(
    'door',
    'packages/core/src/process/connections.ts',
    server,
    [
      'if (this.#open.size >= this.#max && !this.#makeRoom())',
      'if (false)',
      'connections are without number',
    ],
    ['first(this.#silent) ?? first(this.#sending)', 'first(this.#silent)', 'slow bodies keep everybody out'],
  ),
  ...breaksOf(
    'door',
    'packages/core/src/process/inside.ts',
    inside,
    [
      'if (remoteAddress === undefined || !loopbackAddress.test(remoteAddress)) return false',
      '',
      'other machines look inside',
    ],
    [
      'if (host !== null && !loopbackHost.test(host)) return false',
      '',
      'what a proxy hands on looks inside by its host',
    ],
    [
      'return ![...headers.keys()].some((name) => forwarding.test(name))',
      'return true',
      'what a proxy hands on looks inside',
    ],
    [
      'given.length === wanted.length && timingSafeEqual(given, wanted)',
      'given.length === wanted.length',
      'any token looks inside',
    ],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/http/entry.ts',
    entry,
    ['    headers.delete(clientAddressHeader)\n', '', 'callers choose the address they are counted under'],
    ["if ('wrong' in target) throw", 'if (false) throw', 'hosts without our server read paths in two ways'],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/http/metrics.ts',
    entry,
    ['if (!mayLookInside(caller, apiEnv().METRICS_TOKEN)) {', 'if (false) {', 'everybody sees the metrics'],
    ["c.res.status === 404) ? 'other' : route", "false) ? 'other' : c.req.path", 'callers make labels'],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/app.ts',
    [...entry, 'packages/api/test/problems.int.test.ts'],
    ['bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }), ', '', 'bodies are without end'],
    ['      maxBatchSize: maxBatch,\n', '', 'a batch holds any number of calls'],
    ["  app.use('/api/trpc/*', limitRate())\n", '', 'procedures are called without end'],
    ["  app.use('/api/v1/*', limitRate())\n", '', 'REST is called without end'],
    ["  app.use('/api/auth/*', limitRate())\n", '', 'signing in is asked without end'],
    ['refuseMalformed(), answerInTime()', 'refuseMalformed()', 'a route that hangs never answers', deadlines],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/identity/app.ts',
    ['packages/api/test/identity-guesses.int.test.ts'],
    [
      'if (rule) await takeTurn(',
      'if (false) await takeTurn(',
      'routes of sign-in have no limit of their own',
    ],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/trpc.ts',
    deadlines,
    [
      "if (type === 'subscription') return next()",
      'if (type) return next()',
      'a procedure that hangs never answers',
    ],
    ['    await ctx.sameMaker()\n', '', 'what is open heeds no page’s maker', madeFor],
  ),
  ...breaksOf('pages', 'packages/core/src/access/resolve.ts', madeFor, [
    '  requireMadeFor(headers, { person: madeForNone, session: madeForNone })\n  const tenant',
    '  const tenant',
    'a page made for a person acts by a key',
  ]),
  ...breaksOf(
    'files',
    'apps/worker/src/images/make.ts',
    images,
    ['Math.max(width, pageHeight ?? height) > imageBounds.side', 'false', 'a side is as long as it likes'],
    ['if (frame > imageBounds.pixels)', 'if (false)', 'an image has any number of pixels'],
    ['pages > imageBounds.frames ||', '', 'an animation has any number of frames'],
    ['|| frame * pages > imageBounds.pixelsInAll', '', 'frames in all have any number of pixels'],
    ['if (header.format !== formats[contentType])', 'if (false)', 'a decoder reads what another was named'],
    ["sharp.block({ operation: ['VipsForeignLoad'] })\n", '', 'every decoder of the library is open'],
  ),
  ...breaksOf(
    'files',
    'packages/core/src/files/service/upload.ts',
    ['packages/core/test/files.int.test.ts'],
    ['if (input.bytes > limit) {', 'if (false) {', 'a file is larger than the plan takes'],
    ["    await claim(actor.tenantId, 'storage-bytes', input.bytes)\n", '', 'uploads claim no room'],
  ),
]
