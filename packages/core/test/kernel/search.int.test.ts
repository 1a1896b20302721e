import { listFiles, renameFile, startUpload } from '@insula/core/files'
import { listMails } from '@insula/core/notifications'
import { changeTenant, listAllTenants } from '@insula/core/tenants'
import { FileModel, foldOlderRows, MailModel, newId, TenantModel } from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { describe, expect, test } from 'vitest'

onTheLocalCloud()

const page = { limit: 50 }
const typed = ['über', 'u\u0308ber', 'ÜBER', 'uber', 'Ｕber']

describe('a name is found however it is typed, and however it was', () => {
  test.each(typed)('a file’s by %j', async (search) => {
    const { actor } = await aTenant()
    for (const name of ['U\u0308ber uns.jpg', 'other.jpg']) {
      await startUpload(actor, { name: name.normalize('NFC'), bytes: 1, contentType: 'image/jpeg' })
    }
    const { items } = await listFiles(actor, { ...page, trashed: false, search })
    expect(items.map(({ name }) => name)).toEqual(['Über uns.jpg'])
  })

  test('a file’s by its new name once it was renamed, and no longer by the old', async () => {
    const { actor } = await aTenant()
    const { file } = await startUpload(actor, { name: 'Dach.jpg', bytes: 1, contentType: 'image/jpeg' })
    await renameFile(actor, file.id, 'Gebäude.jpg')
    const found = async (search: string) =>
      (await listFiles(actor, { ...page, trashed: false, search })).items.map(({ name }) => name)
    expect(await found('gebaude')).toEqual(['Gebäude.jpg'])
    expect(await found('dach')).toEqual([])
  })

  test.each(typed)('a tenant’s by %j, also after it was changed', async (search) => {
    const mark = newId('tenant').slice(-8)
    const { actor, tenant } = await aTenant({ name: `Über ${mark}` })
    const found = async (text: string) =>
      (await listAllTenants({ ...page, search: text })).items.map(({ id }) => id)
    expect(await found(`${search} ${mark}`)).toEqual([tenant.id])
    await changeTenant(actor, { name: `Café ${mark}` })
    expect(await found(`cafe\u0301 ${mark}`)).toEqual([tenant.id])
    expect(await found(`${search} ${mark}`)).toEqual([])
  })

  test.each(typed)('a mail’s subject by %j', async (search) => {
    const { actor } = await aTenant()
    const mail = {
      tenantId: actor.tenantId,
      to: 'a@example.test',
      template: 'welcome' as const,
      variables: {},
      state: 'sent' as const,
      attempts: [],
      createdAt: new Date(),
    }
    await MailModel.create([
      { ...mail, subject: 'Join Über', dedupeKey: 'one' },
      { ...mail, subject: 'Join Other', dedupeKey: 'two' },
    ])
    const { items } = await listMails(actor, { ...page, search })
    expect(items.map(({ subject }) => subject)).toEqual(['Join Über'])
  })
})

describe('rows that were stored before folding was', () => {
  const older = async () => {
    const { actor, tenant } = await aTenant()
    for (const name of ['u\u0308ber.jpg', 'U(m).jpg']) {
      const { file } = await startUpload(actor, { name: 'x', bytes: 1, contentType: 'image/jpeg' })
      // As an older release wrote it: past the model, which folds.
      await FileModel.collection.updateOne(
        { _id: file.id as never },
        { $set: { name }, $unset: { folded: 1 } },
      )
    }
    await TenantModel.collection.updateOne({ _id: tenant.id as never }, { $unset: { folded: 1 } })
    const found = async (search: string) =>
      (await listFiles(actor, { ...page, trashed: false, search })).items.map(({ name }) => name)
    return { tenant, found }
  }

  test('are found by their letters, composed or not', async () => {
    const { tenant, found } = await older()
    expect(await found('über')).toEqual(['u\u0308ber.jpg'])
    expect(await found('u(M)')).toEqual(['U(m).jpg'])
    expect((await listAllTenants({ ...page, search: tenant.slug })).items.map(({ id }) => id)).toEqual([
      tenant.id,
    ])
  })

  test('are folded once, and found as all others are then', async () => {
    const { found } = await older()
    expect(await foldOlderRows()).toBeGreaterThanOrEqual(3)
    expect(await found('UBER')).toEqual(['u\u0308ber.jpg'])
    expect(await foldOlderRows()).toBe(0)
  })
})
