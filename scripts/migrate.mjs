// Brings what is stored to the present release, before anything starts on it.
import { join } from 'node:path'
import { lastLines, tryCommand } from './command.mjs'
import { root } from './leash.mjs'
import { node } from './prepare.mjs'

/** Runs the migrations that are missing. Throws with what was said last when one fails. */
export async function migrate({ env }) {
  const program = join(root, 'apps/worker/dist/migrate.js')
  const { status, output } = await tryCommand(node, ['--enable-source-maps', program], {
    cwd: join(root, 'apps/worker'),
    env,
  })
  if (status !== 0) throw new Error(`Migrating what is stored failed (${status}):\n${lastLines(output, 20)}`)
}
