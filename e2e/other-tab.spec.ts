import type { BrowserContext, Page } from '@playwright/test'
import sharp from 'sharp'
import { appUrl, demoPassword, expect, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

// What an older page does after the session in its browser became another: never done, shown nor recorded.

/** Asks for whoever is signed in by now, as a page of theirs would. */
const read = async <Data>(context: BrowserContext, procedure: string, input?: object): Promise<Data> => {
  const query = input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''
  const answer = await context.request.get(`/api/trpc/${procedure}${query}`)
  expect(answer.ok(), `${procedure}: ${answer.status()}`).toBe(true)
  return ((await answer.json()) as { result: { data: Data } }).result.data
}
const change = async (context: BrowserContext, procedure: string, data: object) => {
  const answer = await context.request.post(`/api/trpc/${procedure}`, { data, headers: { origin: appUrl } })
  expect(answer.ok(), `${procedure}: ${answer.status()}`).toBe(true)
}

interface Rows {
  items: { id: string; name?: string; email?: string }[]
}
interface Who {
  tenant: { id: string; name: string }
  memberships: { tenantId: string; name: string }[]
}
/** The newest of each list that an older page could have added to. */
const newest = async (context: BrowserContext) => {
  const lists = [
    ['audit.list', { limit: 1 }],
    ['files.list', { limit: 1 }],
    ['tenants.listInvitations', { limit: 1 }],
    ['notifications.listMails', { limit: 1 }],
  ] as const
  return Promise.all(
    lists.map(async ([procedure, input]) => (await read<Rows>(context, procedure, input)).items[0]?.id),
  )
}

const switchTo = async (context: BrowserContext, name: string) => {
  const { memberships } = await read<Who>(context, 'identity.me')
  await change(context, 'tenants.switch', {
    tenantId: memberships.find((one) => one.name === name)?.tenantId ?? '',
  })
}

const picture = async (name: string, background: string) => ({
  name,
  mimeType: 'image/png',
  buffer: await sharp({ create: { width: 40, height: 30, channels: 3, background } })
    .png()
    .toBuffer(),
})

const choose = async (page: Page, name: string) => {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Upload', exact: true }).click(),
  ])
  await chooser.setFiles([await picture(name, '#4b453f')])
}

test('signed in as somebody else in another tab: an older page changes, uploads and shows nothing', async ({
  someone,
}) => {
  test.setTimeout(120_000)
  const form = await someone()
  await signIn(form, 'owner@acme.test')
  const context = form.context()
  const [files, reader] = [await context.newPage(), await context.newPage()]
  await form.goto('/settings')
  await files.goto('/files')
  await reader.goto('/')
  await expect(files.getByRole('list', { name: 'Files' })).toBeVisible()
  await form.getByLabel('Tenant name').fill('Renamed by nobody')

  const other = await context.newPage()
  await other.goto('/account')
  await other.getByRole('button', { name: /^Account of/ }).click()
  await other.getByRole('menuitem', { name: 'Sign out' }).click()
  await other.waitForURL(/\/sign-in/)
  await signIn(other, 'admin@acme.test')
  const before = await newest(context)

  await form.locator('form').first().getByRole('button', { name: 'Save', exact: true }).click()
  await choose(files, 'sent by nobody.png')
  await reader.getByRole('link', { name: 'Mail log', exact: true }).click()
  for (const page of [form, files, reader]) {
    const told = page.getByRole('dialog', { name: 'Adam Admin signed in in another tab' })
    await expect(told).toBeVisible()
    await expect(told).toContainText('Nothing you did here since then was carried out')
  }
  await expect(reader.locator('tbody a')).toHaveCount(0)
  expect(await newest(context)).toEqual(before)
  expect((await read<{ name: string }>(context, 'tenants.get')).name).not.toBe('Renamed by nobody')

  await test.step('going on is as who is signed in now, without what the other had typed', async () => {
    await form.getByRole('button', { name: 'Go on as Adam Admin' }).click()
    await expect(form.getByRole('button', { name: 'Account of Adam Admin' })).toBeVisible()
    await form.goto('/settings')
    await expect(form.getByLabel('Tenant name')).toBeEditable()
    await expect(form.getByLabel('Tenant name')).not.toHaveValue('Renamed by nobody')
  })
})

