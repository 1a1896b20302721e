import type { QueueName } from '@insula/contracts'
import { getFile } from '@insula/core/files'
import { discardJob, retryJob } from '@insula/core/platform'
import { dispatch } from '@insula/core/wiring/dispatch'
import {
  AuditEntryModel,
  acrossTenants,
  EventModel,
  FileModel,
  MailModel,
  newId,
  StripeEventModel,
} from '@insula/db'
import { queueOf, workerConnection } from '@insula/jobs'
import { queuePrefix } from '@insula/jobs/env'
import { aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { anUpload } from '@insula/testing/things/files'
import { UnrecoverableError, Worker } from 'bullmq'
import { describe, expect, test } from 'vitest'

onTheLocalCloud()

const fromStripe = {
  type: 'invoice.paid',
  heardBy: 'webhook',
  createdAt: new Date(),
  receivedAt: new Date(),
} as const

/** A job of the queue that has failed for good, as the worker leaves it. */
async function failedJob(
  queue: QueueName,
  name: string,
  data: object,
): Promise<{ queue: string; jobId: string }> {
  const job = await queueOf(queue).add(name, data)
  const failing = new Worker(
    queue,
    async () => {
      throw new UnrecoverableError('made to fail')
    },
    { connection: workerConnection(), prefix: queuePrefix() },
  )
  await expect.poll(() => job.isFailed(), { timeout: 10_000 }).toBe(true)
  await failing.close()
  return { queue, jobId: job.id ?? '' }
}

const operator = () => aPerson({ platformRole: 'admin' })
const jobOf = ({ queue, jobId }: { queue: string; jobId: string }) =>
  queueOf(queue as QueueName).getJob(jobId)
const waiting = async (queue: QueueName, id: string) => {
  const jobs = await queueOf(queue).getJobs(['waiting', 'delayed', 'prioritized'])
  return jobs.filter(({ data }) => Object.values(data).includes(id))
}

describe('retrying a failed job does what it says', () => {
  test('a file that failed is processed anew, and both logs tell of it', async () => {
    const { actor } = await aTenant()
    const { id: fileId } = await anUpload(actor)
    await queueOf('files').drain()
    const ref = await failedJob('files', 'files.make-variants', { tenantId: actor.tenantId, fileId, run: 1 })
    await FileModel.updateOne(
      { _id: fileId, tenantId: actor.tenantId },
      { $set: { state: 'failed', failure: { code: 'gave-up', message: 'x', retryable: true } } },
    )
    const person = await operator()
    await retryJob(person, ref)
    expect(await getFile(actor, fileId)).toMatchObject({ state: 'processing', failure: null })
    expect((await waiting('files', fileId)).map(({ data }) => data)).toEqual([
      { tenantId: actor.tenantId, fileId, run: 2 },
    ])
    expect(await jobOf(ref)).toBeUndefined()
    const told = await AuditEntryModel.find({ tenantId: actor.tenantId, 'target.id': fileId }).lean()
    expect(told.map(({ action }) => action)).toContain('file.retried')
    const own = await acrossTenants(
      AuditEntryModel.find({ 'actor.id': person.user.id }).lean(),
      'what operators do is filed under no tenant',
    )
    expect(own.map(({ action }) => action)).toContain('job.retried')
  })

  test('one whose file is worked on in that very run simply runs again', async () => {
    const { actor } = await aTenant()
    const { id: fileId } = await anUpload(actor)
    await queueOf('files').drain()
    const ref = await failedJob('files', 'files.make-variants', { tenantId: actor.tenantId, fileId, run: 1 })
    await retryJob(await operator(), ref)
    expect(await (await jobOf(ref))?.getState()).toBe('waiting')
  })

  test('a mail that was parked is queued anew', async () => {
    const { actor } = await aTenant()
    const mailId = newId('mail')
    await MailModel.create({
      _id: mailId,
      tenantId: actor.tenantId,
      dedupeKey: mailId,
      template: 'welcome',
      to: 'ada@example.test',
      subject: 'Welcome',
      variables: { name: 'Ada' },
      state: 'failed',
      dueAt: null,
      createdAt: new Date(),
    })
    const ref = await failedJob('notifications', 'notifications.send-mail', { mailId })
    await retryJob(await operator(), ref)
    expect(await MailModel.findOne({ _id: mailId, tenantId: actor.tenantId }).lean()).toMatchObject({
      state: 'queued',
    })
    expect(await waiting('notifications', mailId)).toHaveLength(1)
    expect(await jobOf(ref)).toBeUndefined()
  })

  test('an event of Stripe that was not applied runs again', async () => {
    const eventId = `evt_${crypto.randomUUID()}`
    await StripeEventModel.create({ _id: eventId, ...fromStripe, state: 'received' })
    const ref = await failedJob('billing', 'billing.apply-stripe-event', { eventId })
    await retryJob(await operator(), ref)
    expect(await (await jobOf(ref))?.getState()).toBe('waiting')
  })

  test('a listener that did not take its event is called again', async () => {
    const { actor } = await aTenant()
    const event = await EventModel.findOne({ tenantId: actor.tenantId }).lean()
    const job = { eventId: event?._id, listener: 'tests.hear' }
    const ref = await failedJob('events', 'events.hear-event', job)
    await retryJob(await operator(), ref)
    expect(await (await jobOf(ref))?.getState()).toBe('waiting')
  })

  test('where nothing is left to do it says why, and leaves the job', async () => {
    const { actor } = await aTenant()
    const { id: fileId } = await anUpload(actor)
    await queueOf('files').drain()
    await FileModel.updateOne({ _id: fileId, tenantId: actor.tenantId }, { $set: { state: 'ready' } })
    const stripeEventId = `evt_${crypto.randomUUID()}`
    await StripeEventModel.create({
      _id: stripeEventId,
      ...fromStripe,
      state: 'parked',
      reason: 'odd',
    })
    const dispatched = await EventModel.findOne({ tenantId: actor.tenantId }).lean()
    await EventModel.updateOne(
      { _id: dispatched?._id },
      { $set: { dispatchedAt: new Date(), reached: ['tests.hear'] } },
    )
    const cases: [QueueName, string, object, RegExp][] = [
      ['files', 'files.make-variants', { tenantId: actor.tenantId, fileId, run: 1 }, /file is ready/],
      [
        'files',
        'files.make-variants',
        { tenantId: actor.tenantId, fileId: newId('file'), run: 1 },
        /no longer/,
      ],
      ['notifications', 'notifications.send-mail', { mailId: newId('mail') }, /no longer/],
      ['events', 'events.dispatch-event', { eventId: newId('event') }, /no longer/],
      ['events', 'events.dispatch-event', { eventId: dispatched?._id }, /reached everyone/],
      ['events', 'events.hear-event', { eventId: newId('event'), listener: 'tests.hear' }, /no longer/],
      ['events', 'events.hear-event', { eventId: dispatched?._id, listener: 'tests.hear' }, /is done/],
      ['billing', 'billing.apply-stripe-event', { eventId: stripeEventId }, /parked by now: odd/],
    ]
    const person = await operator()
    for (const [queue, name, data, why] of cases) {
      const ref = await failedJob(queue, name, data)
      await expect(retryJob(person, ref), name).rejects.toMatchObject({ code: 'conflict', message: why })
      expect(await (await jobOf(ref))?.getState()).toBe('failed')
    }
  })
})

test('a listener’s job that is discarded does not come back: the event counts as having reached it', async () => {
  const { actor } = await aTenant()
  const event = await EventModel.findOne({ tenantId: actor.tenantId, type: 'tenant.created' }).lean()
  const eventId = event?._id ?? expect.unreachable('the tenant was created')
  const listener = 'billing.follow-tenant'
  await EventModel.updateOne({ _id: eventId }, { $set: { type: 'tenant.changed' } })
  expect(await dispatch(eventId)).toEqual([listener])
  await queueOf('events').obliterate({ force: true })
  const ref = await failedJob('events', 'events.hear-event', { eventId, listener })
  await discardJob(await operator(), ref)
  expect(await dispatch(eventId)).toEqual([])
  expect((await EventModel.findById(eventId).lean())?.dispatchedAt).toBeInstanceOf(Date)
})
