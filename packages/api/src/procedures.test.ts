import { expect, test } from 'vitest'
import { allProcedures, procedureTable } from './procedures.ts'

test('every procedure names the gate before it', () => {
  const open = allProcedures().filter(({ meta }) => meta.gate === undefined)
  expect(open.map(({ path }) => path)).toEqual([])
})

test('only what must work before signing in is public', () => {
  const open = allProcedures().filter(({ meta }) => meta.gate?.scope === 'public')
  expect(open.map(({ path }) => path)).toEqual(['tenants.previewInvitation'])
})

test('procedures and their gates are those of the checked-in lock file', async () => {
  await expect(procedureTable()).toMatchFileSnapshot('../procedures.lock.txt')
})
