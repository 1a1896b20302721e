import { PutOff } from '@insula/jobs'

const againAfterMs = 250

/**
 * Lets at most so many jobs of one tenant run at a time in this worker, so that the last free place is never taken by
 * somebody who has all the others. The one too many is put off.
 */
export function turns(atOnce: number) {
  const running = new Map<string, number>()
  return async <Result>(tenantId: string, work: () => Promise<Result>): Promise<Result> => {
    const mine = running.get(tenantId) ?? 0
    if (mine >= atOnce) throw new PutOff(againAfterMs)
    running.set(tenantId, mine + 1)
    try {
      return await work()
    } finally {
      const left = (running.get(tenantId) ?? 1) - 1
      if (left > 0) running.set(tenantId, left)
      else running.delete(tenantId)
    }
  }
}
