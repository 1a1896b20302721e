import type { Page } from '@playwright/test'
import { appUrl, demoPassword } from './product.ts'

interface Who {
  tenant: { slug: string } | null
  memberships: { tenantId: string; slug: string }[]
}

/** Signs a demo person in through the page itself, and into Acme where they are in it: another spec may have left them elsewhere. */
export async function signIn(page: Page, email: string, password = demoPassword): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
  const { result } = await (await page.request.get('/api/trpc/identity.me')).json()
  const { tenant, memberships } = result.data as Who
  const acme = memberships.find(({ slug }) => slug === 'acme')
  if (!acme || tenant?.slug === 'acme') return
  const headers = { origin: appUrl }
  await page.request.post('/api/trpc/tenants.switch', { data: { tenantId: acme.tenantId }, headers })
  await page.goto('/')
}
