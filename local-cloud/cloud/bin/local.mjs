#!/usr/bin/env node
// The local cloud's command: see `local help`. Any Node may start it; it goes on under the project's own.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const own = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url))

if (Number.parseInt(process.versions.node, 10) >= 24) {
  enableCompileCache()
  const { main } = await import('../src/main.ts')
  await main(process.argv.slice(2))
} else if (existsSync(own)) {
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code))
} else {
  console.error(
    `The local cloud needs Node 24 and this is ${process.version}. "npm ci" installs it for this project.`,
  )
  process.exit(1)
}
