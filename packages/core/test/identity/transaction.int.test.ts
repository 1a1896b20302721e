import { randomUUID } from 'node:crypto'
import { auth } from '@insula/core/identity/auth'
import { SessionModel, transaction, UserModel } from '@insula/db'
import { aPerson, onTheLocalCloud } from '@insula/testing'
import { expect, test } from 'vitest'

onTheLocalCloud()

const aUser = () => ({ name: 'Ada', email: `${randomUUID()}@example.test`, emailVerified: true })

test('what better-auth writes in a transaction that fails is gone', async () => {
  const { internalAdapter } = await auth().$context
  const person = await aPerson()
  const user = aUser()
  const failing = transaction(async () => {
    await internalAdapter.createUser(user, { method: 'email-password' })
    await internalAdapter.createSession(person.user.id)
    await internalAdapter.updateUser(person.user.id, { name: 'Changed' })
    await internalAdapter.deleteUserSessions(person.user.id)
    throw new Error('changed my mind')
  })
  await expect(failing).rejects.toThrow('changed my mind')
  expect(await UserModel.countDocuments({ email: user.email })).toBe(0)
  expect(await UserModel.findById(person.user.id).lean()).toMatchObject({ name: person.user.name })
  const sessions = await SessionModel.find({ userId: person.user.id }).lean()
  expect(sessions.map(({ _id }) => _id)).toEqual([person.sessionId])
})

test('inside a transaction better-auth and the models see each other’s writes, outside nobody does', async () => {
  const { internalAdapter } = await auth().$context
  const user = aUser()
  await transaction(async () => {
    const created = await internalAdapter.createUser(user, { method: 'email-password' })
    expect(await UserModel.findById(created.id).lean()).toMatchObject({ email: user.email })
    await UserModel.updateOne({ _id: created.id }, { name: 'Grace' })
    expect(await internalAdapter.findUserById(created.id)).toMatchObject({ name: 'Grace' })
  })
  expect(await UserModel.countDocuments({ email: user.email, name: 'Grace' })).toBe(1)
})
