export { actorOfKey, createApiKey, endApiKey, listApiKeys, looksLikeApiKey } from './api-keys.ts'
export { endKeys } from './end-keys.ts'
