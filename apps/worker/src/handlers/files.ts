import * as files from '@insula/core/files/service'
import type { fileJobs, HandlersOf } from '@insula/jobs'
import { imageProcesses } from '../images/processes.ts'

/** Started with the first image. */
export const images = imageProcesses()

export const fileHandlers: HandlersOf<typeof fileJobs> = {
  makeVariants: (payload, run) => files.makeVariants(payload, run, images.makeImage),
  sweep: () => files.sweepFiles(),
}
