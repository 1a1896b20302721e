import { AuditQuery } from '@insula/contracts'
import { listAudit } from '@insula/core/audit'
import type { Actor } from '@insula/core/kernel/actor'
import { record } from '@insula/core/kernel/record'
import { AuditEntryModel, foldOlderRows } from '@insula/db'
import { aTenant, onTheLocalCloud } from '@insula/testing'
import { expect, test } from 'vitest'

onTheLocalCloud()

const found = async (actor: Actor, search: string) =>
  (await listAudit(actor, AuditQuery.parse({ search }))).items.map(({ target }) => target.name)
const target = (name: string) => ({ kind: 'file', id: 'fil_1', name })

test('the log of another tenant is not searched', async () => {
  const [{ actor }, { actor: other }] = [await aTenant(), await aTenant()]
  await record(other, 'file.uploaded', target('treasure.jpg'))
  expect(await found(actor, 'treasure')).toEqual([])
})

test('what is searched for stands in the name of who did it or of what it was done to, however it is typed', async () => {
  const { actor } = await aTenant()
  await record({ ...actor, name: 'Zoë Über' }, 'file.uploaded', target('first.jpg'))
  await record(actor, 'file.uploaded', target('u\u0308bung (1).jpg'))
  expect(await found(actor, 'uber')).toEqual(['first.jpg'])
  expect(await found(actor, 'ÜBUNG')).toEqual(['u\u0308bung (1).jpg'])
  expect(await found(actor, '(1).*')).toEqual([])
  expect(await found(actor, '(1).')).toEqual(['u\u0308bung (1).jpg'])
})

test('entries from before names were folded are found by their letters', async () => {
  const { actor } = await aTenant()
  await record(actor, 'file.uploaded', target('Old.jpg'))
  await AuditEntryModel.collection.updateMany({ tenantId: actor.tenantId }, { $unset: { folded: 1 } })
  expect(await found(actor, 'old.JPG')).toEqual(['Old.jpg'])
  await foldOlderRows()
  const stored = { tenantId: actor.tenantId, 'target.name': 'Old.jpg' }
  expect(await AuditEntryModel.collection.findOne(stored)).toMatchObject({
    folded: { target: { name: 'old.jpg' } },
  })
})
