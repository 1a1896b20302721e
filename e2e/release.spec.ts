import { expect, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

test('a part that a new release took away: the page loads anew by itself, once, with what was typed', async ({
  someone,
}) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  await page.goto('/settings')
  await page.getByLabel('Tenant name').fill('Acme before the release')
  // The palette's part is fetched when it is first opened: an older page asks for one that is no longer there.
  await page.route('**/_next/static/**', (route) =>
    route.fulfill({ status: 404, contentType: 'text/plain', body: 'gone' }),
  )
  const anew = page.waitForEvent('framenavigated')
  await page.getByRole('button', { name: 'Search or jump to' }).click()
  await page.unroute('**/_next/static/**')
  await anew
  await expect(page.getByLabel('Tenant name')).toHaveValue('Acme before the release')
  await expect(page.getByText('Restored what you typed before')).toBeVisible()
  await page.getByRole('button', { name: 'Discard', exact: true }).click()
})

test('a browser that opens the console by another address is led to the printed one, path and all', async ({
  someone,
}) => {
  const page = await someone()
  const other = new URL(process.env.APP_URL ?? '')
  other.hostname = '127.0.0.1'
  await page.goto(`${other.origin}/sign-in?next=%2Fmembers`)
  await expect(page).toHaveURL(`${process.env.APP_URL}/sign-in?next=%2Fmembers`)
  const odd = await page.goto(`${other.origin}//evil.example/x`)
  expect([odd?.status(), new URL(page.url()).hostname]).toEqual([400, '127.0.0.1'])
})
