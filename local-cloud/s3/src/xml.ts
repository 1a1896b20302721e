export interface Element {
  name: string
  /** Text, or child elements; an absent child is left out. */
  children: string | number | boolean | (Element | undefined)[]
  attributes?: Record<string, string>
}

/** An element to write; `undefined` content leaves it out. */
export function element(
  name: string,
  children: Element['children'] | undefined,
  attributes?: Record<string, string>,
): Element | undefined {
  return children === undefined ? undefined : { name, children, attributes }
}

/** A result document in S3's namespace. */
export function result(name: string, children: Element['children']): string {
  return document({ name, children, attributes: { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' } })
}

export function document(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(root)}`
}

function write({ name, children, attributes }: Element): string {
  const open = Object.entries(attributes ?? {}).reduce(
    (tag, [key, value]) => `${tag} ${key}="${escapeText(value)}"`,
    name,
  )
  const inner = Array.isArray(children)
    ? children.map((child) => (child ? write(child) : '')).join('')
    : escapeText(String(children))
  return `<${open}>${inner}</${name}>`
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

/** Characters that XML 1.0 can't carry leave as references, as S3 sends them; `encoding-type=url` avoids them. */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"\r]/g, (character) => entities[character]!)
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not go out as they are
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g,
      (character) => `&#x${character.charCodeAt(0).toString(16)};`,
    )
}
