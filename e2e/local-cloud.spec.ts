import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type CloudClient, connectCloud } from '@insula/local-cloud/client'
import type { CloudEnvironment } from '@insula/local-cloud/environment'
import { freePort } from '@insula/local-kit/port'
import { type Browser, expect, test } from '@playwright/test'
import { MongoClient } from 'mongodb'

// The local cloud's own page, on a cloud of its own: what is done here would disturb the product's.
let child: ChildProcess
let dataDir: string
let url: string
let env: CloudEnvironment
let cloud: CloudClient

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'insula-page-'))
  const names = ['LOCAL_PAGE_PORT', 'MONGO_PORT', 'REDIS_PORT', 'S3_PORT', 'STRIPE_PORT', 'SENDGRID_PORT']
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, String(await freePort())] as const)),
  )
  const command = resolve('local-cloud/cloud/bin/local.mjs')
  child = spawn(process.execPath, [command, 'up', '--data', dataDir], {
    env: { NODE_ENV: 'test', PATH: process.env.PATH, INSULA_MONGO: 'embedded', ...ports },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  url = await new Promise((ready, failed) => {
    let said = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, page] = /^ {2}page +(\S+)$/m.exec(said) ?? []
      if (page) ready(page)
    })
    child.once('exit', () => failed(new Error(`The local cloud did not start:\n${said}`)))
  })
  env = JSON.parse(await readFile(join(dataDir, 'env.json'), 'utf8'))
  cloud = connectCloud(url)
})
test.afterAll(async () => {
  child.kill('SIGTERM')
  await once(child, 'exit')
  await rm(dataDir, { recursive: true })
})

