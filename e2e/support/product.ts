import { connectCloud } from '@insula/local-cloud/client'
import { type BrowserContext, test as base, type Page } from '@playwright/test'

const named = (name: 'APP_URL' | 'LOCAL_PAGE_URL') => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run this by npm test, which starts the product first.`)
  return value
}

export const appUrl = named('APP_URL')
/** Switches and inboxes of the local cloud that the product runs on. */
export const cloud = connectCloud(named('LOCAL_PAGE_URL'))
export const demoPassword = 'insula demo password'

interface Fixtures {
  /** Opens a browser of its own for a person: other cookies, other storage. */
  someone: (options?: { dark?: boolean; width?: number; outage?: boolean }) => Promise<Page>
}

/** Consoles may not complain: an error nobody looks at in a test is one that users meet. */
function listen(context: BrowserContext, heard: string[], outage: boolean): void {
  const asked = (text: string) => expected(text) || (outage && ofOutage(text))
  context.on('console', (message) => {
    if (message.type() === 'error' && !asked(message.text())) heard.push(message.text())
  })
  context.on('weberror', (error) => !asked(String(error.error())) && heard.push(String(error.error())))
}

/**
 * What is no complaint about the product: the browser's word on an answer that the test asked for, such as a 403, or on
 * the connection or file that it took away, and the sandbox of the mail preview keeping out the script that the test tool itself puts into every frame.
 */
const expected = (text: string) =>
  /^Failed to load resource: the server responded with a status of 4\d\d/.test(text) ||
  text === 'Failed to load resource: net::ERR_INTERNET_DISCONNECTED' ||
  text === 'Failed to load resource: net::ERR_UPLOAD_FILE_CHANGED' ||
  text.startsWith("Blocked script execution in 'about:srcdoc'")

/** While the test holds back what the product stands on: answers that say so, and pages that could not be made. */
const ofOutage = (text: string) =>
  /^Failed to load resource: the server responded with a status of 50[03]/.test(text) ||
  text.includes('Minified React error #441') ||
  // Of the framework's own shell, which stands until the console's takes over.
  text.startsWith('Applying inline style violates')

export const test = base.extend<Fixtures>({
  someone: async ({ browser }, use) => {
    const heard: string[] = []
    const contexts: BrowserContext[] = []
    await use(async ({ dark = false, width = 1440, outage = false } = {}) => {
      const context = await browser.newContext({
        baseURL: appUrl,
        colorScheme: dark ? 'dark' : 'light',
        viewport: { width, height: width < 600 ? 844 : 900 },
        reducedMotion: 'reduce',
      })
      contexts.push(context)
      listen(context, heard, outage)
      return context.newPage()
    })
    for (const context of contexts) await context.close()
    if (heard.length > 0) throw new Error(`The browser's console complained:\n${heard.join('\n')}`)
  },
})

/** Waits until nothing moves or fades: half-way through, colours are not what they will be. What never ends is left to turn. */
export const settled = (page: Page) =>
  page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ playState, effect }) =>
          playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
      ),
  )
export { expect } from '@playwright/test'
