import type { Page } from '@playwright/test'
import { cloud, expect, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

// Longer than any request waits for what it needs.
const silentMs = 9_000
const token = 'a-link-that-nobody-could-look-up-just-now-0123456789'

const said = (page: Page, words: string | RegExp) => page.getByRole('alert').filter({ hasText: words })

test.afterEach(() => cloud.mongo.slow(0))

test('a silent database is told as an outage: no page says signed out, or that a link no longer works', async ({
  someone,
}) => {
  test.setTimeout(150_000)
  const form = await someone({ outage: true })
  await signIn(form, 'owner@acme.test')
  await form.goto('/settings')
  await form.getByLabel('Tenant name').fill('Acme, typed in an outage')
  const opening = await form.context().newPage()
  const visitors: Page[] = []
  for (const path of ['verify-email', 'reset-password', 'invitation', 'sign-in']) {
    const page = await someone({ outage: true })
    if (path !== 'invitation') await page.goto(`/${path}?token=${token}`)
    visitors.push(page)
  }
  const [verify, reset, invitation, entrance] = visitors as [Page, Page, Page, Page]

  await cloud.mongo.slow(silentMs)
  await Promise.all([
    test.step('a page that is opened could not be checked, and stays where it is', async () => {
      await opening.goto('/files')
      await expect(opening.getByRole('heading', { name: 'This could not be checked just now' })).toBeVisible()
      await expect(opening).toHaveURL(/\/files$/)
      await opening.screenshot({ path: 'screenshots/outage-page-light-1440.png' })
    }),
    test.step('a form that is sent says so, and keeps what was typed', async () => {
      await form.locator('form').first().getByRole('button', { name: 'Save', exact: true }).click()
      await expect(said(form, /moment|in time/)).toBeVisible()
      await expect(form.getByLabel('Tenant name')).toHaveValue('Acme, typed in an outage')
      await expect(form.getByRole('dialog')).toHaveCount(0)
    }),
    test.step('a link to prove an address', async () => {
      await verify.getByRole('button', { name: 'Confirm my address' }).click()
      await expect(said(verify, 'could not be checked just now')).toBeVisible()
      await expect(verify.getByRole('heading', { name: 'This link no longer works' })).toHaveCount(0)
    }),
    test.step('a link to choose a new password', async () => {
      await reset
        .getByLabel(/password/i)
        .first()
        .fill('a sentence that nobody else knows')
      await reset.locator('form').getByRole('button').last().click()
      await expect(said(reset, /moment|in time/)).toBeVisible()
      await expect(reset.getByText('no longer works')).toHaveCount(0)
    }),
    test.step('an invitation', async () => {
      await invitation.goto(`/invitation?token=${token}`)
      await expect(
        invitation.getByRole('heading', { name: 'Your invitation could not be checked just now' }),
      ).toBeVisible({ timeout: 40_000 })
    }),
    test.step('signing in', async () => {
      await entrance.getByLabel('E-mail').fill('owner@acme.test')
      await entrance.getByLabel('Password', { exact: true }).fill('insula demo password')
      await entrance.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(said(entrance, /moment|in time/)).toBeVisible()
      await expect(said(entrance, /wrong|match|too many/i)).toHaveCount(0)
    }),
  ])

  await cloud.mongo.slow(0)
  await test.step('when it answers again, every page goes on', async () => {
    await expect(async () => {
      await opening.getByRole('button', { name: 'Try again' }).click({ timeout: 2_000 })
      await expect(opening.getByRole('list', { name: 'Files' })).toBeVisible({ timeout: 4_000 })
    }).toPass({ timeout: 40_000 })
    await form.reload()
    await expect(form.getByLabel('Tenant name')).toHaveValue('Acme, typed in an outage')
    await form.getByRole('button', { name: 'Discard', exact: true }).click()
    await verify.getByRole('button', { name: 'Confirm my address' }).click()
    await expect(verify.getByRole('heading', { name: 'This link no longer works' })).toBeVisible()
  })
})
