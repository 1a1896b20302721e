import type { Page } from '@playwright/test'
import { appUrl, expect, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

const isStream = (url: string) => url.includes('/api/trpc/events.live')
const isStreamUrl = (url: URL) => isStream(url.href)

test('eight tabs share one event stream; each hears what changes, also after the one that has it is closed', async ({
  someone,
}) => {
  test.setTimeout(180_000)
  const first = await someone()
  await signIn(first, 'owner@acme.test')
  const context = first.context()
  const streams = new Map<Page, number>()
  const watch = (page: Page) =>
    page.on('request', (request) => {
      if (isStream(request.url())) streams.set(page, (streams.get(page) ?? 0) + 1)
    })
  const tabs = [first]
  for (let count = 1; count < 8; count += 1) tabs.push(await context.newPage())
  for (const tab of tabs) {
    watch(tab)
    await tab.goto('/settings')
    await expect(tab.getByLabel('Tenant name')).toBeEditable()
  }
  await expect.poll(() => streams.size).toBe(1)

  const rename = async (by: Page, name: string) => {
    await by.getByLabel('Tenant name').fill(name)
    await by.locator('form').first().getByRole('button', { name: 'Save', exact: true }).click()
    for (const tab of tabs) {
      await expect(tab.getByLabel('Breadcrumb')).toContainText(name)
    }
  }
  await rename(tabs[7] as Page, 'Acme in eight tabs')

  const leader = [...streams.keys()][0] as Page
  tabs.splice(tabs.indexOf(leader), 1)
  await leader.close()
  await expect.poll(() => streams.size).toBe(2)
  await rename(tabs[6] as Page, 'Acme')
})

/** Event streams that the gateway holds open, as it counts them itself. */
async function streamsAtServer(): Promise<number> {
  const metrics = await (await fetch(new URL('/metrics', appUrl))).text()
  return Number(/^insula_http_open_streams (\d+)$/m.exec(metrics)?.[1])
}

test('two tabs are one stream at the server; the second goes on after the first is closed', async ({
  someone,
}) => {
  await expect.poll(streamsAtServer).toBe(0)
  const first = await someone()
  await signIn(first, 'owner@acme.test')
  await first.goto('/settings')
  await expect(first.getByLabel('Tenant name')).toBeEditable()
  await expect.poll(streamsAtServer).toBe(1)
  const second = await first.context().newPage()
  await second.goto('/settings')
  await expect(second.getByLabel('Tenant name')).toBeEditable()
  const admin = await someone()
  await signIn(admin, 'admin@acme.test')
  await admin.goto('/settings')
  await expect(admin.getByLabel('Tenant name')).toBeEditable()
  await expect.poll(streamsAtServer).toBe(2)

  const rename = async (name: string, sees: Page[]) => {
    await admin.getByLabel('Tenant name').fill(name)
    await admin.locator('form').first().getByRole('button', { name: 'Save', exact: true }).click()
    for (const tab of sees) await expect(tab.getByLabel('Breadcrumb')).toContainText(name)
  }
  await rename('Acme of two tabs', [first, second])
  await first.close()
  await expect.poll(streamsAtServer).toBe(2)
  await rename('Acme', [second])
})

test('what changes between the making of a page and the start of its stream is shown all the same', async ({
  someone,
}) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  const started = Promise.withResolvers<void>()
  await page.route(isStreamUrl, async (route) => {
    await started.promise
    await route.continue()
  })
  await page.goto('/settings')
  const crumbs = page.getByLabel('Breadcrumb')
  await expect(crumbs).toContainText('Acme')
  const rename = async (name: string) => {
    const data = { name }
    const answer = await page.request.post('/api/trpc/tenants.change', { data, headers: { origin: appUrl } })
    expect(answer.ok()).toBe(true)
  }
  await rename('Acme in the gap')
  await expect(crumbs).not.toContainText('in the gap')
  started.resolve()
  await expect(crumbs).toContainText('Acme in the gap')
  await rename('Acme')
  await expect(crumbs).not.toContainText('in the gap')
})
