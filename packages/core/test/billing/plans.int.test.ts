import { type PlanDraft, PlanDraft as PlanDraftInput } from '@insula/contracts'
import {
  discardPlanDraft,
  listPlans,
  listPlatformPlans,
  previewPlan,
  priceOf,
  publishPlan,
  pushPlan,
  pushPlanAgain,
  savePlanDraft,
  setPlanOffered,
  startCheckout,
  sweepBilling,
} from '@insula/core/billing'
import type { Person } from '@insula/core/kernel/actor'
import { adjust, claim } from '@insula/core/kernel/claims'
import { defaultFree, ensurePlans, defaultPro as pro } from '@insula/core/kernel/default-plans'
import { whoAmI } from '@insula/core/wiring/me'
import { resolveActor, resolveWho } from '@insula/core/wiring/who'
import { AuditEntryModel, acrossTenants, mongoHandles, PlanModel, QuotaModel, TenantModel } from '@insula/db'
import { queueOf } from '@insula/jobs'
import { aPerson, aTenant, onTheLocalCloud, type SomebodySignedIn } from '@insula/testing'
import { aPlanDraft } from '@insula/testing/things/platform'
import { onOwnStripe, stripeClient } from '@insula/testing/vendors'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'

onTheLocalCloud()
const stripe = onOwnStripe()

let admin: Person
let other: Person
beforeAll(async () => {
  admin = await aPerson({ platformRole: 'admin' })
  other = await aPerson({ platformRole: 'admin' })
})
beforeEach(async () => {
  await PlanModel.deleteMany({})
  await ensurePlans()
})

const origin = { requestId: 'req_plans', ipAddress: null, userAgent: null }
const asking = (person: SomebodySignedIn) => {
  const headers = new Headers({ cookie: person.cookie })
  return resolveActor(headers, origin, () => resolveWho(headers, origin))
}
const draftOf = async (planId: string, change: Partial<PlanDraft> = {}) => {
  const plan = (await listPlatformPlans()).find((one) => one.planId === planId)
  if (!plan?.published) throw new Error(`${planId} is not published`)
  const { published, draft } = plan
  const { name, description, highlights, currency, prices, entitlements, position } = published
  const revision = draft?.revision ?? null
  const rest = { planId, basedOn: published.version, revision, features: ['audit-log' as const] }
  return {
    ...rest,
    name,
    description,
    highlights,
    currency,
    prices,
    limits: entitlements,
    position,
    ...change,
  }
}
const published = async (planId: string, change: Partial<PlanDraft>, by = admin) => {
  const { draft } = await savePlanDraft(by, await draftOf(planId, change))
  return publishPlan(by, { planId, revision: draft?.revision ?? 0 })
}
const audited = (action: string) =>
  acrossTenants(
    AuditEntryModel.countDocuments({ action, 'actor.id': admin.user.id } as object),
    'a plan is everybody’s',
  )

describe('an installation without plans', () => {
  test('begins with Free and Pro, once, however many processes start', async () => {
    await PlanModel.deleteMany({})
    await Promise.all(Array.from({ length: 5 }, () => ensurePlans()))
    expect((await listPlans()).map(({ id, prices }) => [id, prices])).toEqual([
      ['free', { month: null, year: null }],
      ['pro', { month: 2_900, year: 29_000 }],
    ])
    expect(await PlanModel.countDocuments({})).toBe(2)
  })

  test('keeps its tenants on the plans that they are on', async () => {
    const { owner } = await aTenant({ planId: 'pro' })
    await PlanModel.deleteMany({})
    await ensurePlans()
    expect((await asking(owner)).entitlements).toEqual(pro.limits)
  })
})

describe('a plan that nobody knows', () => {
  test('gives what the free one gives, under its own name', async () => {
    const { owner } = await aTenant({ planId: 'of-another-release' })
    expect((await asking(owner)).entitlements).toEqual(defaultFree.limits)
    expect((await whoAmI(owner)).tenant).toMatchObject({
      planId: 'of-another-release',
      planName: 'of-another-release',
      upgrades: { seats: 'Pro' },
    })
  })

  test('cannot be subscribed to, nor can the free one or one that is archived', async () => {
    const { actor } = await aTenant()
    await setPlanOffered(admin, { planId: 'pro', version: 1 }, false)
    for (const planId of ['of-another-release', 'free', 'pro']) {
      await expect(startCheckout(actor, { planId })).rejects.toMatchObject({
        code: 'invalid',
        details: { field: 'planId' },
      })
    }
  })
})

