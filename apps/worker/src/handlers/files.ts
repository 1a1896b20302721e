import { availableParallelism } from 'node:os'
import * as files from '@insula/core/files'
import type { HandlersOf } from '@insula/jobs'
import { fileJobs } from '@insula/jobs/files'
import { imageProcesses } from '../images/processes.ts'
import { turns } from './turns.ts'

/** Started with the first image. */
export const images = imageProcesses()

/** As many as there are processors: one place of the worker's is always left for another tenant. */
const inTurn = turns(availableParallelism())

export const jobs = fileJobs
export const handlers: HandlersOf<typeof jobs> = {
  makeVariants: (payload, jobRun) =>
    inTurn(payload.tenantId, () => files.makeVariants(payload, jobRun, images.makeImage)),
  sweep: () => files.sweepFiles(),
}
