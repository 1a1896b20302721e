import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Resolves with nothing, or with the command and the end of what it said when it failed. */
export async function runQuietly(command: string, args: string[]): Promise<string | undefined> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 600_000 })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-1500)
    })
  }
  const [status] = await once(child, 'close').catch((error: Error) => {
    words = error.message
    return [1]
  })
  return status === 0 ? undefined : `${command} ${args.join(' ')}: ${words.trim()}`
}
