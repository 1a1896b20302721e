import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { ownersPlaces } from './support/places.ts'
import { appUrl, expect, settled, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

const suffix = randomUUID().slice(0, 8)
const unbroken = `${'Überlängenprüfungsgesellschaft'.repeat(3).slice(0, 70)}gÄjpqyß${'x'.repeat(3)}`
const address = `${'an.address.of.eighty.eight.characters.that.stands.in.one.piece'.slice(0, 62)}@${suffix}.long-domain.test`
const rightToLeft = 'مفتاح للاستيراد الليلي (הייבוא) 👩‍👩‍👧‍👦'

/** Asks as the page itself would. */
const ask = async (page: Page, procedure: string, data: object) => {
  const answer = await page.request.post(`/api/trpc/${procedure}`, { data, headers: { origin: appUrl } })
  if (!answer.ok()) throw new Error(`${procedure}: ${answer.status()} ${await answer.text()}`)
}

/** Texts that stick out of the window, of what holds them, or are cut without a sign that they go on. */
const broken = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = []
    const note = (what: string, element: Element) =>
      found.push(
        `${what}: <${element.tagName.toLowerCase()} class="${element.className}"> ${element.textContent?.slice(0, 60)}`,
      )
    const wide = document.documentElement.scrollWidth - window.innerWidth
    if (wide > 0) found.push(`the page is ${wide} px wider than the window`)
    for (const element of document.querySelectorAll('body *')) {
      if (!(element instanceof HTMLElement) || !element.checkVisibility({ visibilityProperty: true }))
        continue
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim())
      if (!own) continue
      const style = getComputedStyle(element)
      const box = element.getBoundingClientRect()
      if (box.width <= 2 || box.height <= 2 || style.clipPath !== 'none') continue
      const scrolls = (name: string) => name === 'auto' || name === 'scroll'
      let within: Element | null = element.parentElement
      while (within && getComputedStyle(within).overflowX === 'visible') within = within.parentElement
      const clipped =
        within && within !== document.body && within.getBoundingClientRect().right <= window.innerWidth + 1
      // A drawer, a dialog or a menu scrolls up and down; what it would have to be scrolled sideways for is not seen.
      if (
        within &&
        clipped &&
        getComputedStyle(within).textOverflow !== 'ellipsis' &&
        box.left < within.getBoundingClientRect().right &&
        box.right > within.getBoundingClientRect().right + 1
      )
        note('cut by what holds it', element)
      const told = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none'
      if (
        element.scrollWidth > element.clientWidth + 1 &&
        style.display !== 'inline' &&
        !told &&
        !scrolls(style.overflowX)
      )
        note('wider than its frame', element)
      if (
        element.scrollHeight > element.clientHeight + 2 &&
        style.overflowY === 'hidden' &&
        style.webkitLineClamp === 'none' &&
        style.display !== 'inline'
      )
        note('cut at its height', element)
      if (
        !clipped &&
        style.position !== 'fixed' &&
        box.right > window.innerWidth + 1 &&
        box.left < window.innerWidth
      )
        note('out of the window', element)
    }
    return found
  })

const places = [...ownersPlaces, '/files?view=list', '/members?invite=1', '/onboarding', '/onboarding?new=1']
const allWidths = [390, 768, 1024, 1440]
const nameOf = (path: string) => (path === '/' ? 'home' : path.slice(1).replaceAll(/\W+/g, '-'))

test('no text breaks a frame: pages, drawers, dialogs, menus and toasts, at four widths', async ({
  someone,
}) => {
  test.setTimeout(300_000)
  const owner = await someone()
  await signIn(owner, 'owner@acme.test')
  await ask(owner, 'tenants.create', { name: unbroken, slug: `frames-${suffix}` })
  await ask(owner, 'tenants.invite', { email: address, role: 'viewer' })
  await ask(owner, 'access.createApiKey', {
    name: rightToLeft,
    scopes: ['files:read'],
    expiresInDays: 30,
  })
  await owner.goto('/files')
  const [chooser] = await Promise.all([
    owner.waitForEvent('filechooser'),
    owner.getByRole('button', { name: 'Upload', exact: true }).click(),
  ])
  const buffer = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#b4472e' } })
    .png()
    .toBuffer()
  await chooser.setFiles([
    { name: `${'einsehrlangername'.repeat(8)}.png`, mimeType: 'image/png', buffer },
    { name: 'صورة (תמונה).png', mimeType: 'image/png', buffer },
  ])
  await expect(owner.getByRole('region', { name: 'Uploads' }).getByText('Ready')).toHaveCount(2, {
    timeout: 60_000,
  })
  expect.soft(await broken(owner), 'the upload tray').toEqual([])

  const judge = async (what: string, widths: readonly number[] = allWidths) => {
    for (const width of widths) {
      await owner.setViewportSize({ width, height: 900 })
      await settled(owner)
      await owner.screenshot({ path: `screenshots/frames-${what}-${width}.png`, fullPage: true })
      expect.soft(await broken(owner), `${what} at ${width} px`).toEqual([])
    }
  }
  for (const path of places) {
    await test.step(path, async () => {
      await owner.goto(path)
      await expect(owner.getByRole('heading').first()).toBeVisible()
      await expect(owner.locator('[aria-busy="true"]')).toHaveCount(0)
      await judge(nameOf(path))
    })
  }
  await test.step('opened at the side, above and below', async () => {
    await owner.goto('/files')
    await owner.getByRole('list', { name: 'Files' }).getByRole('button', { name: /^ein/ }).first().click()
    await expect(owner.getByLabel('Name', { exact: true })).toBeVisible()
    await judge('file')
    await owner.goto('/mail')
    await owner.locator('tbody tr').first().locator('a, button').first().click()
    await expect(owner.getByRole('tab', { name: 'Preview' })).toBeVisible()
    await judge('mail-open')
    await owner.goto('/members')
    await owner.keyboard.press('Control+k')
    await owner.getByRole('textbox', { name: 'Search or jump to' }).fill('ein')
    await expect(owner.locator('[data-action]').filter({ hasText: 'einsehrlang' })).toBeVisible()
    await judge('palette')
    await owner.keyboard.press('Escape')
    await owner.getByRole('button', { name: /^Account of/ }).click()
    await expect(owner.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
    await judge('account-menu')
    await owner.keyboard.press('Escape')
    await owner.getByRole('button', { name: /Switch tenant/ }).click()
    await expect(owner.getByRole('menuitem', { name: 'New tenant' })).toBeVisible()
    await judge('tenant-menu', [1024, 1440])
    await owner.keyboard.press('Escape')
    await owner.setViewportSize({ width: 390, height: 900 })
    await owner.getByRole('button', { name: 'Navigation' }).click()
    await owner.getByRole('button', { name: /Switch tenant/ }).click()
    await expect(owner.getByRole('menuitem', { name: 'New tenant' })).toBeVisible()
    await judge('tenant-menu', [390])
  })
})
