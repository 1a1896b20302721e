import type { ReactNode } from 'react'
import { SentencesContext } from '../features/audit/shared/sentences.tsx'
import { allSentences } from './features.ts'

/** For pages that tell of audit entries: the sentences of all features arrive with the page, not with its scripts. */
export const WithSentences = async ({ children }: { children: ReactNode }) => (
  <SentencesContext value={await allSentences()}>{children}</SentencesContext>
)
