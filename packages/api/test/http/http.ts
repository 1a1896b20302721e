import { createApp } from '@insula/api/app'

let app: ReturnType<typeof createApp> | undefined

/** One request to the HTTP app, as the gateway would hand it over. */
export async function request(
  path: string,
  options: {
    method?: string
    cookie?: string
    key?: string
    body?: unknown
    headers?: Record<string, string>
    /** The address at the other end of the socket, which the limits count by. */
    address?: string
  } = {},
): Promise<Response> {
  app ??= createApp()
  const headers = new Headers(options.headers)
  if (options.cookie) headers.set('cookie', options.cookie)
  if (options.key) headers.set('authorization', `Bearer ${options.key}`)
  if (options.body !== undefined) headers.set('content-type', 'application/json')
  const init: RequestInit = { method: options.method ?? 'GET', headers }
  if (options.body !== undefined) init.body = JSON.stringify(options.body)
  return app.request(`http://localhost${path}`, init, {
    remoteAddress: options.address ?? '127.0.0.1',
  })
}

/** An address that no limit has counted yet. */
export const anAddress = () => `10.${crypto.getRandomValues(new Uint8Array(3)).join('.')}`

/** Calls a tRPC procedure over HTTP, the way the console does. */
export function call(
  procedure: string,
  type: 'query' | 'mutation' | 'subscription',
  input: unknown,
  as: { cookie?: string; key?: string; headers?: Record<string, string>; address?: string } = {},
): Promise<Response> {
  if (type === 'query') {
    const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
    return request(`/api/trpc/${procedure}${query}`, as)
  }
  // In a batch of one, as the console's client does: only there can a mutation have no input at all.
  const body = input === undefined ? {} : { 0: input }
  return request(`/api/trpc/${procedure}?batch=1`, { ...as, method: 'POST', body }).then(onlyAnswer)
}

/** The answer to a batch of one, as if it had been asked alone. */
async function onlyAnswer(response: Response): Promise<Response> {
  const text = await response.text()
  const answers: unknown = text.startsWith('[') ? JSON.parse(text) : null
  const { status, headers } = response
  return new Response(Array.isArray(answers) ? JSON.stringify(answers[0]) : text, { status, headers })
}

/** The app itself, for requests that `request` cannot make. */
export function theApp(): ReturnType<typeof createApp> {
  app ??= createApp()
  return app
}
