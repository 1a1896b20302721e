import { AsyncLocalStorage } from 'node:async_hooks'

interface Page {
  unavailable: boolean
}

// On the process rather than in this module: the server and Next's own bundles evaluate it apart.
const slot = Symbol.for('insula.page')
const processWide = globalThis as { [slot]?: AsyncLocalStorage<Page> }
processWide[slot] ??= new AsyncLocalStorage<Page>()
const store = processWide[slot]

/** Makes a page: what is called in `work` can tell of it. */
export const servingPage = (page: Page, work: () => void): void => store.run(page, work)

/** Says that the page which is being made lacks something that is away. */
export function tellUnavailable(): void {
  const page = store.getStore()
  if (page) page.unavailable = true
}
