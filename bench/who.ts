import { hashOf } from '@insula/core/kernel/secret'
import { shutDown, startUp } from '@insula/core/wiring/start-up'
import { resolveActor, resolveWho } from '@insula/core/wiring/who'
import { MemberModel, SessionModel, TenantModel, UserModel } from '@insula/db'
import { cache } from '@insula/providers/cache'
import { forgetAbout } from '@insula/providers/remembered'
import { aTenant } from '@insula/testing/builders'
import { compare, sixteen } from './rounds.ts'
import { startCloud } from './servers.ts'

// Who is asking, sixteen callers at once in one process: remembered, against one bare GET of Redis; and read anew (with the word
// to Redis that makes it so), against the four reads one after the other that it took before.

const cloud = await startCloud()
await startUp()

const { tenant, owner } = await aTenant({ planId: 'pro' })
const headers = new Headers({ cookie: owner.cookie })
const origin = { requestId: 'bench', ipAddress: null, userAgent: null }
const token = hashOf(decodeURIComponent(owner.cookie.split('=')[1] ?? '').split('.')[0] ?? '')
const ask = () => resolveActor(headers, origin, () => resolveWho(headers, origin))
await cache().set('bench', 'x'.repeat(500))

await compare({
  what: 'who is asking, remembered',
  unit: 'answers',
  ours: sixteen('asked', ask),
  bare: sixteen('Redis GET', () => cache().get('bench')),
  hold: 0.3,
  aim: 0.5,
})
await compare({
  what: 'who is asking, read anew',
  unit: 'answers',
  ours: sixteen('one aggregation', async () => {
    await forgetAbout([owner.sessionId])
    await ask()
  }),
  bare: sixteen('four reads in a row', async () => {
    const session = await SessionModel.findOne({ token }).lean()
    await UserModel.findById(session?.userId).lean()
    await MemberModel.findOne({ tenantId: tenant.id, userId: owner.user.id }).lean()
    await TenantModel.findById(tenant.id).lean()
  }),
  hold: 1,
  aim: 1.5,
})

await shutDown()
await cloud.close()
