import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first of `names` that a PATH such as `/usr/local/bin:/usr/bin` holds and that can be run. */
export function findProgram(names: string[], path: string): string | undefined {
  for (const name of names) {
    const file = path
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find(isProgram)
    if (file !== undefined) return file
  }
  return undefined
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
