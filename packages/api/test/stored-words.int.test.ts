import { allProcedures } from '@insula/api/procedures'
import { mongoHandles, newId } from '@insula/db'
import { models } from '@insula/db/models'
import { aMember, aPerson, onTheLocalCloud, type SomebodySignedIn } from '@insula/testing'
import { type Caller, withCallers } from '@insula/testing/callers'
import { everyProcedure } from '@insula/testing/things'
import { aFile } from '@insula/testing/things/files'
import { aMail } from '@insula/testing/things/notifications'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anAddress, call } from './http/http.ts'

onTheLocalCloud()
const callers = withCallers()

/** What a release before or after this one may have written. */
const word = 'of-another-release'

/** A field whose words this release has a list of, and the procedure that shows them; null where none does. */
const shownBy: Record<string, string | null> = {
  'ApiKey.scopes': 'access.listApiKeys',
  'AuditEntry.action': 'audit.list',
  'AuditEntry.actor.kind': 'audit.list',
  'Checkout.planId': null,
  'Checkout.state': null,
  'Event.type': null,
  'File.failure.code': 'files.list',
  'File.state': 'files.list',
  'File.variants.name': 'files.list',
  'Invitation.role': 'tenants.people',
  'Invitation.state': null,
  'BillingInvoice.state': 'billing.listInvoices',
  'Mail.attempts.outcome': 'notifications.listMails',
  'Mail.state': 'notifications.listMails',
  'Mail.template': 'notifications.listMails',
  'Member.role': 'tenants.people',
  'Plan.state': null,
  'Plan.stripe.state': null,
  'Quota.key': null,
  'StripeEvent.heardBy': null,
  'StripeEvent.state': null,
  'Subscription.planId': 'billing.overview',
  // One that is in no state we know of does not run, and the overview shows the one that does.
  'Subscription.state': null,
  'Tenant.planId': 'billing.overview',
  'User.platformRole': null,
}

/** Fields with words of ours that are no enum in the model. */
const beside = [
  'AuditEntry.actor.kind',
  'File.failure.code',
  'Checkout.planId',
  'Subscription.planId',
  'Tenant.planId',
  'User.platformRole',
]

interface Words {
  options?: { enum?: unknown }
  embeddedSchemaType?: Words
  caster?: Words
  schema?: { eachPath(visit: (path: string, type: Words) => void): void }
}

function wordsIn(name: string, schema: NonNullable<Words['schema']>): string[] {
  const found: string[] = []
  schema.eachPath((path, type) => {
    if (type.options?.enum || type.embeddedSchemaType?.options?.enum) found.push(`${name}.${path}`)
    if (type.schema) found.push(...wordsIn(`${name}.${path}`, type.schema))
  })
  return found
}

const enums = models().flatMap((model) => wordsIn(model.modelName, model.schema as Words['schema'] & object))
/** A request stands in no list: it waits in the queue for a worker that knows its kind. */
const apart = ['AccountRequest.kind']

const fields = [...new Set([...enums, ...beside])].filter((field) => !apart.includes(field)).sort()

let ids: Record<string, string>
let operator: Caller
let colleague: SomebodySignedIn
const raw = (name: string) => {
  const model = models().find(({ modelName }) => modelName === name)
  return mongoHandles().db.collection<{ _id: string }>(model?.collection.collectionName ?? '')
}
const owner = () => callers().as('owner')
const ask = async (path: string, caller: Caller, input?: unknown) => {
  const type = allProcedures().find((one) => one.path === path)?.type ?? 'query'
  const response = await call(path, type, input, { ...caller, address: anAddress() })
  return { status: response.status, text: await response.text() }
}

beforeAll(async () => {
  operator = await callers().as('a platform admin')
})

