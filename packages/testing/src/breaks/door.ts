// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What the front door refuses before anybody could serve it. */
export const door: readonly Break[] = [
  ...breaksOf(
    'door',
    'packages/core/src/kernel/process/target.ts',
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
    'packages/core/src/kernel/process/server.ts',
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
    'packages/core/src/kernel/process/connections.ts',
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
    'packages/core/src/kernel/process/inside.ts',
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

  ...breaksOf(
    'door',
    'packages/api/src/http/address.ts',
    [suites.address],
    [
      'hops[hops.length - trustedProxies]',
      'hops[hops.length - Math.max(1, trustedProxies)]',
      'a client chooses its address where no proxy stands in front',
    ],
    ['hops[hops.length - trustedProxies]', 'hops[0]', 'a client chooses its address before our proxy'],
    ['/^([\\d.]+):\\d{1,5}$/.exec(text)?.[1] ?? text', 'text', 'an address with a port is none'],
    ['/^\\[([^\\]]*)\\](?::\\d{1,5})?$/.exec(text)?.[1] ??', '', 'an address in brackets is none'],
    [
      '  if (!mapped) return canonical\n',
      '  if (mapped) return canonical\n',
      'an IPv4 address inside IPv6 is another',
    ],
    ['.slice(0, 4)', '', 'one client has as many addresses as its network'],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/http/entry.ts',
    [suites.entry],
    [
      '    c.res.headers.set(requestIdHeader, requestId)\n',
      '',
      'an answer has no request id',
      [suites.problems],
    ],
    [
      'if (forwardedFor !== null && TRUSTED_PROXIES === 0) tellOfProxy()',
      '',
      'nobody says that everybody behind a proxy shares one limit',
    ],
    [
      '      if (!c.res.headers.has(name)) c.res.headers.set(name, value)\n',
      '',
      'an answer of the API lacks the headers',
      [suites.entry, suites.rest],
    ],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/identity/app.ts',
    [suites.entry],
    [
      'await takeTurn(path, callerOf',
      'await takeTurn(c.req.url, callerOf',
      'a route of sign-in is counted by its spelling',
    ],
  ),
  ...breaksOf(
    'door',
    'packages/contracts/src/env.ts',
    [suites.env],
    ['|| isSafe(given)', '|| true', 'passwords travel in the clear in production'],
    [
      'new URL(given).href === `${new URL(given).origin}/`',
      'true',
      'the address of the console has a path in it',
    ],
    [
      'transform((given) => new URL(given).origin)',
      'transform((given) => given)',
      'paths are put behind two slashes',
    ],
  ),
  ...breaksOf(
    'door',
    'packages/core/src/kernel/process/descriptors.ts',
    [suites.descriptors],
    [
      'scarce: open >= limit * scarceAt',
      'scarce: false',
      'a process does not know how few descriptors are left',
    ],
    [
      'spent: open > limit - spentBelow',
      'spent: false',
      'a process does not know that no descriptor is left',
    ],
  ),
  ...breaksOf(
    'door',
    'packages/api/src/http/health.ts',
    [suites.health],
    [
      "      ...(descriptors().scarce ? ['few descriptors are left'] : []),\n",
      '',
      'readiness does not fail near the descriptor limit',
    ],
    ['descriptors().spent ? c.json', 'false ? c.json', 'who can open nothing says that it lives'],
  ),
]