describe('a draft', () => {
  test('changes nothing for anybody, and is logged', async () => {
    const { owner } = await aTenant({ planId: 'pro' })
    await savePlanDraft(admin, await draftOf('pro', { limits: { ...pro.limits, seats: 1 } }))
    expect((await asking(owner)).entitlements?.seats).toBe(pro.limits.seats)
    expect((await listPlans()).find(({ id }) => id === 'pro')?.entitlements.seats).toBe(pro.limits.seats)
  })

  test('that two save at once is saved by one; the other is told', async () => {
    const before = await audited('plan.draft-saved')
    const input = await draftOf('pro')
    const saved = await Promise.allSettled([
      savePlanDraft(admin, { ...input, name: 'One' }),
      savePlanDraft(admin, { ...input, name: 'Two' }),
      savePlanDraft(admin, { ...input, name: 'Three' }),
    ])
    const refused = saved.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    expect(refused).toEqual(['conflict', 'conflict'])
    expect((await audited('plan.draft-saved')) - before).toBe(1)
  })

  test('is not saved over a publication that was not seen', async () => {
    const old = await draftOf('pro')
    await published('pro', { name: 'Pro II' }, other)
    await expect(savePlanDraft(admin, old)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is not published as somebody else has left it, nor twice', async () => {
    const { draft } = await savePlanDraft(admin, await draftOf('pro'))
    const seen = { planId: 'pro', revision: draft?.revision ?? 0 }
    await savePlanDraft(other, await draftOf('pro', { prices: { month: 1, year: null } }))
    await expect(publishPlan(admin, seen)).rejects.toMatchObject({ code: 'conflict' })
    await expect(previewPlan(seen)).rejects.toMatchObject({ code: 'conflict' })
    const now = { planId: 'pro', revision: seen.revision + 1 }
    const tried = await Promise.allSettled([publishPlan(admin, now), publishPlan(admin, now)])
    expect(tried.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await PlanModel.countDocuments({ planId: 'pro', state: 'published' })).toBe(1)
  })

  test('is thrown away alone', async () => {
    const { draft } = await savePlanDraft(admin, await draftOf('pro'))
    await discardPlanDraft(admin, { planId: 'pro', revision: draft?.revision ?? 0 })
    expect(await PlanModel.find({ planId: 'pro' }, { state: 1, version: 1 }).lean()).toMatchObject([
      { state: 'published', version: 1 },
    ])
  })

  const bad: [what: string, change: object, field: string][] = [
    ['a price below zero', { prices: { month: -1, year: null } }, 'prices.month'],
    ['a price that Stripe does not take', { prices: { month: 100_000_000, year: null } }, 'prices.month'],
    ['half a cent', { prices: { month: 1.5, year: null } }, 'prices.month'],
    ['no price', { prices: { month: null, year: null } }, 'prices.month'],
    ['a price of the free plan', { planId: 'free' }, 'prices.month'],
    ['a limit below zero', { limits: { ...pro.limits, seats: -1 } }, 'limits.seats'],
    [
      'a limit that is too large',
      { limits: { ...pro.limits, 'storage-bytes': 2e15 } },
      'limits.storage-bytes',
    ],
    ['a feature that there is not', { features: ['flying'] }, 'features.0'],
    ['a currency that there is not', { currency: 'xxx' }, 'currency'],
    ['no name', { name: ' ' }, 'name'],
    ['an identifier with a blank', { planId: 'a b' }, 'planId'],
  ]
  test.each(bad)('with %s is refused at its field', (_what, change, field) => {
    const { error } = PlanDraftInput.safeParse({ ...aPlanDraft('studio'), ...change })
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field])
  })
})

