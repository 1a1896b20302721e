// npm run check: format, lint, arrows and types, in half a minute.
import { checks } from './checks.mjs'
import { endCommands } from './command.mjs'
import { preparePackages, requireNode } from './prepare.mjs'
import { prepared, Report } from './report.mjs'
import { onStop } from './signals.mjs'
import { runCheck } from './suites.mjs'

const report = new Report()
onStop(async () => {
  report.stop()
  await endCommands()
  process.exit(130)
})
requireNode()
if (await report.step('packages', () => preparePackages(console.log).then(() => prepared()))) {
  for (const check of checks) await report.step(check.name, () => runCheck(check))
}
report.print()
process.exit(report.failures === 0 ? 0 : 1)
