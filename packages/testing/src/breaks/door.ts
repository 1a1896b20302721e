import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What the front door refuses before anybody could serve it. */
export const door: readonly Break[] = [
  ...breaksOf(
    'door',
    'packages/core/src/process/target.ts',
    [suites.target],
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
    [suites.server],
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
    [suites.server],
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
    [suites.inside],
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
    [suites.entry, suites.gates],
    ['    headers.delete(clientAddressHeader)\n', '', 'callers choose the address they are counted under'],
    ["if ('wrong' in target) throw", 'if (false) throw', 'hosts without our server read paths in two ways'],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/http/metrics.ts',
    [suites.entry, suites.gates],
    ['if (!mayLookInside(caller, apiEnv().METRICS_TOKEN)) {', 'if (false) {', 'everybody sees the metrics'],
    ["c.res.status === 404) ? 'other' : route", "false) ? 'other' : c.req.path", 'callers make labels'],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/app.ts',
    [suites.entry, suites.gates, suites.problems],
    ['bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }), ', '', 'bodies are without end'],
    ['      maxBatchSize: maxBatch,\n', '', 'a batch holds any number of calls'],
    ["  app.use('/api/trpc/*', limitRate())\n", '', 'procedures are called without end'],
    ["  app.use('/api/v1/*', limitRate())\n", '', 'REST is called without end'],
    ["  app.use('/api/auth/*', limitRate())\n", '', 'signing in is asked without end'],
    [
      'refuseMalformed(), answerInTime()',
      'refuseMalformed()',
      'a route that hangs never answers',
      [suites.deadlines],
    ],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/identity/app.ts',
    [suites.guesses],
    [
      'if (rule) await takeTurn(',
      'if (false) await takeTurn(',
      'routes of sign-in have no limit of their own',
    ],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/trpc.ts',
    [suites.deadlines],
    [
      "if (type === 'subscription') return next()",
      'if (type) return next()',
      'a procedure that hangs never answers',
    ],
    ['    await ctx.sameMaker()\n', '', 'what is open heeds no page’s maker', [suites.madeFor]],
  ),
]