describe('a publication', () => {
  test('holds at once for who is on the plan, although they are remembered, and for nobody else', async () => {
    const [on, off] = [await aTenant({ planId: 'pro' }), await aTenant()]
    expect((await asking(on.owner)).entitlements?.seats).toBe(pro.limits.seats)
    await published('pro', { limits: { ...pro.limits, seats: 77 }, features: [] })
    const then = await asking(on.owner)
    expect({ seats: then.entitlements?.seats, features: then.features }).toEqual({ seats: 77, features: [] })
    expect((await asking(off.owner)).entitlements?.seats).toBe(5)
  })

  test('is one entry of the log, and of those who could not publish none', async () => {
    const before = await audited('plan.published')
    await published('pro', { name: 'Pro II' })
    const entries = AuditEntryModel.find({ action: 'plan.published' } as object).sort({ at: -1 })
    const [entry] = await acrossTenants(entries.lean(), 'a plan is everybody’s')
    expect(entry).toMatchObject({
      target: { kind: 'plan', id: 'pro' },
      before: { name: 'Pro' },
      after: { name: 'Pro II' },
    })
    await expect(publishPlan(admin, { planId: 'pro', revision: 1 })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await audited('plan.published')) - before).toBe(1)
  })

  test('of a smaller limit deletes nothing, and refuses what would be more', async () => {
    const { actor, owner, tenant } = await aTenant({ planId: 'pro' })
    await claim(actor, 'seats', 10)
    await published('pro', { limits: { ...pro.limits, seats: 3 } })
    await expect(claim(await asking(owner), 'seats', 1)).rejects.toMatchObject({ code: 'limit_reached' })
    expect((await QuotaModel.findOne({ tenantId: tenant.id, key: 'seats' }).lean())?.used).toBe(11)
  })

  test('while twenty claim: none gets beyond the larger of the two limits, and afterwards the new one holds', async () => {
    const { actor, owner, tenant } = await aTenant({ planId: 'pro' })
    await adjust(tenant.id, 'seats', 40)
    const claims = Array.from({ length: 20 }, () => claim(actor, 'seats', 1))
    const publishing = published('pro', { limits: { ...pro.limits, seats: 45 } })
    await Promise.allSettled([...claims, publishing])
    const used = (await QuotaModel.findOne({ tenantId: tenant.id, key: 'seats' }).lean())?.used ?? 0
    expect(used).toBeGreaterThanOrEqual(45)
    expect(used).toBeLessThanOrEqual(pro.limits.seats)
    await expect(claim(await asking(owner), 'seats', 1)).rejects.toMatchObject({ code: 'limit_reached' })
  })

  test('is foretold: who is on it, who goes on paying, and who uses more, by name', async () => {
    await TenantModel.updateMany({ planId: 'pro' }, { planId: 'free' })
    for (const name of ['Beta', 'Alpha', 'Gamma']) {
      const { tenant } = await aTenant({ name, planId: 'pro' })
      await adjust(tenant.id, 'seats', name === 'Gamma' ? 1 : 30)
    }
    const change = { limits: { ...pro.limits, seats: 20 }, prices: { month: 3_900, year: 29_000 } }
    const { draft } = await savePlanDraft(admin, await draftOf('pro', change))
    expect(await previewPlan({ planId: 'pro', revision: draft?.revision ?? 0 })).toEqual({
      tenants: 3,
      payers: 0,
      newPrices: ['month'],
      over: {
        count: 2,
        first: ['Alpha', 'Beta'].map((name) => ({
          tenantId: expect.stringMatching(/^ten_/),
          name,
          limits: [{ key: 'seats', used: 31, limit: 20 }],
        })),
      },
    })
  })

  test('of the free plan is foretold for those too whose plan is not there any more', async () => {
    await TenantModel.updateMany({}, { planId: 'pro' })
    await aTenant({ planId: 'of-another-release' })
    await aTenant()
    const { draft } = await savePlanDraft(admin, await draftOf('free'))
    expect(await previewPlan({ planId: 'free', revision: draft?.revision ?? 0 })).toMatchObject({
      tenants: 2,
    })
  })
})

