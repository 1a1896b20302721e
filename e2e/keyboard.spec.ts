import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { appUrl, expect, settled, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

const palette = (page: Page) => page.getByRole('textbox', { name: 'Search or jump to' })

test('the palette by keyboard alone: Enter does the first hit; people, keys and mails are found', async ({
  someone,
}) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  await expect(page.getByRole('heading').first()).toBeVisible()
  const find = async (word: string, hit: string | RegExp) => {
    await page.keyboard.press('Control+k')
    await palette(page).fill(word)
    await expect(page.locator('[data-action]').filter({ hasText: hit }).first()).toBeVisible()
  }
  await find('audi', 'Audit')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/audit$/)
  await find('viewer@acme', 'viewer@acme.test')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/members\?search=viewer%40acme\.test$/)
})

test('who may not read keys and bills is offered none by the palette', async ({ someone }) => {
  const page = await someone()
  await signIn(page, 'viewer@acme.test')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.keyboard.press('Control+k')
  await palette(page).fill('acme')
  await expect(page.locator('[data-action]').first()).toBeVisible()
  expect(asked.filter((url) => /listApiKeys|listInvoices|listMails/.test(url))).toEqual([])
})

test('the focus goes back to where it came from, and on to the next row when its own is gone', async ({
  someone,
}) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  const closes = async (opener: Locator, opened: Locator) => {
    await opener.focus()
    await page.keyboard.press('Enter')
    await expect(opened).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(opened).toBeHidden()
    await expect(opener).toBeFocused()
  }
  await page.goto('/files')
  const files = page.getByRole('list', { name: 'Files' })
  const dialog = page.getByRole('dialog')
  await closes(files.getByRole('button').first(), dialog)
  await closes(
    page.getByRole('button', { name: /^Account of/ }),
    page.getByRole('menuitem', { name: 'Sign out' }),
  )
  await page.goto('/members')
  await closes(page.getByRole('button', { name: 'Invite', exact: true }), dialog)

  await test.step('trashed from the drawer: an Undo, and the focus on another file', async () => {
    await page.goto('/files')
    await files.getByRole('button').first().focus()
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Move to trash' }).click()
    await expect(dialog).toBeHidden()
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON')
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByText('is in the trash')).toBeHidden()
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')
  })
})

