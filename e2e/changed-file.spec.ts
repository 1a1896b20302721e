import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './support/product.ts'
import { signIn } from './support/sign-in.ts'

test('a file that changed on the disk after it was chosen says so, and its room comes back', async ({
  someone,
}) => {
  const page = await someone()
  await signIn(page, 'owner@acme.test')
  await page.goto('/files')
  const folder = await mkdtemp(join(tmpdir(), 'insula-changed-'))
  try {
    const path = join(folder, 'changed.jpg')
    await writeFile(path, 'the bytes that were chosen')
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route(/files\.startUpload/, async (route) => {
      await held
      await route.continue()
    })
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Upload', exact: true }).first().click(),
    ])
    const asked = page.waitForRequest(/files\.startUpload/)
    await chooser.setFiles(path)
    await asked
    await writeFile(path, 'other bytes, and more of them than were chosen')
    // Chromium compares whole seconds: within the same one it sends the new bytes, and the store finds too many.
    const later = new Date(Date.now() + 60_000)
    await utimes(path, later, later)
    release()
    await expect(page.getByText('The file was changed or moved after it was chosen.').first()).toBeVisible()
    // Its room comes back by itself, and nothing is left that looks as if it were still on its way.
    const listed = page.getByRole('list', { name: 'Files' }).getByRole('button', { name: 'changed.jpg' })
    await expect(listed).toHaveCount(0)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
