import type { AuditEntry } from '@insula/contracts'
import { tell } from './sentences.ts'
import { useSentences } from './shared/sentences.tsx'

/** What happened in a sentence, its names set off. */
export const EntrySentence = ({ entry }: { entry: AuditEntry }) => (
  <span>
    {tell(entry, useSentences()).map(({ text, isName }, index) =>
      isName ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence never move
        <strong key={index} style={{ fontWeight: 550 }}>
          <bdi>{text}</bdi>
        </strong>
      ) : (
        text
      ),
    )}
  </span>
)
