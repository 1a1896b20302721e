import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import autocannon from 'autocannon'
import type { Contender } from './rounds.ts'

/** The local cloud and what its address is to the product. From its source, not from a bundle: it starts programs beside it. */
export async function startCloud() {
  const source = pathToFileURL(join(process.cwd(), 'local-cloud/cloud/src/start.ts')).href
  const { startCloud: start }: typeof import('@insula/local-cloud/start') = await import(source)
  const cloud = await start()
  Object.assign(process.env, cloud.env, {
    APP_URL: 'http://localhost:3000',
    LOG_LEVEL: 'error',
    RATE_LIMIT_PER_MINUTE: '100000000',
  })
  return cloud
}

export interface Server {
  url: string
  process: ChildProcess
  /** Milliseconds of processor time that it has used so far. */
  cpuMs(): Promise<number>
}

/** Starts one of bench/http-server.ts. */
export async function startServer(which: 'ours' | 'bare' | 'plain'): Promise<Server> {
  const child = fork(fileURLToPath(new URL('./http-server.js', import.meta.url)), [which])
  const [port] = await once(child, 'message')
  const cpuMs = async () => {
    child.send('cpu')
    const [used] = await once(child, 'message')
    return used as number
  }
  return { url: `http://127.0.0.1:${port}`, process: child, cpuMs }
}

export interface Caller extends Contender {
  /** Processor time of the server a call, in milliseconds, over all rounds so far. */
  cpuMsPerCall(): number
}

/** Sixteen connections that call one address for as long as a round takes. Throws where a call has another status. */
export function caller(
  name: string,
  server: Server,
  path: string,
  { cookie, status = 200 }: { cookie: string; status?: number },
): Caller {
  let calls = 0
  let spentMs = 0
  return {
    name,
    async round(durationMs) {
      const before = await server.cpuMs()
      const seen = await autocannon({
        url: `${server.url}${path}`,
        connections: 16,
        duration: durationMs / 1_000,
        headers: { cookie },
      })
      const expected = seen.statusCodeStats?.[`${status}`]?.count ?? 0
      const others = seen.requests.total - expected
      if (others > 0 || seen.errors > 0) throw new Error(`${name}: ${others} others, ${seen.errors} errors`)
      calls += expected
      spentMs += (await server.cpuMs()) - before
      return (expected * 1_000) / durationMs
    },
    cpuMsPerCall: () => spentMs / calls,
  }
}
