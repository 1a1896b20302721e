import { createHash } from 'node:crypto'
import { type Permission, type Problem, permissions, refusalStatus } from '@insula/contracts'
import { allProcedures } from '../procedures.ts'
import type { openApiDocument } from './openapi.ts'
import { copyScript, referenceStyle } from './reference-style.ts'

type Document = ReturnType<typeof openApiDocument>
interface Schema {
  type?: string | string[]
  enum?: unknown[]
  format?: string
  example?: unknown
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  additionalProperties?: Schema | boolean
}
interface Operation {
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema; description?: string }[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function shape(schema: Schema | undefined, indent = ''): string {
  if (!schema) return 'any'
  const options = schema.anyOf ?? schema.oneOf
  if (options) return options.map((option) => shape(option, indent)).join(' | ')
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.type === 'array') return `${shape(schema.items, indent)}[]`
  if (schema.properties) {
    const inner = `${indent}  `
    const lines = Object.entries(schema.properties).map(([name, property]) => {
      const optional = schema.required?.includes(name) ? '' : '?'
      const note = property.description ? `  // ${property.description}` : ''
      return `${inner}${name}${optional}: ${shape(property, inner)}${note}`
    })
    return `{\n${lines.join('\n')}\n${indent}}`
  }
  if (typeof schema.additionalProperties === 'object')
    return `{ [key]: ${shape(schema.additionalProperties, indent)} }`
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any')
  return schema.format ? `${type} (${schema.format})` : type
}

const jsonOf = (content: Record<string, { schema?: Schema }> | undefined) =>
  content?.['application/json']?.schema

const copyable = (text: string) =>
  `<div class="copied" data-copy><pre tabindex="0">${escapeHtml(text)}</pre></div>`

/** A value to put where one is due, so that the example can be sent once its ids are filled in. */
function sample(schema: Schema | undefined): unknown {
  if (!schema) return {}
  const option = schema.anyOf?.[0] ?? schema.oneOf?.[0]
  if (option) return sample(option)
  if (schema.enum) return schema.enum[0]
  if (schema.example !== undefined) return schema.example
  if (schema.properties) {
    const needed = schema.required ?? []
    return Object.fromEntries(needed.map((name) => [name, sample(schema.properties?.[name])]))
  }
  if (schema.type === 'array') return [sample(schema.items)]
  if (schema.type === 'integer' || schema.type === 'number') return 1
  if (schema.type === 'boolean') return true
  return '…'
}

function operationHtml(base: string, path: string, method: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in !== 'header')
  const input = jsonOf(operation.requestBody?.content)
  const output = jsonOf(operation.responses?.['200']?.content)
  const body = input
    ? ` \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify(sample(input))}'`
    : ''
  const curl = `curl -X ${method} '${base}${path}' \\\n  -H "authorization: Bearer $INSULA_API_KEY"${body}`
  const rows = parameters
    .map((parameter) => {
      const must = parameter.required ? 'required' : 'optional'
      const about = parameter.description ?? parameter.schema?.description ?? shape(parameter.schema)
      return `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${parameter.in}, ${must}</td><td>${escapeHtml(about)}</td></tr>`
    })
    .join('')
  const scope = scopeOf(method, path)
  return `<details id="${method.toLowerCase()}-${escapeHtml(path)}"><summary><code class="method">${method}</code><code>${escapeHtml(path)}</code><span class="what">${escapeHtml(operation.summary ?? '')}</span></summary>
<div class="body">${scope ? `<h3>Scope</h3><p><code>${scope}</code>: ${escapeHtml(permissions[scope])}</p>` : ''}
<h3>Call</h3>${copyable(curl)}
${rows ? `<h3>Parameters</h3><div class="scroll"><table>${rows}</table></div>` : ''}
${input ? `<h3>Body</h3><pre tabindex="0">${escapeHtml(shape(input))}</pre>` : ''}
<h3>Answer</h3><pre tabindex="0">${output ? escapeHtml(shape(output)) : '204, no content'}</pre></div></details>`
}

/** What a key must hold for a route. */
function scopeOf(method: string, path: string): Permission | null {
  const found = allProcedures().find(
    ({ meta }) => meta.openapi?.method === method && meta.openapi.path === path,
  )
  return found?.meta.gate?.scope === 'tenant' ? found.meta.gate.permission : null
}

