import { FileModel } from '@insula/db'
import { fileJobs } from '@insula/jobs/files'
import { systemActor } from '../../kernel/actor.ts'
import { nothingLeft, type Retrials } from '../../kernel/retrial.ts'
import { retryFile } from './upload.ts'

export const fileRetrials: Retrials = {
  async [fileJobs.makeVariants.name]({ tenantId, fileId, run }, requestId) {
    const file = await FileModel.findOne({ _id: String(fileId), tenantId: String(tenantId) }).lean()
    if (!file) throw nothingLeft('Its file is no longer there.')
    if (file.state === 'processing' && file.run === run) return 'again'
    if (file.state !== 'failed') throw nothingLeft(`Its file is ${file.state} by now.`)
    await retryFile(systemActor(file.tenantId, requestId), file._id)
    return 'anew'
  },
}
