// The whole product on one machine: the local cloud, then gateway, web and worker on it.
import { join } from 'node:path'
import { root } from './leash.mjs'
import { migrate } from './migrate.mjs'
import { PartDied, startPart, untilReady } from './part.mjs'
import { node, projectEnv } from './prepare.mjs'
import { seed } from './seed.mjs'

const localCommand = join(root, 'local-cloud/cloud/bin/local.mjs')
const bundleCommand = join(root, 'scripts/bundle.mjs')
const nextCommand = join(root, 'node_modules/next/dist/bin/next')

/**
 * Starts everything. `ready` resolves when the console can be used; when a part cannot be started it rejects with
 * which part that is and what it said last, and all is stopped again. `stop` may be called at any moment.
 * `ports` are named as the variables that set them; `inherited` is the environment that all of it runs in.
 */
export function startStack({
  ports,
  dataDir,
  fresh = false,
  dev = false,
  inherited = projectEnv(),
  note,
  onFatal,
}) {
  const parts = new Map()
  const stopped = new AbortController()
  let stopping

  const stop = () => {
    stopped.abort(new Error('Stopped while starting.'))
    stopping ??= (async () => {
      // the front door first, and what all others stand on last
      for (const names of [['gateway'], ['web', 'worker', 'bundle-gateway', 'bundle-worker'], ['cloud']]) {
        await Promise.all(names.map((name) => parts.get(name)?.stop()))
      }
    })()
    return stopping
  }
  const spawnPart = (name, args, { cwd = root, env, ipc = false }) => {
    stopped.signal.throwIfAborted()
    const part = startPart({ name, command: node, args, cwd, env, ipc, logDir: join(dataDir, 'log') })
    parts.set(name, part)
    return part
  }
  const ready = startAll({
    spawnPart,
    parts,
    ports,
    dataDir,
    fresh,
    dev,
    inherited,
    note,
    onFatal,
    signal: stopped.signal,
  })
  return {
    ready: ready.catch(async (error) => {
      await stop()
      throw error
    }),
    stop,
    pid: (name) => parts.get(name)?.pid,
  }
}

async function startAll({ spawnPart, parts, ports, dataDir, fresh, dev, inherited, note, onFatal, signal }) {
  const cloud = await startCloud({ spawnPart, ports, dataDir, fresh, inherited, note })
  const env = productEnv({ ports, cloud, dev, inherited })

  const apps = describeApps({ ports, env, dev })
  let settled = false
  /** Starts an app; once all is up, an app that dies is started again. Resolves when it answers. */
  const launch = async (app, deaths = []) => {
    const part = spawnPart(app.name, app.args, { cwd: app.cwd, env: { ...env, ...app.env } })
    part.died.catch(async (error) => {
      if (!settled || signal.aborted) return
      if (dev) return note(`${error.message}\n${app.name} waits for a change.`)
      const recent = [...deaths.filter((at) => Date.now() - at < 30_000), Date.now()]
      if (recent.length > 3) return onFatal(error)
      note(`${error.message}\n${app.name} is started again.`)
      await launch(app, recent).catch(() => {})
    })
    const ready = untilReady(app.name, app.health, { signal }).catch((error) => {
      throw new Error(`${error.message}\n${part.lastWords()}`)
    })
    await Promise.race([ready, part.died])
  }
  if (dev) {
    const rebuilt = async (name) => {
      await parts.get(name)?.stop()
      await launch(apps.find((app) => app.name === name)).catch((error) => note(error.message))
    }
    await Promise.all(['gateway', 'worker'].map((name) => rebuildOnChange({ name, spawnPart, env, rebuilt })))
  }
  await migrate({ env })
  const [demo] = await Promise.all([seed({ env }), ...apps.map((app) => launch(app))])
  const front = `http://127.0.0.1:${ports.PORT}/api/health/ready`
  await untilReady('gateway', front, { signal, isReady: (status) => status === 200 })
  await forwardStripe({ ...cloud, env })
  settled = true
  parts.get('cloud').died.catch((error) => signal.aborted || onFatal(error))
  return { env, demo, page: cloud.page, mongo: cloud.mongo }
}