/** One row of each kind that a list or a page shows, in the first tenant. */
beforeEach(async () => {
  const { owner: actor, tenant } = callers()
  const tenantId = tenant.id
  const occasion = { callers: callers(), caller: await owner() }
  const now = new Date()
  const made = async (name: string, row: Record<string, unknown>) => {
    const _id = String(row._id ?? `${name}-${crypto.randomUUID()}`)
    await raw(name).insertOne({ createdAt: now, ...row, _id } as { _id: string })
    return _id
  }
  const { person } = await aMember(tenantId, 'viewer')
  colleague = person
  const member = await raw('Member').findOne({ tenantId, userId: person.user.id } as object)
  const input = async (path: string) =>
    (await everyProcedure[path]?.input?.(occasion)) as Record<string, string>
  ids = {
    ApiKey: (await input('access.revokeApiKey')).apiKeyId ?? '',
    AuditEntry: await made('AuditEntry', {
      _id: newId('auditEntry'),
      tenantId,
      action: 'tenant.changed',
      actor: { kind: 'user', id: actor.id, name: actor.name },
      target: { kind: 'tenant', id: tenantId, name: tenant.name },
      at: now,
    }),
    Checkout: await made('Checkout', { tenantId, planId: 'pro', state: 'complete' }),
    Event: await made('Event', { tenantId, type: 'file.changed', version: 1, payload: {}, at: now }),
    File: await aFile(actor, 'photo.png'),
    Invitation: (await input('tenants.revokeInvitation')).invitationId ?? '',
    BillingInvoice: await made('BillingInvoice', {
      _id: newId('billingInvoice'),
      tenantId,
      stripeInvoiceId: crypto.randomUUID(),
      state: 'paid',
      total: 100,
      currency: 'eur',
    }),
    Mail: await aMail(tenantId, crypto.randomUUID()),
    Member: member?._id ?? '',
    Plan: (await raw('Plan').findOne({ planId: 'pro' } as object))?._id ?? '',
    Quota: (await raw('Quota').findOne({ tenantId, key: 'api-keys' } as object))?._id ?? '',
    StripeEvent: await made('StripeEvent', { type: 'invoice.paid', state: 'parked', heardBy: 'webhook' }),
    Subscription: await made('Subscription', {
      tenantId,
      stripeCustomerId: 'cus_1',
      planId: 'pro',
      state: 'active',
      currentPeriodEnd: null,
      cancelAtPeriodEnd: false,
    }),
    Tenant: tenantId,
    User: (await aPerson()).user.id,
  }
  await raw('File').updateOne({ _id: ids.File ?? '' }, {
    $set: {
      variants: [{ name: 'thumb', width: 1, height: 1, bytes: 1 }],
      failure: { code: 'damaged', message: 'Damaged.', retryable: true },
    },
  } as object)
  const attempt = { at: now, outcome: 'accepted', status: 202, detail: null }
  await raw('Mail').updateOne({ _id: ids.Mail ?? '' }, {
    $set: { attempts: [attempt], state: 'failed' },
  } as object)
  return async () => {
    for (const name of [
      'Subscription',
      'BillingInvoice',
      'Mail',
      'File',
      'Checkout',
      'Member',
      'AuditEntry',
    ]) {
      await raw(name).deleteOne({ _id: ids[name] ?? '' })
    }
    await raw('Tenant').updateOne({ _id: tenantId }, { $set: { planId: 'pro' } } as object)
    await raw('Plan').updateOne(
      { _id: ids.Plan } as object,
      {
        $set: { state: 'published', 'stripe.state': 'waiting' },
      } as object,
    )
    await raw('Quota').updateOne({ _id: ids.Quota } as object, { $set: { key: 'api-keys' } } as object)
  }
})

/** Writes the unknown word into one field, as no model of ours would. */
async function write(field: string): Promise<void> {
  const [name = '', ...path] = field.split('.')
  const at = path.join('.').replace(/^(attempts|variants)\./, '$1.0.')
  const value = field === 'ApiKey.scopes' ? ['files:read', word] : word
  const _id = ids[name]
  if (!_id) throw new Error(`There is no row of ${name} to write a word into`)
  const written = await raw(name).updateOne({ _id } as object, { $set: { [at]: value } } as object)
  expect(written.matchedCount, `the row of ${name}`).toBe(1)
}

const reads = allProcedures().filter(({ type }) => type === 'query')

test('every field with words of ours is tried', () => {
  expect(fields).toEqual(Object.keys(shownBy).sort())
})

