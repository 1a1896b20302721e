import { appUrl, expect, test } from './support/product.ts'

test('a locked account: the page says the server’s words, and counts down to when they end', async ({
  someone,
}) => {
  const page = await someone()
  const email = `${crypto.randomUUID()}@example.test`
  const guess = { email, password: 'not the password at all' }
  for (let count = 0; count < 10; count += 1) {
    const answer = await page.request.post('/api/auth/sign-in/email', {
      data: guess,
      headers: { origin: appUrl },
    })
    expect(answer.status()).toBe(401)
  }
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(guess.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText(/Too many wrong passwords\. Try again in 1[45] minutes/)).toBeVisible()
  const left = page.getByRole('timer')
  await expect(left).toHaveText(/^1[345]:\d\d left$/)
  const before = await left.textContent()
  await expect(left).not.toHaveText(before ?? '')
  await expect(page.getByLabel('E-mail')).toHaveValue(email)
})