async function startCloud({ spawnPart, ports, dataDir, fresh, inherited, note }) {
  const { PORT: front, WEB_PORT: _web, WORKER_PORT: _worker, ...cloudPorts } = ports
  const args = [localCommand, 'up', '--data', dataDir, ...(fresh ? ['--fresh'] : [])]
  // its page links to the product that stands on it
  const APP_URL = `http://localhost:${front}`
  const env = { ...inherited, ...strings(cloudPorts), APP_URL, NODE_ENV: '', NODE_NO_WARNINGS: '1' }
  const part = spawnPart('cloud', args, { env, ipc: true })
  const failed = new Promise((_, reject) => {
    part.child.on('message', (message) => {
      if (message.note) note(message.note)
      if (message.failed) reject(new PartDied(`The local cloud did not start:\n${message.failed}`))
    })
  })
  const ready = new Promise((resolve) => {
    part.child.on('message', (message) => message.ready && resolve(message.ready))
  })
  // its own message comes before its end, and says more
  failed.catch(() => {})
  return await Promise.race([
    ready,
    failed,
    part.died.catch((error) => Promise.race([failed, Promise.reject(error)])),
  ])
}

/** What gateway, web and worker are told. Nothing in it but addresses and secrets differs from production. */
function productEnv({ ports, cloud, dev, inherited }) {
  return {
    ...inherited,
    ...cloud.env,
    NODE_ENV: dev ? 'development' : 'production',
    INSULA_LOCAL: '1',
    // nobody stands in front who would have to notice first
    SHUTDOWN_DELAY_MS: '0',
    APP_URL: `http://localhost:${ports.PORT}`,
    WEB_ORIGIN: `http://127.0.0.1:${ports.WEB_PORT}`,
    WORKER_PORT: String(ports.WORKER_PORT),
    LOCAL_PAGE_URL: cloud.page,
  }
}

function describeApps({ ports, env, dev }) {
  const web = join(root, 'apps/web')
  const origin = (port) => `http://127.0.0.1:${port}`
  return [
    {
      name: 'worker',
      args: ['--enable-source-maps', join(root, 'apps/worker/dist/main.js')],
      cwd: join(root, 'apps/worker'),
      health: `${origin(ports.WORKER_PORT)}/health/live`,
    },
    {
      name: 'web',
      args: dev
        ? [nextCommand, 'dev', web, '--port', String(ports.WEB_PORT), '--hostname', '127.0.0.1']
        : ['--enable-source-maps', join(web, 'dist/main.js')],
      cwd: web,
      env: { PORT: String(ports.WEB_PORT), HOST: '127.0.0.1' },
      health: `${env.WEB_ORIGIN}/sign-in`,
    },
    {
      name: 'gateway',
      args: ['--enable-source-maps', join(root, 'apps/gateway/dist/main.js')],
      cwd: join(root, 'apps/gateway'),
      env: { PORT: String(ports.PORT), HOST: '127.0.0.1' },
      health: `${origin(ports.PORT)}/api/health/live`,
    },
  ]
}

/** Tells the embedded Stripe where to deliver its events, and what to sign them with. */
async function forwardStripe({ page, env, servers }) {
  if (!servers.includes('stripe')) return
  await control(page, 'stripe/forwardTo', [`${env.APP_URL}/api/webhooks/stripe`, env.STRIPE_WEBHOOK_SECRET])
}

/** Calls the local cloud's control API. */
export async function control(page, method, args) {
  const reply = await fetch(new URL(`/control/${method}`, page), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
    signal: AbortSignal.timeout(10_000),
  })
  const answer = await reply.json()
  if (!reply.ok) throw new Error(`The local cloud refused ${method}: ${answer.error?.message}`)
  return answer.value
}

/** In development: bundles an app whenever a source changes, and says so. Resolves when it is first built. */
async function rebuildOnChange({ name, spawnPart, env, rebuilt }) {
  const builder = spawnPart(`bundle-${name}`, [bundleCommand, '--watch'], {
    cwd: join(root, 'apps', name),
    env,
    ipc: true,
  })
  await new Promise((resolve, reject) => {
    builder.died.catch(reject)
    builder.child.once('message', () => {
      resolve()
      builder.child.on('message', () => rebuilt(name))
    })
  })
}

const strings = (record) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, String(value)]))
