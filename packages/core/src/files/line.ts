import { FileModel } from '@insula/db'
import { enqueue } from '@insula/jobs'
import { fileJobs } from '@insula/jobs/files'

/** Files of one tenant that may wait in the queue at a time. */
const inLine = 4

/**
 * Queues the tenant's files that have waited longest, but only so many: the others follow as these are done. The queue
 * serves first come, first served, so that somebody who brings ten files waits behind a few of everybody else's and
 * never behind all ten thousand of one tenant. Returns whether any file waits.
 */
export async function admit(tenantId: string): Promise<boolean> {
  const files = await FileModel.find({ tenantId, state: 'processing' }, { run: 1 })
    .sort({ stateAt: 1, _id: 1 })
    .limit(inLine)
    .lean()
  // A file that is in the queue already is not queued twice.
  for (const { _id, run } of files) await enqueue(fileJobs.makeVariants, { tenantId, fileId: _id, run })
  return files.length > 0
}
