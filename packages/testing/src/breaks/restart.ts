// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What keeps a restart, of one process or release by release, from losing anything. */
export const restart: readonly Break[] = [
  ...breaksOf(
    'restart',
    'packages/core/src/kernel/process/server.ts',
    [suites.server],
    ['      if (delayMs > 0) await pause(delayMs)\n', '', 'balancers send calls to who has gone'],
    ['      await sendStreamsHome(homeMs)\n', '', 'event streams are cut instead of sent home'],
    [
      '      NetServer.prototype.close.call(server)\n',
      '      server.close()\n',
      'connections are cut between two calls of one client',
    ],
    [
      '      while (connections.underWay > 0 && performance.now() - began < patienceMs) {',
      '      while (false) {',
      'what is under way is cut',
    ],
    ['        await sendStreamsHome(0)\n', '', 'a stream that begins meanwhile is waited for in vain'],
    [
      "    if (processState().stopping) response.setHeader('connection', 'close')\n",
      '',
      'clients stay with who is leaving',
    ],
  ),
  ...breaksOf(
    'restart',
    'packages/core/src/kernel/process/streams.ts',
    [suites.server],
    [
      'controller.enqueue(encoder.encode(`retry: ${afterMs}\\n\\n`))',
      '',
      'a stream ends without saying when to come back',
    ],
    [
      '  if (ofHolder.size > streamsOfOne) ofHolder.values().next().value?.(comeBackLaterMs)\n',
      '',
      'one holder has streams without number',
    ],
  ),
  ...breaksOf(
    'restart',
    'packages/api/src/http/health.ts',
    [suites.platform],
    ["      ...(stopping ? ['stopping'] : []),\n", '', 'who is leaving says that it is ready'],
    [
      "      ...(connected ? [] : ['MongoDB was not reached yet']),\n",
      '',
      'who never reached MongoDB says that it is ready',
    ],
    [
      'const ready = reasons.length === 0',
      'const ready = reasons.length === 0 && (await checkEssentials(patienceMs)).every(({ up }) => up)',
      'a store that is away takes every instance out',
    ],
    [
      '  if (!mayLookInside(caller, apiEnv().METRICS_TOKEN)) return {}\n',
      '',
      'everybody is told what is down',
      [suites.entry],
    ],
    [
      'const warnings = processState().forwardedUnread ? [forwardedUnread] : []',
      'const warnings: string[] = []',
      'nobody hears that a proxy is not counted',
      [suites.entry],
    ],
  ),
  ...breaksOf(
    'restart',
    'apps/worker/src/health.ts',
    [suites.workerHealth],
    ['connected && !stopping &&', 'connected &&', 'a worker that is leaving says that it is ready'],
    [
      '      if (!inside) return { status: 401, body: \'{"error":"send METRICS_TOKEN as a bearer token"}\' }\n',
      '',
      'everybody sees the worker’s metrics',
    ],
    [
      '...(inside && { down: await whatIsDown() })',
      'down: await whatIsDown()',
      'everybody is told what is down at the worker',
    ],
  ),
  ...breaksOf(
    'restart',
    'apps/worker/src/processor.ts',
    [suites.worker],
    [
      ' || onlyOfTheFuture(payload.error)) throw',
      ') throw',
      'an older worker gives up a job with fields that it does not know',
    ],
    [
      '      await job.moveToDelayed(Date.now() + putOffMs, token)\n      return new DelayedError()\n',
      "      return new Error('put off')\n",
      'a job that an older worker does not know spends its attempts',
    ],
    [
      'throw refused ? new UnrecoverableError(error.message) : error',
      'throw error',
      'what was refused is tried again',
    ],
    ['lastAttempt: attempt >= contract.attempts,', 'lastAttempt: false,', 'no job knows its last time'],
  ),
  ...breaksOf(
    'restart',
    'packages/core/src/wiring/dispatch.ts',
    [suites.dispatch, suites.worker],
    [
      'if (onlyOfTheFuture(payload.error)) throw',
      'if (false) throw',
      'an event with fields of a newer release is given up',
    ],
    [
      'if (!row || hasReached(row, listener)) return',
      'if (!row) return',
      'a listener is told of an event twice',
    ],
    ['{ reached: { $all: names } }', '{}', 'an event is done before it reached everyone'],
    [
      '  await EventModel.updateOne({ _id: eventId }, { $addToSet: { reached: listener } })\n',
      '',
      'nobody notes whom an event has reached',
    ],
    [
      'if (row.dispatchedAt) return\n    throw',
      'return\n    throw',
      'a listener of a newer release never hears of it',
    ],
    [
      'dueAt: { $not: { $gt: now } },',
      '',
      'an event that nobody can take stands before all others in the sweep',
    ],
    [
      '  await Promise.all(left.map(({ _id }) => enqueue(eventJobs.dispatchEvent, { eventId: _id })))\n',
      '',
      'an event that was never queued is lost',
    ],
  ),
  ...breaksOf(
    'restart',
    'packages/jobs/src/events.ts',
    [suites.dispatch, suites.worker],
    ['`${eventId}.${listener}`', 'eventId', 'of several listeners of an event only one has a job'],
    ['    once: true,\n', '', 'a listener that is told has its job again'],
  ),
  ...breaksOf(
    'restart',
    'packages/db/src/events/event.model.ts',
    [suites.dispatch],
    [
      'schema.index({ dispatchedAt: 1 }, {',
      'schema.index({ at: -1 }, {',
      'an event expires that reached nobody',
    ],
    ['expireAfterSeconds: keptSeconds', '', 'events stay for ever'],
  ),
  ...breaksOf(
    'restart',
    'packages/core/src/kernel/emit.ts',
    [suites.retry],
    ['{ $addToSet: { reached: listener } }', '{}', 'a job that was discarded comes back'],
  ),
  ...breaksOf(
    'restart',
    'apps/worker/src/schedules.ts',
    [suites.worker],
    [
      'if (Number(known?.every) === everyMs) continue',
      'continue',
      'the schedules are gone once Redis was emptied',
    ],
  ),
  ...breaksOf(
    'restart',
    'packages/jobs/src/env.ts',
    [suites.compose, suites.worker],
    ['/^[\\w{}.-]{1,100}$/', '/^[\\w.-]{1,100}$/', 'queues cannot stand on one node of a Redis Cluster'],
  ),
  ...breaksOf(
    'restart',
    'apps/gateway/src/console.ts',
    [suites.consoleBehind],
    ["error.code === 'ECONNREFUSED' ||\n", '', 'a console that is started again costs a page'],
    [' && /^(?:GET|HEAD|OPTIONS)$/.test(method)', '', 'what changes something is sent twice'],
    ["      response.setHeader('retry-after', '2')\n", '', 'nobody is told when the console is back'],
    ['(name) => !oursToSay.test(name)', '() => true', 'a client says what is ours to say'],
    [
      '!hopByHop.has(name) && !named.has(name) && wanted(name)',
      '!hopByHop.has(name) && wanted(name)',
      'what is meant for one hop is handed on',
    ],
  ),
]
