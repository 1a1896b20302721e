import { readdirSync, readFileSync } from 'node:fs'

export interface Descriptors {
  /** Null where the system does not tell (it has no /proc). */
  open: number | null
  limit: number | null
  /** So few are left that no new work should come here. */
  scarce: boolean
  /** None is left: this process can open neither socket nor file. */
  spent: boolean
}

const scarceAt = 0.9
const spentBelow = 8

let limit: number | null | undefined

/** The soft limit on open files of this process; null where the system does not tell or sets none. */
export function descriptorLimit(): number | null {
  limit ??= readLimit()
  return limit
}

function readLimit(): number | null {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))
    return found ? Number(found[1]) : null
  } catch {
    return null
  }
}

/** How many descriptors (sockets, files, pipes) are open, beside how many may be. */
export function descriptors(): Descriptors {
  const limit = descriptorLimit()
  if (limit === null) return { open: null, limit, scarce: false, spent: false }
  const open = countOpen()
  // Where /proc is there and cannot be listed, it is because listing takes a descriptor, too.
  if (open === null) return { open, limit, scarce: true, spent: true }
  return { open, limit, scarce: open >= limit * scarceAt, spent: open > limit - spentBelow }
}

function countOpen(): number | null {
  try {
    return readdirSync('/proc/self/fd').length - 1
  } catch {
    return null
  }
}
