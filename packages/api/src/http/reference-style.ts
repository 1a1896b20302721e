/** The one style sheet of the reference page; its hash stands in the page's policy. */
export const referenceStyle = `
:root{color-scheme:light dark;--ink:#2b2622;--soft:#6a615a;--line:#e4ddd5;--ground:#faf7f4;--card:#fff;--brick:#a83f2a}
@media(prefers-color-scheme:dark){:root{--ink:#ece6e0;--soft:#a89d93;--line:#3a332e;--ground:#1b1816;--card:#231f1c;--brick:#e58a72}}
*{box-sizing:border-box}html{scroll-padding-top:16px}body{margin:0;background:var(--ground);color:var(--ink);font:14px/1.55 Inter,system-ui,sans-serif}
main{max-width:880px;margin:0 auto;padding:32px 16px 80px}h1{font-size:24px;font-weight:600;margin:0 0 8px}h2{font-size:16px;font-weight:600;margin:32px 0 8px}
p{margin:0 0 12px;color:var(--soft)}a{color:var(--brick)}code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;margin:0;padding:0;list-style:none}
details{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:8px 0}summary{cursor:pointer;padding:12px 16px;display:flex;gap:12px;align-items:baseline;flex-wrap:wrap;overflow-wrap:anywhere}
summary:focus-visible,button:focus-visible,a:focus-visible,pre:focus-visible{outline:2px solid var(--brick);outline-offset:2px;border-radius:8px}.method{font-weight:600;min-width:56px;color:var(--brick)}.what{color:var(--soft);margin-left:auto}
.body{padding:0 16px 16px;border-top:1px solid var(--line)}h3{font-size:13px;font-weight:600;margin:16px 0 4px}pre{margin:0;padding:12px;overflow:auto;background:var(--ground);border:1px solid var(--line);border-radius:6px}
.copied{position:relative}.copied pre{padding-right:84px}button{position:absolute;top:6px;right:6px;padding:4px 10px;font:inherit;font-size:12px;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:6px;cursor:pointer}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th{padding:4px 12px 4px 0;text-align:left;font-weight:500;color:var(--soft)}td{padding:4px 12px 4px 0;vertical-align:top;border-top:1px solid var(--line)}td:last-child{color:var(--soft)}td code{white-space:nowrap}
@media print{button{display:none}details{break-inside:avoid}}`

/**
 * Puts a button beside every example that copies it. The page is whole without it: the buttons are made here, so that
 * nobody whose browser runs no scripts sees one that does nothing.
 */
export const copyScript = `for(const pre of document.querySelectorAll('[data-copy] pre')){const button=document.createElement('button');button.type='button';button.textContent='Copy';button.addEventListener('click',async()=>{try{await navigator.clipboard.writeText(pre.textContent);button.textContent='Copied'}catch{getSelection().selectAllChildren(pre);button.textContent='Selected'}setTimeout(()=>{button.textContent='Copy'},2000)});pre.after(button)}`
