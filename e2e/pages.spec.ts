import AxeBuilder from '@axe-core/playwright'
import { ownersPlaces } from './support/places.ts'
import { expect, settled, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

/** Every page that an owner who also runs the platform, or a visitor, can open. */
const entrance = [
  '/sign-in',
  '/sign-up',
  '/forgot-password',
  '/verify-email',
  '/reset-password',
  '/invitation',
]
const inside = [...ownersPlaces, '/onboarding']
const looks = [
  { name: 'light-1440', colorScheme: 'light', width: 1440 },
  { name: 'dark-1440', colorScheme: 'dark', width: 1440 },
  { name: 'dark-390', colorScheme: 'dark', width: 390 },
  { name: 'light-390', colorScheme: 'light', width: 390 },
] as const
const fileOf = (path: string) => (path === '/' ? 'home' : path.slice(1).replaceAll(/\W+/g, '-'))

test('every page is free of what axe finds, and fits, in both themes at both widths', async ({ someone }) => {
  test.setTimeout(300_000)
  const visitor = await someone()
  const owner = await someone()
  const operator = await someone()
  await signIn(owner, 'owner@acme.test')
  await signIn(operator, 'operator@insula.test')
  const visits = [
    ...entrance.map((path) => ({ page: visitor, path })),
    ...inside.map((path) => ({ page: owner, path })),
    { page: operator, path: '/platform' },
    { page: operator, path: '/platform?tab=plans' },
    { page: operator, path: '/platform?tab=plans&plan=pro' },
  ]
  for (const { page, path } of visits) {
    await test.step(path, async () => {
      await page.goto(path)
      await expect(page.getByRole('heading').first()).toBeVisible()
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
      for (const { name, colorScheme, width } of looks) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: width < 600 ? 844 : 900 })
        await settled(page)
        await page.screenshot({ path: `screenshots/${fileOf(path)}-${name}.png`, fullPage: true })
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect.soft(violations.map(({ id, nodes }) => `${name} ${id}: ${nodes[0]?.html}`)).toEqual([])
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect.soft(overflow, `${path} is wider than the window: ${name}`).toBeLessThanOrEqual(0)
      }
    })
  }
})
