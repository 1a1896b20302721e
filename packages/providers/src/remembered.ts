import { answeredInTime } from '@insula/contracts/deadline'
import type { Redis } from 'ioredis'
import { cache } from './cache.ts'

/** How long something is remembered at most, counted from before it was read: also when nobody says that it has changed. */
export const rememberedMs = 1_000

/** A look into memory is there to save time. */
const patienceMs = 100

// One slot of a cluster holds all keys, since a script may touch no other. Times are Redis' own, in microseconds.
const prefix = '{remembered}:'

/** An entry is what it is about, when its reading began, and the text. It counts until one of whom it is about has changed. */
const recall = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer = { string.format('%.0f', now) }
local entry = redis.call('GET', KEYS[1])
if not entry then return answer end
local since, about, text = string.match(entry, '^(%d+) ([^\\n]*)\\n(.*)$')
since = tonumber(since)
if not since or now < since or now - since > tonumber(ARGV[1]) then return answer end
for subject in string.gmatch(about, '%S+') do
  local changed = redis.call('GET', '${prefix}changed:' .. subject)
  if changed and tonumber(changed) >= since then return answer end
end
answer[2] = text
return answer`

/** Says when each subject changed, for as long as an entry from before could still be there, and longer. */
const forget = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
for _, subject in ipairs(ARGV) do redis.call('SET', '${prefix}changed:' .. subject, now, 'PX', 60000) end`

interface Scripts {
  recallRemembered(key: string, lifeUs: number): Promise<[now: string, text?: string]>
  forgetRemembered(key: string, ...subjects: string[]): Promise<null>
}
const scripted = new WeakSet<Redis>()

function memory(): Redis & Scripts {
  const redis = cache()
  if (!scripted.has(redis)) {
    redis.defineCommand('recallRemembered', { numberOfKeys: 1, lua: recall })
    redis.defineCommand('forgetRemembered', { numberOfKeys: 1, lua: forget })
    scripted.add(redis)
  }
  return redis as Redis & Scripts
}

// While Redis does not answer nobody waits for it: what is asked for is read where it is stored.
let awayUntil = 0
const skippedMs = 1_000

async function inTime<Result>(ask: (redis: Redis & Scripts) => Promise<Result>): Promise<Result | null> {
  if (Date.now() < awayUntil) return null
  try {
    return await answeredInTime(ask(memory()), patienceMs, 'Redis')
  } catch {
    awayUntil = Date.now() + skippedMs
    return null
  }
}

/** What was read, and the subjects (ids without spaces) whose change ends it; null where nothing may be remembered. */
export interface Reading<Value> {
  value: Value
  about: readonly string[] | null
}

/**
 * What is remembered under `key`, in one round trip; else what `read` returns, which is then remembered for `rememberedMs` or
 * until one it is about is forgotten, whichever comes first. `Value` is JSON. Without Redis it is read each time.
 */
export async function remembered<Value>(key: string, read: () => Promise<Reading<Value>>): Promise<Value> {
  const name = `${prefix}${key}`
  const known = await inTime((redis) => redis.recallRemembered(name, rememberedMs * 1_000))
  const [now, text] = known ?? []
  if (text !== undefined) return JSON.parse(text) as Value
  const { value, about } = await read()
  if (now !== undefined && about) {
    const entry = `${now} ${about.join(' ')}\n${JSON.stringify(value)}`
    // Nobody waits for it; the next one who asks reads again if it fails.
    void inTime((redis) => redis.set(name, entry, 'PX', rememberedMs))
  }
  return value
}

/** Ends at once, for all processes, whatever is remembered about any of these. Says nothing when Redis is away. */
export async function forgetAbout(subjects: readonly string[]): Promise<void> {
  if (subjects.length > 0) await inTime((redis) => redis.forgetRemembered(`${prefix}changed`, ...subjects))
}
