import { availableParallelism } from 'node:os'
import * as files from '@insula/core/files/service/index'
import type { fileJobs, HandlersOf } from '@insula/jobs'
import { imageProcesses } from '../images/processes.ts'
import { turns } from './turns.ts'

/** Started with the first image. */
export const images = imageProcesses()

/** As many as there are processors: one place of the worker's is always left for another tenant. */
const inTurn = turns(availableParallelism())

export const fileHandlers: HandlersOf<typeof fileJobs> = {
  makeVariants: (payload, jobRun) =>
    inTurn(payload.tenantId, () => files.makeVariants(payload, jobRun, images.makeImage)),
  sweep: () => files.sweepFiles(),
}
