/**
 * Measures how long a fresh instance takes, each server and the whole cloud: in this process once the code is loaded, as
 * a test file has it, and from the command line to the line that says it is ready. Goal: under 300 ms each.
 * Run: node local-cloud/cloud/bench/start.ts
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { embeddedNames, startEmbedded } from '../src/embedded.ts'
import { generateKeys } from '../src/environment.ts'
import { startCloud } from '../src/start.ts'

const times = Number(process.env.TIMES ?? 7)
const folder = mkdtempSync(join(tmpdir(), 'insula-start-bench-'))
const command = fileURLToPath(new URL('../bin/local.mjs', import.meta.url))
const keys = generateKeys()
let folders = 0
const freshFolder = () => join(folder, String(++folders))

/** The first is not counted: it loads and compiles what the others find. */
async function median(start: () => Promise<() => Promise<unknown>>): Promise<number> {
  const taken: number[] = []
  for (let turn = 0; turn <= times; turn++) {
    const from = performance.now()
    const stop = await start()
    if (turn > 0) taken.push(performance.now() - from)
    await stop()
  }
  return taken.sort((left, right) => left - right)[Math.floor(times / 2)]!
}

async function commandLine(name: string): Promise<() => Promise<unknown>> {
  const { PATH = '' } = process.env
  const args = [command, name, '--port', '0', '--data', freshFolder()]
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn(process.execPath, args, { env: { NODE_ENV: 'test', PATH }, stdio: [...stdio] })
  await once(child.stdout!, 'data')
  return async () => {
    child.kill()
    await once(child, 'exit')
  }
}

const line = (name: string, inProcess: number, alone?: number) =>
  console.log(
    name.padEnd(10),
    `${inProcess.toFixed(0).padStart(5)} ms in this process`,
    alone === undefined ? '' : `${alone.toFixed(0).padStart(5)} ms from the command line`,
  )
for (const name of embeddedNames) {
  const inProcess = await median(async () => {
    const server = await startEmbedded(name, { port: 0, dataDir: freshFolder() }, keys)
    return () => server.close()
  })
  line(name, inProcess, await median(() => commandLine(name)))
}
line(
  'all, Redis',
  await median(async () => {
    const cloud = await startCloud()
    return () => cloud.close()
  }),
)
rmSync(folder, { recursive: true })
