import { IconMail } from '@tabler/icons-react'
import { hitsShown } from '../../patterns/hit.ts'
import type { Search, SentencesOf } from '../../patterns/manifest.ts'

export const searches: Search[] = [
  {
    group: 'Mails',
    icon: IconMail,
    order: 50,
    needs: 'mail:read',
    async find(word, { api, queryClient }) {
      const query = { search: word, limit: hitsShown }
      const { items } = await queryClient.fetchQuery(api.notifications.listMails.queryOptions(query))
      return items.map(({ id, subject, to }) => ({
        id,
        label: subject,
        description: to,
        href: `/mail?mail=${id}`,
      }))
    },
  },
]

export const sentences: SentencesOf<'notifications'> = {
  'mail.resent': '{actor} sent {target} again',
  'mail-wording.changed': '{actor} changed the words of the mail {target}',
  'mail-wording.removed': '{actor} put back the built-in words of the mail {target}',
}
