import type { Page } from '@playwright/test'
import { expect, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

const usual = 'For a business that runs on it'
const other = 'For a business that runs on it day and night'

/** Edits the plan, looks at whom it touches, and publishes it. */
async function publish(page: Page, description: string): Promise<void> {
  const editor = page.getByRole('dialog', { name: 'Pro' })
  await editor.getByLabel('Description').fill(description)
  await editor.getByRole('button', { name: 'Save draft' }).click()
  await expect(editor.getByRole('button', { name: 'Publish…' })).toBeEnabled()
  await editor.getByRole('button', { name: 'Publish…' }).click()
  const question = page.getByRole('dialog', { name: /Publish .*Pro/ })
  await expect(question).toContainText(/hold at once for \d+ tenants? on it/)
  await question.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(page.getByText(/Pro\W* is published/)).toBeVisible()
}

test('a plan is edited as a draft, shown whom it touches, published, and on the page of plans at once', async ({
  someone,
}) => {
  test.setTimeout(120_000)
  const owner = await someone()
  await signIn(owner, 'owner@acme.test')
  await owner.goto('/billing')
  await expect(owner.getByText(usual, { exact: true })).toBeVisible()

  const operator = await someone()
  await signIn(operator, 'operator@insula.test')
  await operator.goto('/platform?tab=plans')
  await operator.getByRole('table', { name: 'Plans' }).getByRole('link', { name: 'Pro' }).click()
  const description = operator.getByRole('dialog', { name: 'Pro' }).getByLabel('Description')

  await test.step('a draft is seen by nobody else', async () => {
    await description.fill(other)
    await operator.getByRole('button', { name: 'Save draft' }).click()
    await expect(operator.getByRole('button', { name: 'Publish…' })).toBeEnabled()
    await owner.reload()
    await expect(owner.getByText(usual, { exact: true })).toBeVisible()
  })

  await test.step('whoever saves upon what another has saved meanwhile is told, and loses nothing', async () => {
    const late = await operator.context().newPage()
    await late.goto('/platform?tab=plans&plan=pro')
    const typed = late.getByRole('dialog', { name: 'Pro' }).getByLabel('Description')
    await expect(typed).toHaveValue(other)
    await description.fill(`${other}.`)
    await operator.getByRole('button', { name: 'Save draft' }).click()
    await expect(operator.getByText('Draft saved').last()).toBeVisible()
    await typed.fill('Mine')
    await late.getByRole('button', { name: 'Save draft' }).click()
    await expect(late.getByText('Somebody else has changed this plan in the meantime')).toBeVisible()
    await expect(typed).toHaveValue('Mine')
    await late.close({ runBeforeUnload: false })
  })

  await test.step('published, it stands on the page of plans', async () => {
    await publish(operator, other)
    await owner.reload()
    await expect(owner.getByText(other, { exact: true })).toBeVisible()
  })

  await publish(operator, usual)
})
