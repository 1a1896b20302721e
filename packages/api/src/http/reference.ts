import { createHash } from 'node:crypto'
import type { openApiDocument } from './openapi.ts'

type Document = ReturnType<typeof openApiDocument>
interface Schema {
  type?: string | string[]
  enum?: unknown[]
  format?: string
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

const style = `
:root{color-scheme:light dark;--ink:#2b2622;--soft:#6f655d;--line:#e4ddd5;--ground:#faf7f4;--card:#fff;--brick:#a83f2a}
@media(prefers-color-scheme:dark){:root{--ink:#ece6e0;--soft:#a89d93;--line:#3a332e;--ground:#1b1816;--card:#231f1c;--brick:#e07a5f}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:14px/1.55 Inter,system-ui,sans-serif}
main{max-width:880px;margin:0 auto;padding:32px 16px 80px}h1{font-size:24px;font-weight:600;margin:0 0 8px}h2{font-size:16px;font-weight:600;margin:32px 0 8px}
p{margin:0 0 12px;color:var(--soft)}a{color:var(--brick)}code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}
details{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:8px 0}summary{cursor:pointer;padding:12px 16px;display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}
summary:focus-visible{outline:2px solid var(--brick);outline-offset:2px;border-radius:8px}.method{font-weight:600;min-width:56px;color:var(--brick)}.what{color:var(--soft);margin-left:auto}
.body{padding:0 16px 16px;border-top:1px solid var(--line)}h3{font-size:13px;font-weight:600;margin:16px 0 4px}pre{margin:0;padding:12px;overflow:auto;background:var(--ground);border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse;width:100%}td{padding:4px 12px 4px 0;vertical-align:top;border-top:1px solid var(--line)}td:last-child{color:var(--soft)}`

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

function operationHtml(base: string, path: string, method: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in !== 'header')
  const input = jsonOf(operation.requestBody?.content)
  const output = jsonOf(operation.responses?.['200']?.content)
  const send = input ? ` \\\n  -H 'content-type: application/json' -d '{ … }'` : ''
  const curl = `curl -X ${method} ${base}${path} \\\n  -H "authorization: Bearer $INSULA_API_KEY"${send}`
  const rows = parameters
    .map((parameter) => {
      const must = parameter.required ? 'required' : 'optional'
      return `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${parameter.in}, ${must}</td><td>${escapeHtml(parameter.description ?? shape(parameter.schema))}</td></tr>`
    })
    .join('')
  return `<details id="${method.toLowerCase()}-${escapeHtml(path)}"><summary><code class="method">${method}</code><code>${escapeHtml(path)}</code><span class="what">${escapeHtml(operation.summary ?? '')}</span></summary>
<div class="body"><h3>Call</h3><pre tabindex="0">${escapeHtml(curl)}</pre>
${rows ? `<h3>Parameters</h3><table>${rows}</table>` : ''}
${input ? `<h3>Body</h3><pre tabindex="0">${escapeHtml(shape(input))}</pre>` : ''}
<h3>Answer</h3><pre tabindex="0">${output ? escapeHtml(shape(output)) : '204, no content'}</pre></div></details>`
}

/** The API reference as one page without scripts: it is made of the same document that is served as OpenAPI. */
export function referencePage(document: Document): { html: string; contentSecurityPolicy: string } {
  const base = document.servers?.[0]?.url ?? ''
  const sections = new Map<string, string[]>()
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      const tag = operation.tags?.[0] ?? 'Other'
      sections.set(tag, [
        ...(sections.get(tag) ?? []),
        operationHtml(base, path, method.toUpperCase(), operation),
      ])
    }
  }
  const body = [...sections]
    .map(([tag, parts]) => `<h2>${escapeHtml(tag)}</h2>${parts.join('\n')}`)
    .join('\n')
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Insula API reference</title><style>${style}</style></head>
<body><main><h1>Insula API</h1><p>${escapeHtml(document.info.description ?? '')}</p><p><a href="/api/v1/openapi.json">OpenAPI 3.1 document</a></p>
${body}
<h2>Errors</h2><p>Every failed call answers <code>application/problem+json</code> with <code>code</code>, <code>detail</code>, <code>requestId</code> and, for input, <code>errors</code> by field. Branch on <code>code</code>; messages may change.</p></main></body></html>`
  const hash = createHash('sha256').update(style).digest('base64')
  return {
    html,
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}
