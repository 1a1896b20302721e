import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createApp } from '@insula/api/app'
import { createApiKey } from '@insula/core/access'
import { revokeApiKey } from '@insula/core/wiring/revoke-api-key'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ApiExample, curl, typescript } from '../src/patterns/api-example.ts'

onTheLocalCloud()

const sources = join(import.meta.dirname, '../src')
const tags = globSync('**/*.tsx', { cwd: sources })
  .flatMap((file) => [...readFileSync(join(sources, file), 'utf8').matchAll(/<ApiCall\s([^>]*)\/>/g)])
  .map(([, attributes = '']) => attributes.trim())

/** Only what can be read from the source: an example that is worked out at run time must be tried in another way. */
const shown = tags.map((attributes): ApiExample => {
  const given = Object.fromEntries(
    [...attributes.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )
  return given as unknown as ApiExample
})

const origin = 'http://localhost:3000'
const remoteAddress = '127.0.0.1'
let app: ReturnType<typeof createApp>
let key: string
let actor: Awaited<ReturnType<typeof aTenant>>['actor']
beforeAll(async () => {
  app = createApp()
  ;({ actor } = await aTenant())
  const scopes = [...actor.permissions]
  key = (await createApiKey(actor, { name: 'all of it', scopes, expiresInDays: 1 })).secret
})

/** Reads a line for a shell into its words: quotes and continued lines are what ours have. */
function words(line: string, variables: Record<string, string>): string[] {
  const read = [...line.replaceAll('\\\n', ' ').matchAll(/(?:'[^']*'|"[^"]*"|\\'|[^\s'"\\])+/g)]
  return read.map(([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"|\\'/g, (_, plain, filled) =>
      plain !== undefined
        ? plain
        : filled !== undefined
          ? filled.replaceAll(/\$(\w+)/g, (__: string, name: string) => variables[name] ?? '')
          : "'",
    ),
  )
}

function headerOf(line: string, headers: Headers): void {
  const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(line) ?? []
  headers.append(name, value)
}

function runCurl(line: string): Response | Promise<Response> {
  const [program, ...rest] = words(line, { INSULA_API_KEY: key })
  expect(program).toBe('curl')
  const headers = new Headers()
  let method = 'GET'
  let body: string | undefined
  let url = ''
  while (rest.length > 0) {
    const word = rest.shift() ?? ''
    if (word === '-X') method = rest.shift() ?? ''
    else if (word === '-d') body = rest.shift() ?? ''
    else if (word === '-H') headerOf(rest.shift() ?? '', headers)
    else url = word
  }
  return app.request(url, { method, headers, ...(body !== undefined && { body }) }, { remoteAddress })
}

const AsyncFunction = (async () => {}).constructor as new (
  ...text: string[]
) => (...given: unknown[]) => Promise<void>

describe('what the console shows as an API call', () => {
  test('is found in the sources, each with method, path and scope', () => {
    expect(shown.length).toBeGreaterThan(5)
    for (const example of shown) expect(Object.keys(example).sort()).toEqual(['method', 'path', 'scope'])
  })

  test.each(shown)('$method $path works in a shell, with a key of that scope alone', async (example) => {
    const { secret } = await createApiKey(actor, { name: 'one', scopes: [example.scope], expiresInDays: 1 })
    const all = key
    key = secret
    try {
      expect((await runCurl(curl(example, origin))).status).toBe(200)
    } finally {
      key = all
    }
    const { ApiKeyModel } = await import('@insula/db')
    const made = await ApiKeyModel.findOne({ tenantId: actor.tenantId, name: 'one', revokedAt: null }).lean()
    await revokeApiKey(actor, made?._id ?? '')
  })

  test.each(shown)('$method $path works as a program', async (example) => {
    const printed: unknown[] = []
    const runExample = new AsyncFunction('fetch', 'process', 'console', typescript(example, origin))
    const fetch = (url: string, init: RequestInit) => app.request(url, init, { remoteAddress })
    await runExample(
      fetch,
      { env: { INSULA_API_KEY: key } },
      { log: (value: unknown) => printed.push(value) },
    )
    expect(printed).toHaveLength(1)
  })

  test('a body with quotes in it survives the shell', async () => {
    const body = { name: `O'Brien's "best" $HOME` }
    const change: ApiExample = { method: 'PATCH', path: '/tenant', body, scope: 'tenant:write' }
    const answer = await runCurl(curl(change, origin))
    expect(await answer.json()).toMatchObject(body)
  })
})
