import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from '@playwright/test'
import { linkMailedTo } from './support/mail.ts'
import { appUrl, demoPassword, expect, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

const src = fileURLToPath(new URL('../apps/web/src/', import.meta.url))

/** The forms that the console has, read from its source: one that is added has to be walked, too. */
const forms = globSync('**/*.tsx', { cwd: src }).flatMap((path) =>
  [...readFileSync(src + path, 'utf8').matchAll(/useCheckedForm\(\{\s*name: (['`])(.+?)\1/g)].map(
    ([, , name = '']) => name.replace(/[/-]\$\{.*/, ''),
  ),
)

interface Walk {
  path: string
  /** A field in which `typed` is typed, though the server need not accept it. */
  field: (page: Page) => Locator
  typed: string
  save: string | RegExp
  /** In a dialog or drawer. */
  sheet?: true
}

const label = (name: string) => (page: Page) => page.getByLabel(name, { exact: true })

const inside: Record<string, Walk> = {
  'tenant-name': {
    path: '/settings',
    field: label('Tenant name'),
    typed: 'Acme & Töchter',
    save: 'Save',
  },
  'tenant-region': {
    path: '/settings',
    field: label('Currency'),
    typed: 'USD',
    save: 'Save',
  },
  profile: { path: '/account', field: label('Your name'), typed: 'Olivia the Second', save: 'Save' },
  invite: {
    path: '/members?invite=1',
    field: label('E-mail'),
    typed: 'somebody@example.test',
    save: 'Send invitation',
    sheet: true,
  },
  'new-api-key': {
    path: '/api-keys?create=1',
    field: label('Name'),
    typed: 'Nightly import of everything',
    save: 'Create key',
    sheet: true,
  },
  'rename-file': {
    path: '/files?file=first',
    field: label('Name'),
    typed: 'renamed while away.jpg',
    save: 'Rename',
    sheet: true,
  },
  'new-tenant': {
    path: '/onboarding?new=1',
    field: label('Name'),
    typed: 'A second home',
    save: 'Create tenant',
  },
}

const outside: Record<string, Walk> = {
  'sign-up': { path: '/sign-up', field: label('Your name'), typed: 'Ada Lovelace', save: 'Create account' },
  'sign-in': { path: '/sign-in', field: label('E-mail'), typed: 'ada@example.test', save: 'Sign in' },
  'ask-for-link': {
    path: '/forgot-password',
    field: label('E-mail'),
    typed: 'ada@example.test',
    save: 'Send the link',
  },
  'invited-sign-up': {
    path: '/invitation',
    field: label('Your name'),
    typed: 'Ada, who was invited',
    save: 'Create account and join Acme',
  },
}

/** Hold nothing but passwords, which are never kept. */
const secretOnly = ['password', 'reset-password', 'sign-in-again', 'verify-email']

/** A word that stays in this browser, sent nowhere: leaving it does not ask. */
const light = ['view-of']

/** Of the platform's people, who have no tenant to walk in: plans.spec.ts types into it. */
const ofThePlatform = ['plan']

test('every form is walked below', () => {
  const walked = [...Object.keys(inside), ...Object.keys(outside), ...secretOnly, ...light, ...ofThePlatform]
  expect(walked.sort()).toEqual([...new Set(forms)].sort())
})

const open = async (page: Page, { path }: Walk) => {
  if (!path.endsWith('=first')) return void (await page.goto(path))
  await page.goto('/files')
  await page.getByRole('list', { name: 'Files' }).getByRole('button').first().click()
  await expect(page).toHaveURL(/file=fil_/)
}

/** An invitation to Acme as it was mailed. */
const invite = async (owner: Page) => {
  await signIn(owner, 'owner@acme.test')
  const email = `invited-${randomUUID().slice(0, 8)}@example.test`
  const ask = (procedure: string, data: object) =>
    owner.request.post(`/api/trpc/${procedure}`, { data, headers: { origin: appUrl } })
  const { result } = await (await ask('tenants.invite', { email, role: 'viewer' })).json()
  const { pathname, search } = new URL(await linkMailedTo(email, /invit/i))
  const withdraw = () => ask('tenants.revokeInvitation', { invitationId: result.data.id })
  return { path: pathname + search, withdraw }
}

const type = async (page: Page, walk: Walk) => {
  const field = walk.field(page)
  if ((await field.evaluate((node) => node.tagName)) === 'SELECT') await field.selectOption(walk.typed)
  else await field.fill(walk.typed)
}

const form = (page: Page, walk: Walk) => page.locator('form').filter({ has: walk.field(page) })
const question = (page: Page) => page.getByRole('dialog', { name: 'Leave without saving?' })

for (const [name, walk] of Object.entries(inside)) {
  test(`what was typed into “${name}” outlives leaving, a reload, being offline and a dead session`, async ({
    someone,
  }) => {
    const page = await someone()
    await signIn(page, 'owner@acme.test')
    await open(page, walk)
    await type(page, walk)
    const address = page.url()
    const stands = () => expect(walk.field(page)).toHaveValue(walk.typed)

    if (walk.sheet) {
      await test.step('Escape asks, and Escape again stays', async () => {
        await page.keyboard.press('Escape')
        await expect(question(page)).toBeVisible()
        await page.keyboard.press('Escape')
        await expect(question(page)).toBeHidden()
        await stands()
      })
    }

    await test.step('a way out asks first; leaving keeps it, and coming back tells', async () => {
      if (walk.sheet) await page.keyboard.press('Escape')
      else await page.locator('a[href="/"]').first().click()
      await question(page).getByRole('button', { name: 'Leave and keep' }).click()
      await expect(walk.field(page)).toBeHidden()
      await page.goto(address)
      await stands()
      await expect(page.getByText('Restored what you typed before')).toBeVisible()
    })

    await test.step('offline: told, kept, not sent', async () => {
      await page.context().setOffline(true)
      await expect(page.getByText('You are offline.')).toBeVisible()
      await form(page, walk).getByRole('button', { name: walk.save, exact: true }).click()
      await expect(page.getByText('What you typed stays here.')).toBeVisible()
      await stands()
      await page.context().setOffline(false)
      await expect(page.getByText('You are offline.')).toBeHidden()
    })

    await test.step('a dead session: signed in again on the spot, and it is still there', async () => {
      await page.context().clearCookies()
      // What the page reads again after being offline may find the session dead first: the dialog then lies over the button.
      await form(page, walk).getByRole('button', { name: walk.save, exact: true }).dispatchEvent('click')
      const again = page.getByRole('dialog', { name: 'You are signed out' })
      await again.getByLabel(/^Password of/).fill(demoPassword)
      await again.getByRole('button', { name: 'Sign in and go on' }).click()
      await expect(again).toBeHidden()
      await stands()
    })

    await test.step('discarding it forgets it', async () => {
      await page.reload()
      await stands()
      await form(page, walk).getByRole('button', { name: 'Discard', exact: true }).click()
      await expect(walk.field(page)).not.toHaveValue(walk.typed)
      await page.reload()
      await expect(walk.field(page)).toBeEditable()
      await expect(walk.field(page)).not.toHaveValue(walk.typed)
    })
  })
}

for (const [name, walk] of Object.entries(outside)) {
  test(`what a visitor typed into “${name}” outlives a reload`, async ({ someone }) => {
    const page = await someone()
    const invited = walk.path === '/invitation' ? await invite(await someone()) : null
    await open(page, invited ? { ...walk, path: invited.path } : walk)
    await type(page, walk)
    await page.reload()
    await expect(walk.field(page)).toHaveValue(walk.typed)
    const kept = await page.evaluate(() => JSON.stringify(sessionStorage))
    expect(kept).toContain(walk.typed)
    await invited?.withdraw()
  })
}

test('a server that never answers holds no form: it is told after a while, and what was typed stays', async ({
  someone,
}) => {
  const page = await someone()
  await page.clock.install()
  await signIn(page, 'owner@acme.test')
  await page.goto('/account')
  await page.route('**/identity.changeProfile**', () => undefined)
  await page.getByLabel('Your name').fill('Olivia, who waits')
  const save = page.locator('form').first().getByRole('button', { name: 'Save', exact: true })
  const [asked] = await Promise.all([page.waitForRequest('**/identity.changeProfile**'), save.click()])
  await expect(save).toBeDisabled()
  await page.clock.fastForward('00:31')
  await expect(page.getByText('The server could not be reached.')).toBeVisible()
  expect(asked.failure()).not.toBeNull()
  await expect(save).toBeEnabled()
  await expect(page.getByLabel('Your name')).toHaveValue('Olivia, who waits')
})

test('going back asks, too', async ({ someone }) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await page.getByLabel('Tenant name').fill('Acme and back')
  const back = () => page.evaluate(() => window.history.back())
  await back()
  await question(page).getByRole('button', { name: 'Stay' }).click()
  await expect(page.getByLabel('Tenant name')).toHaveValue('Acme and back')
  await back()
  await question(page).getByRole('button', { name: 'Discard' }).click()
  await expect(page).toHaveURL(/\/$/)
})

test('a password is kept nowhere, and leaving says so', async ({ someone }) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  await page.goto('/account')
  await page.getByLabel('New password', { exact: true }).fill('a sentence that only Olivia knows')
  await page.getByRole('link', { name: 'Files', exact: true }).click()
  await expect(question(page)).toContainText('Passwords are not kept')
  const kept = await page.evaluate(() => JSON.stringify([sessionStorage, localStorage]))
  expect(kept).not.toContain('only Olivia knows')
  await question(page).getByRole('button', { name: 'Stay' }).click()
  await expect(page).toHaveURL(/\/account$/)
})

test('the palette, the tenant switch and signing out ask as a link does; nobody else finds what was typed', async ({
  someone,
}) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  await page.goto('/account')
  await page.getByLabel('Your name').fill('Olivia in the making')
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await question(page).getByRole('button', { name: 'Leave and keep' }).click()
  await expect(page.getByLabel('Tenant name')).toBeEditable()
  const kept = () => page.evaluate(() => JSON.stringify(sessionStorage))
  expect(await kept()).toContain('Olivia in the making')
  await page.getByLabel('Tenant name').fill('Acme in the making')

  await page.getByRole('link', { name: 'Files', exact: true }).click()
  await question(page).getByRole('button', { name: 'Stay' }).click()

  await page.getByRole('button', { name: 'Search or jump to' }).click()
  await page.getByRole('button', { name: 'Audit', exact: true }).click()
  await question(page).getByRole('button', { name: 'Stay' }).click()
  await expect(page).toHaveURL(/\/settings$/)
  await expect(page.getByLabel('Tenant name')).toHaveValue('Acme in the making')

  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await question(page).getByRole('button', { name: 'Discard' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await kept()).not.toContain('in the making')
})
