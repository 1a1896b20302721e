import { webEnv } from '../../../src/env.ts'

let app: Promise<{ fetch: (request: Request) => Response | Promise<Response> }> | undefined

const start = async () => {
  // Loaded when it is first asked for: building the console must not need the API's secrets.
  const [{ createApp }, { prepareApi }] = await Promise.all([
    import('@insula/api/app'),
    import('@insula/api/process'),
  ])
  await prepareApi([webEnv])
  return createApp()
}

/**
 * The API, for hosts that run the console as their only process. Elsewhere the gateway answers `/api` itself and
 * nothing comes this way.
 */
const handle = async (request: Request) => {
  app ??= start()
  return (await app).fetch(request)
}

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
}
