import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Writes what each server prints into `log/<name>.log`, which begins anew with each start of the cloud. */
export function openLogs(dataDir: string): (name: string) => (text: string) => void {
  const folder = join(dataDir, 'log')
  mkdirSync(folder, { recursive: true })
  return (name) => {
    const file = createWriteStream(join(folder, `${name}.log`))
    return (text) => void file.write(text)
  }
}
