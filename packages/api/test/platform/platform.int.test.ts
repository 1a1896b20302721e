import { processState } from '@insula/core/kernel/process/state'
import { enqueue } from '@insula/jobs'
import { eventJobs } from '@insula/jobs/events'
import { aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { describe, expect, test } from 'vitest'
import { call, request } from '../http/http.ts'

onTheLocalCloud()

const data = async (answer: Response) => (await answer.json()).result.data

describe('the platform', () => {
  test.each(['listTenants', 'listQueues', 'health'])('%s is not there for an owner', async (name) => {
    const { owner } = await aTenant()
    expect((await call(`platform.${name}`, 'query', {}, owner)).status).toBe(404)
  })

  test('who only looks may not operate', async () => {
    const auditor = await aPerson({ platformRole: 'auditor' })
    const ref = { queue: 'events', jobId: 'none' }
    expect((await call('platform.discardJob', 'mutation', ref, auditor)).status).toBe(403)
  })

  test('the operator sees every tenant, with what it uses', async () => {
    const { tenant } = await aTenant({ name: `Wayland ${crypto.randomUUID()}` })
    const operator = await aPerson({ platformRole: 'admin' })
    const page = await data(await call('platform.listTenants', 'query', { search: tenant.name }, operator))
    expect(page.items).toMatchObject([{ id: tenant.id, members: 1, storageBytes: 0, planId: 'free' }])
  })

  test('a waiting job can be seen and discarded, and is gone then', async () => {
    const operator = await aPerson({ platformRole: 'admin' })
    await enqueue(eventJobs.dispatchEvent, { eventId: 'evt_nobody' }, 60_000)
    const list = async () =>
      data(await call('platform.listJobs', 'query', { queue: 'events', state: 'delayed' }, operator))
    const [job] = await list()
    expect(job).toMatchObject({ name: 'events.dispatch-event', payload: { eventId: 'evt_nobody' } })
    const ref = { queue: 'events', jobId: job.id }
    expect((await call('platform.retryJob', 'mutation', ref, operator)).status).toBe(409)
    expect((await call('platform.discardJob', 'mutation', ref, operator)).status).toBe(200)
    expect(await list()).toEqual([])
    expect((await call('platform.discardJob', 'mutation', ref, operator)).status).toBe(404)
  })

  test('health tells of everything the installation stands on', async () => {
    const operator = await aPerson({ platformRole: 'support' })
    const health = await data(await call('platform.health', 'query', {}, operator))
    expect(health.map((one: { name: string; up: boolean }) => `${one.name} ${one.up}`)).toEqual([
      'mongodb true',
      'redis true',
      's3 true',
      'stripe true',
      'sendgrid true',
    ])
  })
})

describe('for load balancers', () => {
  test('live and ready answer without a session', async () => {
    expect(await (await request('/api/health/live')).json()).toEqual({ status: 'ok' })
    expect(await (await request('/api/health/ready')).json()).toEqual({ status: 'ok', down: [] })
  })

  test('a store that is away takes no instance out, and is named to whoever may look inside', async () => {
    const { disconnectDb, connectDb } = await import('@insula/db')
    await disconnectDb()
    const answer = await request('/api/health/ready')
    expect(answer.status).toBe(200)
    expect((await answer.json()).down).toEqual(['mongodb'])
    await connectDb()
  })

  test('an instance that is stopping, or has never reached MongoDB, is not ready', async () => {
    const state = processState()
    for (const wrong of [{ stopping: true }, { connected: false }]) {
      Object.assign(state, wrong)
      expect((await request('/api/health/ready')).status).toBe(503)
      expect((await request('/api/health/live')).status).toBe(200)
      Object.assign(state, { stopping: false, connected: true })
    }
    expect((await request('/api/health/ready')).status).toBe(200)
  })
})
