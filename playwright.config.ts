import { defineConfig } from '@playwright/test'

/**
 * End-to-end tests run against the product that `npm test` has started, whose address is in APP_URL, with the browser in
 * CHROMIUM (Playwright's own where that is unset).
 */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // One product, one local cloud with one set of fault switches: specs take turns.
  workers: 1,
  forbidOnly: true,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    ...(process.env.APP_URL && { baseURL: process.env.APP_URL }),
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(process.env.CHROMIUM && { executablePath: process.env.CHROMIUM }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
