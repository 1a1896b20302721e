import type { Page } from '@playwright/test'
import { ownersPlaces } from './support/places.ts'
import { expect, settled, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

/** The grounds of what is framed and holds something: cards, tables, bars. */
const groundsOf = (page: Page) =>
  page.evaluate(() => {
    const grounds: Record<string, string> = {}
    for (const element of document.querySelectorAll('main *')) {
      if (!(element instanceof HTMLElement) || !element.checkVisibility()) continue
      const { borderTopStyle, borderTopWidth, borderLeftWidth, backgroundColor } = getComputedStyle(element)
      const { width, height } = element.getBoundingClientRect()
      const framed = borderTopStyle === 'solid' && borderTopWidth !== '0px' && borderLeftWidth !== '0px'
      if (
        !framed ||
        width < 200 ||
        height < 60 ||
        element.matches('input, textarea, button, a, [role="alert"]')
      )
        continue
      grounds[backgroundColor] = `<${element.tagName.toLowerCase()} class="${element.className}">`
    }
    return grounds
  })

/** Badges, figures and moments that take more than their one line. */
const wrapped = (page: Page) =>
  page.evaluate(() => {
    const linesOf = (element: Element) => {
      const lines = new Set<number>()
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
      while (texts.nextNode()) {
        const range = document.createRange()
        range.selectNodeContents(texts.currentNode)
        for (const { bottom, width } of range.getClientRects())
          if (width > 0) lines.add(Math.round(bottom / 8))
      }
      return lines.size
    }
    return [...document.querySelectorAll('.mantine-Badge-label, time, .tabular')]
      .filter((element) => element.checkVisibility() && linesOf(element) > 1)
      .map(
        (element) => `<${element.tagName.toLowerCase()} class="${element.className}"> ${element.textContent}`,
      )
  })

for (const dark of [false, true]) {
  test(`cards share one ground, and badges and figures keep their line, ${dark ? 'dark' : 'light'}`, async ({
    someone,
  }) => {
    test.setTimeout(180_000)
    const owner = await someone({ dark })
    await signIn(owner, 'owner@acme.test')
    const expected = dark ? 'rgb(33, 29, 26)' : 'rgb(255, 255, 255)'
    const seen = new Set<string>()
    for (const path of ownersPlaces) {
      await test.step(path, async () => {
        await owner.goto(path)
        await expect(owner.getByRole('heading').first()).toBeVisible()
        await expect(owner.locator('[aria-busy="true"]')).toHaveCount(0)
        for (const width of [390, 1440]) {
          await owner.setViewportSize({ width, height: 900 })
          await settled(owner)
          for (const [ground, card] of Object.entries(await groundsOf(owner))) {
            seen.add(ground)
            expect.soft(ground, `${card} of ${path} at ${width}`).toBe(expected)
          }
          expect.soft(await wrapped(owner), `${path} at ${width}`).toEqual([])
        }
      })
    }
    expect([...seen]).toEqual([expected])
  })
}

test('a picture that cannot be had leaves its placeholder, and no sign of a broken one', async ({
  someone,
}) => {
  const owner = await someone({ outage: true })
  await signIn(owner, 'owner@acme.test')
  const refused: string[] = []
  await owner.route('**/*', (route) => {
    const { resourceType, url } = { resourceType: route.request().resourceType(), url: route.request().url() }
    if (resourceType !== 'image' || url.startsWith('data:')) return route.continue()
    refused.push(url)
    return route.fulfill({ status: 503, body: '' })
  })
  await owner.goto('/files')
  const pictures = owner.getByRole('list', { name: 'Files' }).locator('img')
  await expect(pictures.first()).toBeAttached()
  await expect.poll(() => refused.length).toBeGreaterThan(0)
  const shown = () =>
    pictures.evaluateAll((all) =>
      all.map((one) =>
        one instanceof HTMLImageElement && one.complete ? one.getAttribute('data-loaded') : 'on its way',
      ),
    )
  await expect.poll(async () => [...new Set(await shown())]).toEqual(['false'])
})

test('what is printed is dark on white, also from the dark theme, and the screen is dark again afterwards', async ({
  someone,
}) => {
  const owner = await someone({ dark: true })
  await signIn(owner, 'owner@acme.test')
  await owner.goto('/billing')
  const heading = owner.getByRole('heading', { name: 'Billing', level: 1 })
  const colour = () => heading.evaluate((element) => getComputedStyle(element).color)
  expect(await colour()).toBe('rgb(223, 217, 209)')
  await owner.emulateMedia({ media: 'print', colorScheme: 'dark', reducedMotion: 'reduce' })
  await expect.poll(colour).toBe('rgb(43, 39, 35)')
  expect(Object.keys(await groundsOf(owner))).toEqual(['rgb(255, 255, 255)'])
  await expect(owner.getByRole('button', { name: 'Search or jump to' })).toBeHidden()
  await owner.emulateMedia({ media: 'screen', colorScheme: 'dark', reducedMotion: 'reduce' })
  await expect.poll(colour).toBe('rgb(223, 217, 209)')
})
