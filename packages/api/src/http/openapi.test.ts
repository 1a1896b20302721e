import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { openApiDocument } from './openapi.ts'
import { referencePage } from './reference.ts'
import { restRoutes } from './rest.ts'

const document = openApiDocument('https://app.example.com')

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
  expect(document.openapi).toBe('3.1.0')
})

test('every route that is mounted is in the document, and no other', () => {
  const described = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const mounted = restRoutes().map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(described.sort()).toEqual(mounted.sort())
})

test('the reference shows every route and needs neither script nor another host', () => {
  const { html, contentSecurityPolicy } = referencePage(document)
  for (const path of Object.keys(document.paths ?? {})) expect(html).toContain(path)
  expect(html).not.toMatch(/<script|src=|@import|<link/)
  expect(contentSecurityPolicy).toContain("default-src 'none'")
})
