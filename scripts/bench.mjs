// npm run bench: how close Insula comes to the bare libraries beneath it. Ratios of one run, never part of the tests.
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { endCommands, lastLines, tryCommand } from './command.mjs'
import { root } from './leash.mjs'
import { node, preparePackages, projectEnv, requireNode } from './prepare.mjs'
import { onStop } from './signals.mjs'

const help = `npm run bench [-- NAME...]   compares Insula with the bare libraries; NAME is one of: `
const print = (text) => process.stdout.write(text)

/** Each is bundled as the apps are, with whatever it starts as a process of its own. */
const benches = {
  images: ['bench/images.ts', 'bench/bare-sharp.ts', 'apps/worker/src/images/child.ts'],
  queue: ['bench/queue.ts'],
  http: ['bench/http.ts', 'bench/http-server.ts'],
  who: ['bench/who.ts'],
  calls: ['bench/calls.ts', 'bench/http-server.ts'],
}

async function main() {
  const names = process.argv.slice(2)
  const unknown = names.find((name) => !(name in benches))
  if (unknown) throw new Error(`${help}${Object.keys(benches).join(', ')}`)
  requireNode()
  onStop(() => endCommands())
  await preparePackages((line) => console.log(line))
  const outdir = join(root, 'node_modules/.bench')
  rmSync(outdir, { recursive: true, force: true })
  mkdirSync(outdir, { recursive: true })
  console.log(
    `${availableParallelism()} x ${cpus()[0]?.model.trim()}, Node of the project, NODE_ENV=production`,
  )
  console.log('Ours over bare, median of five interleaved rounds of three seconds:\n')
  for (const [name, sources] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue
    const bundle = [join(root, 'scripts/bundle.mjs'), '--outdir', outdir, '--outbase', '.', ...sources]
    await runNode(bundle)
    await runNode(['--enable-source-maps', join(outdir, `bench/${name}.js`)], print)
  }
}

async function runNode(args, onOutput) {
  const env = projectEnv({ NODE_ENV: 'production', INSULA_LOCAL: '1' })
  const { status, output } = await tryCommand(node, args, { cwd: root, env, onOutput })
  if (status !== 0) throw new Error(`${args.at(-1)} failed (${status}):\n${lastLines(output, 20)}`)
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