test('signed in anew as the same person in another tab: an older page just goes on', async ({ someone }) => {
  const page = await someone()
  await signIn(page, 'viewer@acme.test')
  await page.goto('/account')
  await page.getByLabel('Your name').fill('Victor Viewer anew')
  const again = await page.context().request.post('/api/auth/sign-in/email', {
    data: { email: 'viewer@acme.test', password: demoPassword },
    headers: { origin: appUrl },
  })
  expect(again.ok()).toBe(true)
  const save = page.locator('form').first().getByRole('button', { name: 'Save', exact: true })
  await save.click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByLabel('Your name')).toHaveValue('Victor Viewer anew')
  await expect(async () => {
    if (await save.isEnabled()) await save.click()
    await expect(page.getByText('Saved')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await page.getByLabel('Your name').fill('Victor Viewer')
  await save.click()
  await expect(save).toBeDisabled()
})

test('signed in anew and in another tenant by now: an older page goes back to its own, with what was typed', async ({
  someone,
}) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  await switchTo(page.context(), 'Acme')
  await page.goto('/account')
  await page.getByLabel('Your name').fill('Olivia Owner anew')
  const again = await page.context().request.post('/api/auth/sign-in/email', {
    data: { email: 'owner@acme.test', password: demoPassword },
    headers: { origin: appUrl },
  })
  expect(again.ok()).toBe(true)
  await switchTo(page.context(), 'Globex')
  await page.locator('form').first().getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Switch back to Acme' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect((await read<Who>(page.context(), 'identity.me')).tenant.name).toBe('Acme')
  await expect(page.getByLabel('Your name')).toHaveValue('Olivia Owner anew')
})

test('switched to another tenant in another tab: an older page invites, uploads and finishes nothing there', async ({
  someone,
}) => {
  test.setTimeout(120_000)
  const form = await someone()
  await signIn(form, 'owner@acme.test')
  const context = form.context()
  await switchTo(context, 'Acme')
  const [files, half] = [await context.newPage(), await context.newPage()]
  await form.goto('/members?invite=1')
  await files.goto('/files')
  await half.goto('/files')
  await form.getByRole('dialog').getByLabel('E-mail').fill('to-nobody@example.test')
  await expect(files.getByRole('list', { name: 'Files' })).toBeVisible()

  // One upload is under way: its bytes leave only after the switch.
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await half.route(
    (url) => url.origin !== new URL(appUrl).origin,
    async (route) => {
      await held
      await route.continue()
    },
  )
  await choose(half, 'under way.png')
  await expect
    .poll(async () => (await read<Rows>(context, 'files.list', { limit: 1 })).items[0]?.name)
    .toBe('under way.png')
  const inAcme = await newest(context)
  await switchTo(context, 'Globex')
  const inGlobex = await newest(context)

  release()
  await choose(files, 'sent to nobody.png')
  await form.getByRole('button', { name: 'Send invitation' }).click()
  for (const page of [form, files, half]) {
    await expect(page.getByRole('dialog', { name: 'You switched to Globex in another tab' })).toBeVisible()
  }
  expect(await newest(context)).toEqual(inGlobex)

  await test.step('back again, with what was typed and the upload to be finished', async () => {
    await form.getByRole('button', { name: 'Switch back to Acme' }).click()
    await expect(form.getByRole('dialog', { name: 'You switched to Globex in another tab' })).toBeHidden()
    await expect(form.getByRole('dialog').getByLabel('E-mail')).toHaveValue('to-nobody@example.test')
    await expect.poll(() => newest(context)).toEqual(inAcme)
    const [upload] = (await read<Rows>(context, 'files.list', { limit: 1 })).items
    await change(context, 'files.discard', { fileId: upload?.id ?? '' })
  })
})
