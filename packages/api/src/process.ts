export { prepare as prepareApi, shutDown as shutDownApi } from '@insula/core/prepare'
