// Fills the demo: plans pushed to Stripe, one tenant, a person for every role.
import { join } from 'node:path'
import { lastLines, tryCommand } from './command.mjs'
import { root } from './leash.mjs'
import { node } from './prepare.mjs'

/**
 * Runs the worker's seed, which leaves alone what is there already, and resolves with the logins it prints as its
 * last line: `{"logins":[{"role","email","password"}]}`.
 */
export async function seed({ env }) {
  const { status, output } = await tryCommand(
    node,
    ['--enable-source-maps', join(root, 'apps/worker/dist/seed.js')],
    {
      cwd: join(root, 'apps/worker'),
      env,
      timeoutMs: 60_000,
    },
  )
  if (status !== 0) throw new Error(`Seeding the demo failed (${status}):\n${lastLines(output, 20)}`)
  return JSON.parse(lastLines(output, 1))
}