/** When each code is met, in the order of its status. */
const meanings: Record<Problem['code'], string> = {
  invalid: 'Something in the request is not as it must be; `errors` names the fields.',
  unauthenticated: 'No key was sent, or one that is unknown, revoked or expired.',
  plan_required: 'The plan does not include this.',
  limit_reached: 'A limit of the plan is reached.',
  forbidden: 'The key lacks the scope, or its maker may not do this any more.',
  session_mismatch: 'For pages: somebody else is signed in by now.',
  tenant_mismatch: 'For pages: another tenant is active by now.',
  email_unverified: 'For people: the address is not verified yet.',
  not_found: 'There is no such thing, or it is not yours to see.',
  conflict: 'It contradicts what is there, such as a second invitation to one address.',
  gone: 'It was there once and is used up or deleted.',
  too_large: 'The body or the file is larger than is taken.',
  unsupported: 'A method or media type that this address does not take; `Allow` names those that it does.',
  rate_limited: 'Too many calls; `Retry-After` says in how many seconds to go on.',
  unavailable: 'Something we stand on does not answer; try again after `Retry-After` seconds.',
  internal: 'Our fault. Tell us the `requestId`.',
}
const statusOf = (code: Problem['code']) => (code === 'internal' ? 500 : refusalStatus[code])
const marked = (text: string) => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

const errorTable = () =>
  (Object.keys(meanings) as Problem['code'][])
    .toSorted((a, b) => statusOf(a) - statusOf(b))
    .map(
      (code) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${statusOf(code)}</td><td>${marked(meanings[code])}</td></tr>`,
    )
    .join('')

const chapters = (base: string, callsPerMinute: number): [string, string][] => [
  [
    'Authentication',
    `<p>${marked('Make a key in the console under Developers › API keys and send it with every call. A key holds scopes, and each call names the one it needs; it never does more than the person who made it may do at that moment.')}</p>${copyable(`curl '${base}/tenant' \\\n  -H "authorization: Bearer $INSULA_API_KEY"`)}`,
  ],
  [
    'Errors',
    `<p>${marked('Every failed call answers `application/problem+json` (RFC 9457) with `code`, `detail`, `requestId` and, for input, `errors` by field. Branch on `code`; messages may change.')}</p><div class="scroll"><table><thead><tr><th>code</th><th>status</th><th>when</th></tr></thead><tbody>${errorTable()}</tbody></table></div>`,
  ],
  [
    'Paging',
    `<p>${marked('Lists answer `items` and `nextCursor`, newest first. Send the cursor back as `cursor` for the next page, until it is null; `limit` takes 1 to 100. A cursor belongs to its list and its filters.')}</p>${copyable(`curl '${base}/files?limit=100&cursor=…' \\\n  -H "authorization: Bearer $INSULA_API_KEY"`)}`,
  ],
  [
    'Limits',
    `<p>${marked(`One client network may make ${callsPerMinute.toLocaleString('en')} calls a minute. Beyond that it is answered 429 with \`Retry-After\`, in seconds. A body may have 256 kB; files go straight to storage by the form that \`POST /files\` answers. Limits of the plan are refused as \`limit_reached\`.`)}</p>`,
  ],
]

const anchorOf = (title: string) => title.toLowerCase().replaceAll(/\W+/g, '-')
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The API reference as one page that is whole without scripts, made of the document that is served as OpenAPI. */
export function referencePage(
  document: Document,
  callsPerMinute: number,
): { html: string; contentSecurityPolicy: string } {
  const base = document.servers?.[0]?.url ?? ''
  const sections = new Map<string, string[]>()
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      const tag = operation.tags?.[0] ?? 'Other'
      const html = operationHtml(base, path, method.toUpperCase(), operation)
      sections.set(tag, [...(sections.get(tag) ?? []), html])
    }
  }
  const parts = [
    ...chapters(base, callsPerMinute),
    ...[...sections].map(([tag, operations]): [string, string] => [tag, operations.join('\n')]),
  ]
  const contents = parts
    .map(([title]) => `<li><a href="#${anchorOf(title)}">${escapeHtml(title)}</a></li>`)
    .join('')
  const body = parts
    .map(([title, html]) => `<h2 id="${anchorOf(title)}">${escapeHtml(title)}</h2>${html}`)
    .join('\n')
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Insula API reference</title><style>${referenceStyle}</style></head>
<body><main><h1>Insula API</h1><p>Everything the console does, for programs. <a href="/api/v1/openapi.json">OpenAPI 3.1 document</a></p><nav aria-label="Contents"><ul>${contents}</ul></nav>
${body}</main><script>${copyScript}</script></body></html>`
  return {
    html,
    contentSecurityPolicy: `default-src 'none'; style-src ${hashOf(referenceStyle)}; script-src ${hashOf(copyScript)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}
