import { html, raw } from 'hono/html'

type Markup = ReturnType<typeof html>

export interface PageContent {
  title: string
  /** What is to be seen here, in one line. */
  lead: string
  /** The place in the navigation that this belongs to. */
  place: string
  /** What `/live` is asked for changes of. */
  live?: string
  action?: Markup | string
  body: Markup | Markup[]
}

const places = [
  ['/mail', 'Mail'],
  ['/stripe', 'Stripe'],
  ['/s3', 'S3'],
  ['/mongo', 'MongoDB'],
  ['/hooks', 'Webhooks'],
  ['/faults', 'Faults'],
  ['/states', 'States'],
] as const

/** The plan of a courtyard house. */
const mark =
  raw(`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
  <path d="M3 3h18v18H14v-4h-4v4H3z"/><path d="M9 8h6v5H9z"/></svg>`)

/** Where the link to the product goes, which no single page knows of. */
export const consoleMark = '<!-- console -->'

export const consoleLink = (url: string): Markup =>
  html`<a class="console" href="${url}">Open the console</a>`

/** A whole page around its content. */
export function layout({ title, lead, place, live, action, body }: PageContent): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · local cloud</title>
  <link rel="stylesheet" href="/assets/page.css">
  <link rel="stylesheet" href="/assets/parts.css">
  <link rel="icon" href="data:,">
  <script type="module" src="/assets/page.js"></script>
</head>
<body data-live="${live ?? ''}">
  <header>
    <strong>${mark} Local cloud</strong>
    ${raw(consoleMark)}
    <nav aria-label="Servers">
      ${places.map(([href, name]) => html`<a href="${href}" ${href === place ? raw('aria-current="page"') : ''}>${name}</a>`)}
    </nav>
  </header>
  <main>
    <div class="head"><h1>${title}</h1>${action ?? ''}</div>
    <p class="lead">${lead}</p>
    ${body}
  </main>
</body>
</html>`
}

export interface Column<Row> {
  name: string
  cell: (row: Row) => unknown
  number?: boolean
  /** Not shown where there is little room. */
  minor?: boolean
}

/** A table of rows, or what it means that there are none. */
export function table<Row>(rows: Row[], columns: Column<Row>[], empty: string): Markup {
  if (rows.length === 0) return html`<div class="card empty">${empty}</div>`
  const kind = ({ number, minor }: Column<Row>) => [number ? 'number' : '', minor ? 'minor' : ''].join(' ')
  return html`<div class="card rows"><table>
    <thead><tr>${columns.map((column) => html`<th class="${kind(column)}">${column.name}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (row) =>
        html`<tr>${columns.map((column) => html`<td class="${kind(column)}" data-name="${column.name}">${column.cell(row)}</td>`)}</tr>`,
    )}</tbody>
  </table></div>`
}

/** A button that calls the control API, after a question if there is one: `action('sendgrid/clear', 'Empty the inbox')`. */
export function action(
  method: string,
  label: string,
  args: unknown[] = [],
  then: 'reload' | 'say' = 'reload',
  question = '',
): Markup {
  const fields = args.map(
    (arg) => html`<input type="hidden" name="argument" data-json="true" value="${JSON.stringify(arg)}">`,
  )
  return html`<form data-call="${method}" data-then="${then}" data-confirm="${question}">${fields}<button>${label}</button><output></output></form>`
}

export const moment = (iso: string): Markup =>
  html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`

/** A word with its colour: what went well, what did not, and what is neither. */
export const badge = (word: string, mood: 'good' | 'bad' | 'quiet' = 'quiet'): Markup =>
  html`<span class="badge ${mood}">${word}</span>`

/** How much of a list is shown, where that is not all. */
export const shownOf = (shown: number, all: number): Markup | string =>
  shown < all ? html`<p class="quiet">The newest ${shown} of ${all}.</p>` : ''

export const json = (value: unknown): Markup =>
  html`<div class="card"><pre>${JSON.stringify(value, null, 2)}</pre></div>`

/** Bytes in the unit one would say them in. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`
  return `${(bytes / 1e6).toFixed(1)} MB`
}
