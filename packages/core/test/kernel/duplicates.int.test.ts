import { createTenant, inviteMember, resendInvitation } from '@insula/core/tenants'
import { AuditEntryModel, isDuplicate, newId, TenantModel } from '@insula/db'
import { aPerson, aTenant, onTheLocalCloud } from '@insula/testing'
import { afterEach, describe, expect, test } from 'vitest'

onTheLocalCloud()

// An index that no service knows of, as an operator or a later release may have made: one act of a kind a person.
const name = 'once_each'
const oncePerPerson = (action: string) =>
  AuditEntryModel.collection.createIndex(
    { 'actor.id': 1, action: 1 },
    { name, unique: true, partialFilterExpression: { action } },
  )
afterEach(() => AuditEntryModel.collection.dropIndex(name))

const address = () => `${crypto.randomUUID().slice(0, 8)}@example.test`
const ofThatIndex = { code: 11000, keyPattern: { 'actor.id': 1, action: 1 } }

describe('a clash in an index that an act says nothing about is not told as the clash it does speak of', () => {
  test('founding a tenant: not “this address is taken”', async () => {
    await oncePerPerson('tenant.created')
    const person = await aPerson()
    const found = () =>
      createTenant(person, { name: 'Other', slug: `other-${crypto.randomUUID().slice(0, 8)}` })
    await found()
    await expect(found()).rejects.toMatchObject(ofThatIndex)
    await expect(found()).rejects.not.toHaveProperty('details')
  })

  test('inviting: not “this address already has an open invitation”', async () => {
    await oncePerPerson('member.invited')
    const { actor } = await aTenant()
    await inviteMember(actor, { email: address(), role: 'viewer' })
    await expect(inviteMember(actor, { email: address(), role: 'viewer' })).rejects.toMatchObject(ofThatIndex)
  })

  test('sending an invitation again: likewise', async () => {
    await oncePerPerson('invitation.resent')
    const { actor } = await aTenant()
    const { id } = await inviteMember(actor, { email: address(), role: 'viewer' })
    await resendInvitation(actor, id)
    await expect(resendInvitation(actor, id)).rejects.toMatchObject(ofThatIndex)
  })
})

describe('isDuplicate', () => {
  test('knows the clash by its fields, all of them, and nothing that only looks like one', async () => {
    await oncePerPerson('tenant.created')
    const { tenant } = await aTenant()
    const made = { _id: newId('tenant'), slug: tenant.slug, name: 'Other', createdBy: newId('user') }
    const error = await TenantModel.create([made]).catch((thrown: unknown) => thrown)
    expect(isDuplicate(error)).toBe(true)
    expect(isDuplicate(error, 'slug')).toBe(true)
    expect(isDuplicate(error, 'name')).toBe(false)
    expect(isDuplicate(error, 'tenantId', 'slug')).toBe(false)
    expect(isDuplicate({ code: 11000, keyPattern: { slug: 1 } }, 'slug')).toBe(false)
    expect(isDuplicate(null)).toBe(false)
  })
})