for (const dark of [false, true]) {
  test(`menus, dialogs and drawers are free of what axe finds, ${dark ? 'dark' : 'light'}`, async ({
    someone,
  }) => {
    test.setTimeout(180_000)
    const page = await someone({ dark })
    // Of one tenant alone, which has others in it.
    await signIn(page, 'admin@acme.test')
    const judge = async (what: string) => {
      await settled(page)
      await page.screenshot({ path: `screenshots/open-${what}-${dark ? 'dark' : 'light'}.png` })
      // Without going into frames: the mail's own runs no scripts, so axe would wait for it for ever.
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
      expect.soft(violations.map(({ id, nodes }) => `${what} ${id}: ${nodes[0]?.html}`)).toEqual([])
    }
    const menuOf = async (what: string, opener: Locator) => {
      await opener.click()
      await expect(page.getByRole('menu')).toBeVisible()
      await judge(what)
      await page.keyboard.press('Escape')
    }
    await page.goto('/members')
    await menuOf('account-menu', page.getByRole('button', { name: /^Account of/ }))
    await menuOf('tenant-menu', page.getByRole('button', { name: /Switch tenant/ }))
    await menuOf('role-menu', page.getByRole('button', { name: /^Role of/ }).first())
    await menuOf('person-menu', page.getByRole('button', { name: /^Actions for/ }).first())
    for (const [what, path] of [
      ['invite', '/members?invite=1'],
      ['new-key', '/api-keys?create=1'],
    ] as const) {
      await page.goto(path)
      await expect(page.getByRole('dialog')).toBeVisible()
      await judge(what)
    }
    await page.goto('/files')
    const files = page.getByRole('list', { name: 'Files' })
    await menuOf('file-menu', files.getByRole('button', { name: /^Actions for/ }).first())
    await files.getByRole('button').first().click()
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Move to trash' })).toBeVisible()
    await judge('file')
    const headers = { origin: appUrl }
    const invited = await page.request.post('/api/trpc/tenants.invite', {
      data: { email: 'to-be-looked-at@example.test', role: 'viewer' },
      headers,
    })
    const { result } = await invited.json()
    await page.request.post('/api/trpc/tenants.revokeInvitation', {
      data: { invitationId: result.data.id },
      headers,
    })
    for (const what of ['audit', 'mail'] as const) {
      await page.goto(`/${what}`)
      await page.locator('tbody tr').first().locator('a').first().click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await expect(page.getByRole('dialog').locator('[data-visible]')).toHaveCount(0)
      await judge(`${what}-entry`)
    }
    await page.goto('/members')
    await page.getByRole('button', { name: 'API', exact: true }).click()
    await expect(page.getByRole('dialog', { name: 'Show as API call' })).toBeVisible()
    await judge('api-call')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Actions for Mia/ }).click()
    await page.getByRole('menuitem', { name: /^Remove from/ }).click()
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true })).toBeVisible()
    await judge('remove')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await palette(page).fill('acme')
    await expect(page.locator('[data-action]').filter({ hasText: 'viewer@acme.test' })).toBeVisible()
    await judge('palette')
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: 'Navigation' }).click()
    await expect(page.getByRole('dialog', { name: 'Navigation' })).toBeVisible()
    await judge('navigation')
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto('/settings')
    await page.getByLabel('Tenant name').fill('Something unsaved')
    await page.getByRole('link', { name: 'Home', exact: true }).click()
    await expect(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible()
    await judge('leave-question')
    await page.keyboard.press('Escape')
    await page.context().clearCookies()
    // A read in the background may find the session dead first: the dialog then lies over the button.
    const save = page.locator('form').first().getByRole('button', { name: 'Save', exact: true })
    await save.dispatchEvent('click')
    await expect(page.getByRole('dialog', { name: 'You are signed out' })).toBeVisible()
    await judge('signed-out')
  })
}

test('who is removed while a page is open is told so, with every way on', async ({ someone }) => {
  const suffix = crypto.randomUUID().slice(0, 8)
  const owner = await someone()
  await signIn(owner, 'owner@acme.test')
  const created = await owner.request.post('/api/trpc/tenants.create', {
    data: { name: `Short stay ${suffix}`, slug: `stay-${suffix}` },
    headers: { origin: process.env.APP_URL ?? '' },
  })
  expect(created.ok()).toBe(true)
  await owner.goto('/members')
  // Leaving is what the last owner cannot do, so the viewer is the one to be removed.
  await owner.request.post('/api/trpc/tenants.invite', {
    data: { email: 'viewer@acme.test', role: 'viewer' },
    headers: { origin: process.env.APP_URL ?? '' },
  })
  const guest = await someone()
  await signIn(guest, 'viewer@acme.test')
  await guest.goto('/onboarding?new=1')
  await guest.getByRole('button', { name: 'Accept', exact: true }).click()
  await expect(guest.getByRole('button', { name: new RegExp(`now in Short stay ${suffix}`) })).toBeVisible()
  await guest.goto('/files')

  await owner.goto('/members')
  await owner.getByRole('button', { name: /^Actions for Vi/ }).click()
  await owner.getByRole('menuitem', { name: /^Remove from/ }).click()
  await owner.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  const told = guest.getByRole('heading', { name: `You are no longer in Short stay ${suffix}` })
  await expect(told).toBeVisible()
  await guest.reload()
  await expect(told).toBeVisible()
  await expect(guest.getByRole('button', { name: 'New tenant' })).toBeVisible()
  await expect(guest.getByRole('button', { name: 'Sign out' })).toBeVisible()
  await guest.getByRole('button', { name: 'Acme', exact: true }).click()
  await expect(guest.getByRole('navigation', { name: 'Main' })).toBeVisible()
})
