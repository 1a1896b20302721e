import { id } from '@insula/contracts'
import { z } from 'zod'
import { defineJob, defineSweep } from './define.ts'

export const fileJobs = {
  /**
   * Checks the bytes of an upload and makes what is shown of it. `run` says which time round it is: a job of an
   * earlier run changes nothing.
   */
  makeVariants: defineJob('files.make-variants', {
    payload: z.strictObject({
      tenantId: id('tenant'),
      fileId: id('file'),
      run: z.int().min(1),
    }),
    attempts: 3,
    backoffMs: [1_000, 5_000],
    key: ({ fileId, run }) => `${fileId}-${run}`,
  }),
  /** Picks up what stands still, and clears what was never uploaded or has been in the trash long enough. */
  sweep: defineSweep('files.sweep', 15_000),
}