describe.each(fields)('an unknown word in %s', (field) => {
  test('breaks no list and no page, and is shown as it is', async () => {
    await write(field)
    const named: Record<string, unknown> = {
      'files.get': { fileId: ids.File },
      'notifications.getMail': { mailId: ids.Mail },
      'audit.list': {},
    }
    const told: Record<string, number> = {}
    for (const { path, meta } of reads) {
      const caller = meta.gate?.scope === 'platform' ? operator : await owner()
      const occasion = { callers: callers(), caller }
      const input = named[path] ?? (await everyProcedure[path]?.input?.(occasion))
      const { status, text } = await ask(path, caller, input)
      told[path] = status
      if (path === shownBy[field]) expect(text).toContain(word)
    }
    expect(told).toEqual(Object.fromEntries(reads.map(({ path }) => [path, 200])))
  })

  test('stands in the way of no change', async () => {
    await write(field)
    const changes: Record<string, unknown> = {
      'access.revokeApiKey': { apiKeyId: ids.ApiKey },
      'files.rename': { fileId: ids.File, name: 'renamed.png' },
      'files.trash': { fileId: ids.File },
      'files.restore': { fileId: ids.File },
      'tenants.change': { name: `Renamed ${crypto.randomUUID().slice(0, 8)}` },
      'tenants.changeRole': { memberId: ids.Member, role: 'member' },
      'tenants.removeMember': { memberId: ids.Member },
      ...(field !== 'Invitation.state' && {
        'tenants.resendInvitation': { invitationId: ids.Invitation },
        'tenants.revokeInvitation': { invitationId: ids.Invitation },
      }),
      ...(field !== 'Mail.template' && { 'notifications.resendMail': { mailId: ids.Mail } }),
    }
    const told: Record<string, number> = {}
    for (const [path, input] of Object.entries(changes))
      told[path] = (await ask(path, await owner(), input)).status
    const expected = Object.fromEntries(Object.keys(changes).map((path) => [path, 200]))
    // A fresh link to a role that nobody here can give would lead nowhere.
    if (field === 'Invitation.role') expected['tenants.resendInvitation'] = 409
    expect(told).toEqual(expected)
  })
})

describe('whoever holds an unknown word', () => {
  test('as their role may do nothing, and still reads what is their own', async () => {
    await write('Member.role')
    const caller = {
      name: 'viewer',
      permissions: new Set(),
      tenantId: null,
      cookie: colleague.cookie,
    } as const
    expect((await ask('tenants.get', caller as Caller)).status).toBe(403)
    const me = await ask('identity.me', caller as Caller)
    expect(JSON.parse(me.text).result.data.tenant).toMatchObject({ role: word, permissions: [] })
  })

  test('as their platform role learns nothing of the platform', async () => {
    const person = await aPerson({ platformRole: 'admin' })
    ids.User = person.user.id
    await write('User.platformRole')
    const caller = { name: 'viewer', permissions: new Set(), tenantId: null, cookie: person.cookie } as const
    expect((await ask('identity.me', caller as Caller)).status).toBe(200)
    expect((await ask('platform.listTenants', caller as Caller, { limit: 1 })).status).toBe(404)
  })

  test('as its plan has what the free plan gives', async () => {
    await write('Tenant.planId')
    const { text } = await ask('billing.overview', await owner())
    expect(JSON.parse(text).result.data).toMatchObject({ planId: word, entitlements: { seats: 5 } })
  })
})

test('the audit log can be searched for an action that this release does not know', async () => {
  await write('AuditEntry.action')
  const { status, text } = await ask('audit.list', await owner(), { action: word })
  expect({ status, ids: JSON.parse(text).result.data.items.map(({ id }: { id: string }) => id) }).toEqual({
    status: 200,
    ids: [ids.AuditEntry],
  })
})

test('a mail of an unknown template says that its body cannot be shown, and is not sent again', async () => {
  await write('Mail.template')
  const { text } = await ask('notifications.getMail', await owner(), { mailId: ids.Mail })
  expect(JSON.parse(text).result.data.text).toContain('cannot be shown')
  const again = await ask('notifications.resendMail', await owner(), { mailId: ids.Mail })
  expect(again.status).toBe(409)
})
