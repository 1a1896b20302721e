import { html, raw } from 'hono/html'

export type Markup = ReturnType<typeof html>

const style = raw(`
  :root { color-scheme: light dark; --ink: #1a1f36; --soft: #5b6478; --line: #d8dce5; --paper: #fff; --back: #f5f6fa;
    --accent: #4f46e5; --bad: #b42318; --good: #067647 }
  @media (prefers-color-scheme: dark) { :root { --ink: #eef0f6; --soft: #a3abc0; --line: #3a4157; --paper: #1b2030;
    --back: #12151f; --accent: #8f89ff; --bad: #ff9c92; --good: #6fdba5 } }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { max-width: 34rem; margin: 0 auto; padding: 2rem 1rem 4rem }
  .card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; margin: 1rem 0 }
  h1 { font-size: 1.4rem; margin: .5rem 0 } h2 { font-size: 1.05rem; margin: 0 0 .75rem }
  .note { color: var(--soft); font-size: .875rem }
  .amount { font-size: 2rem; font-weight: 650; margin: 0 }
  label { display: block; font-weight: 550; font-size: .9rem; margin: .9rem 0 .25rem }
  input[type=text], input[type=email] { width: 100%; padding: .6rem .7rem; font: inherit; color: inherit;
    background: transparent; border: 1px solid var(--line); border-radius: 8px }
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem }
  button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .65rem 1rem; border-radius: 8px; cursor: pointer;
    border: 1px solid var(--accent); background: var(--accent); color: #fff; text-decoration: none }
  @media (prefers-color-scheme: dark) { button, .button { color: #12151f } }
  button.plain { background: transparent; color: var(--accent) } .wide { width: 100%; margin-top: 1.25rem }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
  a { color: var(--accent) }
  .error { color: var(--bad); border: 1px solid currentColor; border-radius: 8px; padding: .6rem .8rem; margin: 1rem 0 }
  table { width: 100%; border-collapse: collapse; font-size: .95rem } td, th { text-align: left; padding: .45rem 0; border-bottom: 1px solid var(--line) }
  td:last-child, th:last-child { text-align: right } .row { display: flex; gap: .75rem; flex-wrap: wrap; align-items: center }
  code { font-size: .85em }
`)

/** A hosted page of the local Stripe; it says on its face that no money moves. */
export function page(title: string, body: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title}</title><style>${style}</style>
</head>
<body><main>${body}
<p class="note">Local Stripe, test mode: no money moves and no card is real.</p>
</main></body>
</html>`
}

/** What went wrong, announced to screen readers. */
export const problem = (message: string | undefined): Markup | '' =>
  message ? html`<p class="error" role="alert" id="problem">${message}</p>` : ''
