import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'

// Runs before each integration test file: gives it the addresses of its worker's cloud, and a
// database and queues of its own.
const cloud = inject('clouds')[Number(process.env.VITEST_POOL_ID) - 1]
if (cloud === undefined) throw new Error(`There is no local cloud for worker ${process.env.VITEST_POOL_ID}.`)

const database = new URL(cloud.MONGODB_URI ?? '')
database.pathname = `/${inject('run')}_${randomBytes(6).toString('hex')}`
Object.assign(process.env, cloud, {
  MONGODB_URI: database.href,
  QUEUE_PREFIX: database.pathname.slice(1),
  NODE_ENV: 'test',
  APP_URL: 'http://localhost:3000',
  LOG_LEVEL: 'silent',
})
