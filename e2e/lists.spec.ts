import { randomUUID } from 'node:crypto'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { appUrl, expect, settled, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

const run = randomUUID().slice(0, 8)

/** Asks as the page itself would. */
const ask = async (page: Page, procedure: string, data: object) => {
  const answer = await page.request.post(`/api/trpc/${procedure}`, { data, headers: { origin: appUrl } })
  if (!answer.ok()) throw new Error(`${procedure}: ${answer.status()} ${await answer.text()}`)
  return (await answer.json()).result.data
}

const titles = (page: Page) => page.locator('tbody td[data-card="title"]').allInnerTexts()

const slug = `lists-${run}`

interface Me {
  memberships: { tenantId: string; slug: string }[]
}
interface People {
  invitations: { email: string; state: string }[]
}
const read = async <Answer>(page: Page, procedure: string) => {
  const { result } = await (await page.request.get(`/api/trpc/${procedure}`)).json()
  return result.data as Answer
}

/** One tenant for all of these tests, since a person founds few; with two open invitations, each a mail in the log. */
async function inTenantWithMails(page: Page) {
  await signIn(page, 'member@acme.test')
  const { memberships } = await read<Me>(page, 'identity.me')
  const there = memberships.find((membership) => membership.slug === slug)
  if (there) await ask(page, 'tenants.switch', { tenantId: there.tenantId })
  else await ask(page, 'tenants.create', { name: `Lists ${run}`, slug })
  const { invitations } = await read<People>(page, 'tenants.people')
  const open = new Set(invitations.filter(({ state }) => state === 'pending').map(({ email }) => email))
  for (const email of [`zoe-${run}@example.test`, `adam-${run}@example.test`])
    if (!open.has(email)) await ask(page, 'tenants.invite', { email, role: 'viewer' })
}

const lists = [
  ['/members', 'Members and invitations'],
  ['/api-keys', 'API keys'],
  ['/mail', 'Mail log'],
  ['/audit', 'Audit log'],
  ['/files?view=list', 'Files'],
] as const

test('every list is one pattern: what is not there says so, and order, columns and page size stand in its address', async ({
  someone,
}) => {
  const own = await someone()
  await inTenantWithMails(own)
  const wanted = { name: `Listed ${run}`, scopes: ['files:read'], expiresInDays: 1 }
  const { apiKey } = await ask(own, 'access.createApiKey', wanted)
  const demo = await someone()
  await signIn(demo, 'owner@acme.test')
  for (const [path, label] of lists) {
    const page = path.startsWith('/files') ? demo : own
    await test.step(path, async () => {
      await page.goto(`${path}${path.includes('?') ? '&' : '?'}search=nothing-of-this-name`)
      await expect(page.getByRole('button', { name: /^Show (all|everyone)/ })).toBeVisible()
      await page.getByRole('button', { name: 'Remove filter “nothing-of-this-name”' }).click()
      await expect(page.getByRole('table', { name: label })).toBeVisible()
      await page.getByRole('button', { name: 'Display' }).click()
      const display = page.getByRole('dialog', { name: 'Display' })
      await display.getByText('25', { exact: true }).click()
      await expect(page).toHaveURL(/size=25/)
      await display.getByRole('checkbox').first().uncheck()
      await expect(page).toHaveURL(/columns=/)
      await settled(page)
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect.soft(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([])
      await page.keyboard.press('Escape')
      await expect(page.getByRole('button', { name: 'Views', exact: true })).toBeVisible()
    })
  }
  await ask(own, 'access.revokeApiKey', { apiKeyId: apiKey.id })
})

test('a list arrives with its rows: they stand in the page that the server sends', async ({ someone }) => {
  const page = await someone()
  await inTenantWithMails(page)
  for (const path of ['/mail', '/members', '/audit']) {
    const answer = await page.request.get(path)
    expect(await answer.text()).toContain(`zoe-${run}@example.test`)
  }
})

test('the mail log is sorted, narrowed, kept as a view and shared by its address', async ({ someone }) => {
  const page = await someone()
  await inTenantWithMails(page)
  await page.goto('/mail')
  const table = page.getByRole('table', { name: 'Mail log' })
  await expect(table.getByRole('row')).toHaveCount(3)

  await test.step('pressing a head sorts by it, and once more the other way round', async () => {
    const head = page.getByRole('columnheader', { name: 'To' })
    await head.getByRole('button').focus()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/sort=to/)
    await expect(head).toHaveAttribute('aria-sort', 'ascending')
    await expect(table.getByRole('row').nth(1)).toContainText(`adam-${run}`)
    await page.keyboard.press('Enter')
    await expect(head).toHaveAttribute('aria-sort', 'descending')
    await expect(table.getByRole('row').nth(1)).toContainText(`zoe-${run}`)
  })

  await test.step('a reload and another tab show the same', async () => {
    await page.reload()
    await expect(table.getByRole('row').nth(1)).toContainText(`zoe-${run}`)
    const other = await page.context().newPage()
    await other.goto(page.url())
    await expect(other.getByRole('table', { name: 'Mail log' }).getByRole('row').nth(1)).toContainText(
      `zoe-${run}`,
    )
    await other.close()
  })

  await test.step('it is kept under a name, left and opened again', async () => {
    await page.getByRole('button', { name: 'Views', exact: true }).click()
    // It is called as its button is, and that by the view that is open.
    const views = page.getByRole('dialog')
    await views.getByLabel('Name of the view').fill('From the last')
    await views.getByRole('button', { name: 'Save' }).click()
    await expect(views.getByRole('list', { name: 'Saved views' })).toContainText('From the last')
    await views.getByRole('button', { name: 'Back to the usual view' }).click()
    await expect(page).toHaveURL(/\/mail$/)
    await page.reload()
    await page.getByRole('button', { name: 'Views', exact: true }).click()
    await views.getByRole('button', { name: 'From the last', exact: true }).click()
    await expect(page).toHaveURL(/sort=-to/)
    await page.keyboard.press('Escape')
  })

  await test.step('a row is a link that keeps what the list shows', async () => {
    const href = await table.getByRole('link').first().getAttribute('href')
    expect(href).toMatch(/sort=-to/)
    expect(href).toMatch(/mail=mai_/)
  })
})

test('several rows are done at once: those that it is for, with what came of it, at 390 px as well', async ({
  someone,
}) => {
  const page = await someone()
  await inTenantWithMails(page)
  await page.goto('/members')
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).check()
  const selection = page.getByRole('region', { name: 'Selection' })
  await expect(selection).toContainText('3 people selected')
  await selection.getByRole('button', { name: 'Revoke (2)' }).click()
  const question = page.getByRole('dialog', { name: 'Revoke 2 people?' })
  await expect(question).toContainText(`adam-${run}@example.test`)
  await question.getByRole('button', { name: 'Revoke 2' }).click()
  await expect(page.getByText('2 invitations are revoked.')).toBeVisible()
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2)

  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/mail')
  await page.getByRole('checkbox', { name: new RegExp(`adam-${run}`) }).check()
  await expect(selection).toContainText('1 mail selected')
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(wide).toBeLessThanOrEqual(0)
})

test('what is refused for one row does not stop the others, and stays selected with the reason', async ({
  someone,
}) => {
  const page = await someone()
  await inTenantWithMails(page)
  await page.goto('/members')
  await expect.poll(() => titles(page)).toHaveLength(3)
  for (const name of ['zoe', 'adam'])
    await page.getByRole('checkbox', { name: `Select ${name}-${run}@example.test` }).check()
  // The server refuses one of the two, whichever comes first.
  let refused = false
  await page.route('**/api/trpc/tenants.revokeInvitation*', async (route) => {
    if (refused) return route.fallback()
    refused = true
    const data = { invitationId: 'inv_01h455vb4pex5vsknk084sn02q' }
    return route.fallback({ postData: JSON.stringify({ 0: data }) })
  })
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke 2' }).click()
  const told = page.getByRole('alert').filter({ hasText: '1 could not be done' })
  await expect(told).toContainText('1 invitation is revoked.')
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText('1 person selected')
})