const send = (subject: string) =>
  fetch(`${env.SENDGRID_API_BASE}/v3/mail/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.SENDGRID_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      personalizations: [{ to: [{ email: 'ada@acme.test' }] }],
      from: { email: 'hello@insula.test' },
      subject,
      content: [{ type: 'text/plain', value: 'Hello, see https://insula.test/verify' }],
    }),
  })

const places = ['/mail', '/stripe', '/s3', '/s3/insula', '/mongo', '/hooks', '/faults', '/states']

/** Looks at every page as `look` says: photographed, free of what axe finds, no wider than the window. */
async function judge(browser: Browser, state: string, look: 'light-1440' | 'dark-390', more: string[] = []) {
  const [scheme, width] = look.split('-')
  const context = await browser.newContext({
    baseURL: url,
    colorScheme: scheme as 'light' | 'dark',
    viewport: { width: Number(width), height: 844 },
  })
  const page = await context.newPage()
  for (const path of [...places, ...more]) {
    await page.goto(path)
    const file = path
      .slice(1)
      .replaceAll(/\b(cus_)?[\w-]{14,}$/g, 'one')
      .replaceAll(/\W+/g, '-')
    await page.screenshot({ path: `screenshots/local-cloud-${file}-${state}-${look}.png`, fullPage: true })
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
    expect.soft(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect.soft(overflow, `${path} is wider than the window`).toBeLessThanOrEqual(0)
  }
  await context.close()
}

test('every page of an empty cloud says what would be there', async ({ browser }) => {
  await judge(browser, 'empty', 'dark-390')
})

test('one sees what happens, makes it go wrong, and takes it back', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: url })
  const page = await context.newPage()

  await test.step('a mail arrives while one looks', async () => {
    await page.goto('/mail')
    await send('The first')
    await page.getByRole('link', { name: 'The first' }).click()
    await expect(page.getByRole('link', { name: 'https://insula.test/verify' })).toBeVisible()
  })

  await test.step('a switch makes the next call fail, and one that makes no sense says why', async () => {
    await page.goto('/faults')
    const form = page.locator('form[data-call="sendgrid/failNext"]')
    await form.getByRole('spinbutton', { name: 'status' }).fill('503')
    await form.getByRole('button').press('Enter')
    await expect(form.getByRole('status')).toHaveText('Done.')
    const set = page.getByRole('list', { name: 'Set now' }).getByRole('listitem')
    await expect(set).toContainText('Fails the next call with 503')
    await page.locator('form[data-call="sendgrid/bounceNext"]').getByRole('button').click()
    await expect(set).toHaveCount(2)
    await set.filter({ hasText: 'Bounces' }).getByRole('button', { name: 'Take back' }).click()
    await expect(set).toHaveCount(1)
    expect([(await send('refused')).status, (await send('The second')).status]).toEqual([503, 202])
    const raw = page.locator('form[data-call="mongo/failCommand"]')
    await raw.getByRole('textbox').fill('{ nonsense')
    await raw.getByRole('button').press('Enter')
    await expect(raw.getByRole('status')).toContainText('JSON')
  })

  await test.step('the clock is moved', async () => {
    await page.goto('/stripe')
    const before = await cloud.stripe.clock.now()
    await page.getByRole('button', { name: '+ 1 month' }).click()
    const month = new Date((before + 31 * 86_400) * 1000).toISOString().slice(0, 7)
    await expect(page.getByText(`Its clock stands at ${month}`)).toBeVisible()
  })

  await test.step('a large collection is searched and paged', async () => {
    const client = new MongoClient(env.MONGODB_URI)
    const people = Array.from({ length: 120 }, (_, n) => ({ n, even: n % 2 === 0, name: 'x'.repeat(300) }))
    await client.db().collection('people').insertMany(people)
    await client.close()
    await page.goto('/mongo')
    await page.getByRole('link', { name: 'people' }).click()
    await expect(page.getByText('1 to 50 of 120')).toBeVisible()
    await page.getByRole('textbox', { name: 'Filter' }).fill('{ "even": true }')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Older' }).click()
    await expect(page.getByText('51 to 60 of 60')).toBeVisible()
    await page.getByRole('textbox', { name: 'Filter' }).fill('{ $no: 1 }')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText('JSON')
  })

  await test.step('a caught webhook stays open when the next one comes', async () => {
    await page.goto('/hooks')
    await fetch(`${url}/hooks/orders`, { method: 'POST', body: 'the first order' })
    await page.getByText('headers and body').click()
    await fetch(`${url}/hooks/orders`, { method: 'POST', body: 'the second order' })
    await expect(page.getByText('headers and body')).toHaveCount(2)
    await expect(page.getByText('the first order')).toBeVisible()
  })

  await test.step('a state is saved by keyboard, restored after a question, and deleted', async () => {
    await page.goto('/states')
    await page.getByRole('textbox', { name: 'Name' }).fill('two-mails')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('cell', { name: 'two-mails' })).toBeVisible()
    await cloud.reset()
    expect(await cloud.sendgrid.inbox()).toEqual([])
    page.once('dialog', (dialog) => dialog.dismiss())
    await page.getByRole('button', { name: 'Restore' }).click()
    expect(await cloud.sendgrid.inbox()).toEqual([])
    page.once('dialog', (dialog) => dialog.accept())
    await page.getByRole('button', { name: 'Restore' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Done.' })).toBeVisible()
    expect((await cloud.sendgrid.inbox()).map(({ subject }) => subject)).toEqual(['The second', 'The first'])
  })
  await context.close()

  const [mail] = await cloud.sendgrid.inbox()
  await fetch(`${env.STRIPE_API_BASE}/v1/customers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.STRIPE_SECRET_KEY}` },
  })
  const [event] = await cloud.stripe.events()
  const more = [`/mail/${mail?.id}`, `/stripe/events/${event?.id}`]
  const people = '/mongo/insula/people'
  await judge(browser, 'full', 'light-1440', [...more, people, `${people}?filter=%7B`])
  await judge(browser, 'full', 'dark-390', [...more, people])
  await cloud.states.remove('two-mails')
})
