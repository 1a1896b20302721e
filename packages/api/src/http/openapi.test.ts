import { createHash } from 'node:crypto'
import { refusalStatus } from '@insula/contracts'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { allProcedures } from '../procedures.ts'
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

const { html, contentSecurityPolicy } = referencePage(document, 1_200)

test('the reference loads nothing, and runs and styles only what its policy names', () => {
  expect(html).not.toMatch(/ src=|@import|<link| on[a-z]+=/)
  expect(contentSecurityPolicy).toContain("default-src 'none'")
  for (const part of ['style', 'script']) {
    const inline = [...html.matchAll(new RegExp(`<${part}>(.*?)</${part}>`, 'gs'))].map(
      ([, text]) => text ?? '',
    )
    const hash = createHash('sha256').update(inline.join('')).digest('base64')
    expect(inline).toHaveLength(1)
    expect(contentSecurityPolicy).toContain(`${part}-src 'sha256-${hash}'`)
  }
})

test('the reference shows every route with the scope it needs and a call to copy', () => {
  for (const { meta } of allProcedures()) {
    const { openapi, gate } = meta
    if (!openapi || gate?.scope !== 'tenant') continue
    const id = `${openapi.method?.toLowerCase()}-${openapi.path}`
    const part = html.split('<details ').find((one) => one.startsWith(`id="${id}"`)) ?? ''
    expect(part, id).toContain(`<code>${gate.permission}</code>`)
    expect(part, id).toContain(`curl -X ${openapi.method} 'https://app.example.com/api/v1${openapi.path}'`)
  }
})

test('the reference says of every code what it means, and how to page and how fast to go', () => {
  for (const [code, status] of Object.entries({ ...refusalStatus, internal: 500 })) {
    expect(html).toContain(`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td>`)
  }
  expect(html).toContain('nextCursor')
  expect(html).toContain('1,200 calls a minute')
})
