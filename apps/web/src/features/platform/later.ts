import type { SentencesOf } from '../../patterns/manifest.ts'

export const sentences: SentencesOf<'platform'> = {
  'job.retried': '{actor} had the job {target} run again',
  'job.discarded': '{actor} discarded the job {target}',
}
