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
  } = {},
): Promise<Response> {
  app ??= createApp()
  const headers = new Headers(options.headers)
  if (options.cookie) headers.set('cookie', options.cookie)
  if (options.key) headers.set('authorization', `Bearer ${options.key}`)
  if (options.body !== undefined) headers.set('content-type', 'application/json')
  const init: RequestInit = { method: options.method ?? 'GET', headers }
  if (options.body !== undefined) init.body = JSON.stringify(options.body)
  return app.request(`http://localhost${path}`, init, { remoteAddress: '127.0.0.1' })
}

/** Calls a tRPC procedure over HTTP, the way the console does. */
export function call(
  procedure: string,
  type: 'query' | 'mutation' | 'subscription',
  input: unknown,
  as: { cookie?: string; key?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  if (type === 'query') {
    return request(`/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input ?? {}))}`, as)
  }
  return request(`/api/trpc/${procedure}`, { ...as, method: 'POST', body: input ?? {} })
}