describe('an archived plan', () => {
  test('is not offered, and holds for who is on it; the free one cannot be archived', async () => {
    const { owner } = await aTenant({ planId: 'pro' })
    await setPlanOffered(admin, { planId: 'pro', version: 1 }, false)
    expect((await listPlans()).map(({ id }) => id)).toEqual(['free'])
    expect((await asking(owner)).entitlements).toEqual(pro.limits)
    expect((await whoAmI(owner)).tenant?.planName).toBe('Pro')
    await expect(setPlanOffered(admin, { planId: 'free', version: 1 }, false)).rejects.toMatchObject({
      code: 'conflict',
    })
    await published('pro', { name: 'Pro II' })
    expect((await listPlans()).map(({ id }) => id)).toEqual(['free'])
    await setPlanOffered(admin, { planId: 'pro', version: 2 }, true)
    expect((await listPlans()).map(({ name }) => name)).toEqual(['Free', 'Pro II'])
  })

  test('twice is one entry of the log, and one that was published meanwhile is not archived', async () => {
    const before = await audited('plan.archived')
    for (let time = 0; time < 2; time += 1) await setPlanOffered(admin, { planId: 'pro', version: 1 }, false)
    expect((await audited('plan.archived')) - before).toBe(1)
    await published('pro', {})
    await expect(setPlanOffered(admin, { planId: 'pro', version: 1 }, true)).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

describe('at Stripe', () => {
  const product = 'insula_pro'
  const sold = async () => {
    const { data } = await stripeClient().prices.list({ product, active: true })
    return data.map(({ unit_amount, recurring }) => [recurring?.interval, unit_amount]).sort()
  }
  const stripeOf = async () => (await PlanModel.findOne({ planId: 'pro', state: 'published' }).lean())?.stripe

  test('a plan pushed twice, and by many at once, is one product and a price for each interval', async () => {
    await pushPlan('pro')
    await Promise.all(Array.from({ length: 5 }, () => pushPlan('pro')))
    expect(await sold()).toEqual([
      ['month', 2_900],
      ['year', 29_000],
    ])
    expect(await stripeOf()).toMatchObject({ state: 'there', month: await priceOf('pro', 'month') })
  })

  test('another price takes the place of the former, which is not sold any more; one that was left out neither', async () => {
    await pushPlan('pro')
    const former = await priceOf('pro', 'month')
    await published('pro', { prices: { month: 3_900, year: null } })
    await pushPlan('pro')
    expect(await sold()).toEqual([['month', 3_900]])
    expect((await stripeClient().prices.retrieve(former)).active).toBe(false)
    const { actor } = await aTenant()
    await expect(startCheckout(actor, { planId: 'pro', interval: 'year' })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'interval' },
      message: 'Pro is not sold by the year, only by the month.',
    })
  })

  test('a price made by hand stays', async () => {
    await pushPlan('pro')
    const byHand = { product, unit_amount: 1_000, currency: 'eur', recurring: { interval: 'month' } } as const
    await stripeClient().prices.create(byHand)
    await pushPlan('pro')
    expect(await sold()).toContainEqual(['month', 1_000])
  })

  test('away, the plan is published all the same, waits, and is pushed when Stripe is back', async () => {
    await stripe().failNext(3, 500)
    await published('pro', { prices: { month: 4_900, year: 49_000 } })
    await expect(pushPlan('pro')).rejects.toThrow()
    expect(await stripeOf()).toMatchObject({ state: 'waiting' })
    await pushPlan('pro')
    expect(await stripeOf()).toMatchObject({ state: 'there' })
    expect(await sold()).toContainEqual(['month', 4_900])
  })

  test('a plan whose job was lost is found by the sweep, and one that is there is left alone', async () => {
    const queue = queueOf('billing')
    const waiting = async () =>
      (await queue.getJobs(['waiting', 'delayed'])).filter(({ name }) => name === 'billing.push-plan').length
    await queue.drain(true)
    await sweepBilling()
    expect(await waiting()).toBe(1)
    await queue.drain(true)
    await pushPlan('pro')
    await sweepBilling(new Date(Date.now() + 3_600_000))
    expect(await waiting()).toBe(0)
  })

  test('refused, it says why, and can be tried again', async () => {
    await mongoHandles()
      .db.collection('billing_plans')
      .updateOne({ planId: 'pro', state: 'published' }, { $set: { currency: 'zzz' } })
    await pushPlan('pro')
    expect(await stripeOf()).toMatchObject({ state: 'refused', reason: expect.stringMatching(/currency/i) })
    await published('pro', { currency: 'eur' })
    await pushPlanAgain(admin, { planId: 'pro' })
    await pushPlan('pro')
    expect(await stripeOf()).toMatchObject({ state: 'there', reason: null })
    await expect(pushPlanAgain(admin, { planId: 'free' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a checkout by the year is at the price of a year', async () => {
    const { actor } = await aTenant()
    const { url } = await startCheckout(actor, { planId: 'pro', interval: 'year' })
    const session = /cs_test_\w+/.exec(url)?.[0] ?? ''
    expect(await stripeClient().checkout.sessions.retrieve(session)).toMatchObject({ amount_total: 29_000 })
    const monthly = await startCheckout(actor, { planId: 'pro', interval: 'month' })
    expect(monthly.url).not.toBe(url)
    expect((await stripeClient().checkout.sessions.retrieve(session)).status).toBe('expired')
  })
})
