import { expect, test } from 'vitest'
import { readEnvironment } from './env.ts'
import { mergeKeys, standaloneKeys } from './environment.ts'

test('a server started alone has the same keys each time, unless the environment names others', () => {
  const given = { ...readEnvironment(), S3_ACCESS_KEY_ID: 'given', S3_SECRET_ACCESS_KEY: undefined }
  const keys = mergeKeys(standaloneKeys, given)
  expect([keys.S3_ACCESS_KEY_ID, keys.S3_SECRET_ACCESS_KEY]).toEqual(['given', 'insula-local-secret'])
})
