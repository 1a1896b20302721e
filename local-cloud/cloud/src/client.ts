import type { SavedStateControl } from '@insula/local-kit/server'
import type { MongoControl } from '@insula/local-mongo/control'
import type { S3Control } from '@insula/local-s3/control'
import type { SendgridControl } from '@insula/local-sendgrid/control'
import type { StripeControl } from '@insula/local-stripe/control'
import type { HooksControl } from './page/hooks.ts'
import type { RedisControl } from './redis.ts'
import type { SavedStates } from './saved-states.ts'

/** A control whose methods are called in another process. */
export type Remote<Control> = {
  readonly [Name in keyof Control]: Control[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : Remote<Control[Name]>
}

/** A state is kept of the whole cloud, so that its parts fit together. */
type RemoteServer<Control extends SavedStateControl> = Remote<Omit<Control, keyof SavedStateControl>>

export type ServerName = 'mongo' | 'redis' | 's3' | 'stripe' | 'sendgrid'

/** The whole cloud. */
export interface CloudControl {
  /** Clears every server's state and fault switches. */
  reset(): Promise<void>
  /** Ends one server as a crash does; resolves when it has been started again and answers. */
  kill(server: ServerName): Promise<void>
  /** How often each server had to be started again. */
  restarts(): Promise<Record<ServerName, number>>
  /** What all servers hold, kept by name: `states.save('after-onboarding')`. */
  readonly states: Pick<SavedStates, 'save' | 'restore' | 'list' | 'remove'>
}

export interface CloudClient extends Remote<CloudControl> {
  /** Of a real mongod only `reset` is there. */
  readonly mongo: RemoteServer<MongoControl>
  readonly redis: RemoteServer<RedisControl>
  readonly s3: RemoteServer<S3Control>
  readonly stripe: RemoteServer<StripeControl>
  readonly sendgrid: RemoteServer<SendgridControl>
  /** What was caught at `/hooks/<name>` of the page. */
  readonly hooks: Remote<HooksControl>
}

const timeoutMs = 120_000
const ofTheWhole = new Set(['reset', 'kill', 'restarts', 'states'])

/**
 * The fault switches, clocks and inboxes of a local cloud that runs in another process, by the address of its page:
 * `connectCloud('http://localhost:4000').sendgrid.failNext(2, 500)`. A refusal throws with the server's own message.
 */
export function connectCloud(pageUrl: string): CloudClient {
  const whole = remote(pageUrl, 'cloud', '')
  return new Proxy({} as CloudClient, {
    get: (_, name) => {
      if (typeof name !== 'string' || name === 'then') return undefined
      return ofTheWhole.has(name) ? Reflect.get(whole, name) : remote(pageUrl, name, '')
    },
  })
}

/** Each property is a longer method name, and may be called. */
function remote(pageUrl: string, server: string, path: string): object {
  return new Proxy(() => {}, {
    get: (_, name) =>
      typeof name !== 'string' || name === 'then'
        ? undefined
        : remote(pageUrl, server, path === '' ? name : `${path}.${name}`),
    apply: (_, __, args: unknown[]) => call(new URL(`/control/${server}/${path}`, pageUrl), args),
  })
}

async function call(url: URL, args: unknown[]): Promise<unknown> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const answer = (await reply.json()) as { value?: unknown; error?: { name: string; message: string } }
  if (answer.error) throw Object.assign(new Error(answer.error.message), { name: answer.error.name })
  return answer.value
}
