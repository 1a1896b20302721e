import { defineProject } from 'vitest/config'

/** Its tests start the servers that they need by themselves: no cloud of the run is given to them. */
export default defineProject({
  test: {
    name: 'local-cloud',
    include: ['*/{src,test}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
