import { expect, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

const closed: Record<string, string[]> = {
  'viewer@acme.test': ['/billing', '/api-keys', '/mail', '/audit', '/platform'],
  'member@acme.test': ['/billing', '/api-keys', '/mail', '/audit', '/platform'],
  'admin@acme.test': ['/platform'],
  'owner@acme.test': ['/platform'],
}

for (const [email, paths] of Object.entries(closed)) {
  test(`${email} gets a 403 page, and no link, for ${paths.join(', ')}`, async ({ someone }) => {
    const page = await someone()
    await signIn(page, email)
    const menu = page.getByRole('navigation', { name: 'Main' })
    for (const path of paths) {
      await expect(menu.locator(`a[href="${path}"]`)).toHaveCount(0)
      const answer = await page.goto(path)
      expect(`${path} ${answer?.status()}`).toBe(`${path} 403`)
      await expect(page.getByRole('heading').first()).toBeVisible()
    }
  })
}

test('a page of the console sends a visitor to sign in, and back there afterwards', async ({ someone }) => {
  const page = await someone()
  await page.goto('/members')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fmembers/)
  await page.getByLabel('E-mail').fill('owner@acme.test')
  await page.getByLabel('Password', { exact: true }).fill('insula demo password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/members$/)
})

for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', '/%09/evil.example']) {
  test(`signing in does not lead to another site: next=${next}`, async ({ someone }) => {
    const page = await someone()
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await page.getByLabel('E-mail').fill('viewer@acme.test')
    await page.getByLabel('Password', { exact: true }).fill('insula demo password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL((url) => url.pathname !== '/sign-in')
    expect(new URL(page.url()).host).toBe(new URL(process.env.APP_URL ?? '').host)
  })
}
