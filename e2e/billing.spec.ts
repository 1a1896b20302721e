import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { linkMailedTo, mailsTo } from './support/mail.ts'
import { cloud, expect, test } from './support/product.ts'

const suffix = randomUUID().slice(0, 8)
const grace = {
  name: 'Grace Hopper',
  email: `grace-${suffix}@example.test`,
  password: 'a sentence that only Grace knows',
}

const enter = async (page: Page) => {
  await page.goto('/sign-up')
  await page.getByLabel('Your name').fill(grace.name)
  await page.getByLabel('E-mail').fill(grace.email)
  await page.getByLabel('Password', { exact: true }).fill(grace.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { name: 'Check your inbox' })).toBeVisible()
  await page.goto(await linkMailedTo(grace.email, /confirm your e-mail/i))
  await page.getByRole('button', { name: 'Confirm my address' }).click()
  await page.getByLabel('Name').fill('Flow-Matic')
  await page.getByLabel('Slug').fill(`flow-matic-${suffix}`)
  await page.getByRole('button', { name: 'Create tenant' }).click()
  await page
    .getByRole('button', { name: /Continue|Skip/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Open the console' }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}

const pay = async (page: Page) => {
  await page.getByLabel('Card number').fill('4242 4242 4242 4242')
  await page.getByLabel('Expiry (MM / YY)').fill('12 / 34')
  await page.getByLabel('CVC').fill('123')
  await page.getByLabel('Name on card').fill(grace.name)
  await page.getByRole('button', { name: /subscribe|pay/i }).click()
}

test('a plan from the upgrade to a late payment and out of it again, on every page', async ({ someone }) => {
  test.setTimeout(240_000)
  const page = await someone()
  await enter(page)
  const frame = page.getByRole('button', { name: /Flow-Matic/ })
  const banner = page.getByRole('complementary', { name: 'Billing' })

  await test.step('Back from the checkout leaves a button that can be pressed again', async () => {
    await page.goto('/billing')
    const upgrade = page.getByRole('button', { name: 'Upgrade to Pro' })
    await upgrade.click()
    await expect(page.getByLabel('Card number')).toBeVisible()
    await page.goBack()
    await expect(upgrade).toBeEnabled()
    await upgrade.click()
  })

  await test.step('after paying, the payer’s own frame says Pro without a reload', async () => {
    await pay(page)
    await expect(page.getByText('You are on Pro')).toBeVisible({ timeout: 30_000 })
    await expect(frame).toContainText('Pro')
  })

  await test.step('on the largest plan a full house says what can be done, and no link leads nowhere', async () => {
    await page.goto('/members')
    await expect(page.getByText('seats used')).toBeVisible()
    await expect(page.getByRole('link', { name: 'Get more seats' })).toHaveCount(0)
  })

  await test.step('a payment that fails is told on every page, with its end and the page to pay', async () => {
    await cloud.stripe.declineNextCard()
    await cloud.stripe.clock.advance('1 month')
    await cloud.stripe.clock.advance('2 hours')
    await expect(banner).toContainText('The last payment did not go through', { timeout: 30_000 })
    await expect(banner).toContainText('Pro stays on until')
    await page.goto('/files')
    await expect(banner.getByRole('link', { name: 'Pay now' })).toBeVisible()
    await page.goto('/billing')
    await expect(page.getByRole('alert').filter({ hasText: 'Pay the open invoice' })).toBeVisible()
    const open = page.getByRole('table', { name: 'Invoices' }).getByRole('row').filter({ hasText: 'Open' })
    const pay = open.getByRole('link', { name: /^Pay invoice/ })
    expect(await pay.getAttribute('href')).toBe(
      await banner.getByRole('link', { name: 'Pay now' }).getAttribute('href'),
    )
    const [mail] = (await mailsTo(grace.email)).filter(({ subject }) => /did not go through/.test(subject))
    const href = await banner.getByRole('link', { name: 'Pay now' }).getAttribute('href')
    expect(mail?.links.map((link) => link.href)).toContain(href)
  })

  await test.step('paying the open invoice ends it, without a reload', async () => {
    const [invoice] = await Promise.all([
      page.context().waitForEvent('page'),
      banner.getByRole('link', { name: 'Pay now' }).click(),
    ])
    await expect(invoice.getByText(/29/).first()).toBeVisible()
    if (await invoice.getByLabel('Card number').isVisible()) await pay(invoice)
    else await invoice.getByRole('button', { name: /pay/i }).click()
    await expect(banner).toHaveCount(0, { timeout: 30_000 })
    await expect(page.getByRole('table', { name: 'Invoices' }).getByRole('row').nth(1)).toContainText('Paid')
  })
})
