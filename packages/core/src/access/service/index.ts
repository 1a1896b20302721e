export { createApiKey, endApiKey, hashOfApiKey, listApiKeys, looksLikeApiKey } from './api-keys.ts'
export { endKeys } from './end-keys.ts'
