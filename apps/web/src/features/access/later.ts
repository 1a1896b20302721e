import { IconKey } from '@tabler/icons-react'
import { isHit } from '../../patterns/hit.ts'
import type { Creation, Search, SentencesOf } from '../../patterns/manifest.ts'

export const creations: Creation[] = [
  {
    id: 'key',
    label: 'Create an API key',
    icon: IconKey,
    href: '/api-keys?create=1',
    order: 30,
    needs: 'api-keys:write',
  },
]

export const searches: Search[] = [
  {
    group: 'API keys',
    icon: IconKey,
    order: 40,
    needs: 'api-keys:read',
    async find(word, { api, queryClient }) {
      const apiKeys = await queryClient.fetchQuery(api.access.listApiKeys.queryOptions())
      return apiKeys
        .filter(({ name, prefix }) => isHit(word, name, prefix))
        .map(({ id, name, prefix }) => ({ id, label: name, description: `${prefix}…`, href: '/api-keys' }))
    },
  },
]

export const sentences: SentencesOf<'access'> = {
  'api-key.created': '{actor} created the API key {target}',
  'api-key.revoked': '{actor} revoked the API key {target}',
}
