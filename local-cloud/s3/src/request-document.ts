import { SaxesParser } from 'saxes'
import { S3Error } from './error.ts'
import type { Element } from './xml.ts'

/** A parsed element: S3's documents carry either text or elements, never both. */
export class ParsedElement {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly elements: ParsedElement[] = []
  text = ''

  constructor(name: string, attributes: Record<string, string> = {}) {
    this.name = name
    this.attributes = attributes
  }

  all(name: string): ParsedElement[] {
    return this.elements.filter((child) => child.name === name)
  }

  first(name: string): ParsedElement | undefined {
    return this.elements.find((child) => child.name === name)
  }

  textOf(name: string): string | undefined {
    return this.first(name)?.text
  }

  required(name: string): string {
    const text = this.textOf(name)
    if (text === undefined) throw new S3Error('MalformedXML')
    return text
  }
}

/** Reads a request document whose root must be `rootName`. @throws S3Error MalformedXML */
export function parseXml(source: string, rootName: string): ParsedElement {
  const parser = new SaxesParser({ xmlns: false })
  const outer = new ParsedElement('')
  const open = [outer]
  parser.on('opentag', ({ name, attributes }) => {
    const child = new ParsedElement(localName(name), attributes as Record<string, string>)
    open.at(-1)!.elements.push(child)
    open.push(child)
  })
  parser.on('closetag', () => open.pop())
  const addText = (text: string): void => {
    open.at(-1)!.text += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('error', () => {
    throw new S3Error('MalformedXML')
  })
  parser.write(source).close()
  const root = outer.first(rootName)
  if (!root) throw new S3Error('MalformedXML')
  return root
}

/** A parsed element as one to write. */
export function asElement({ name, text, elements }: ParsedElement): Element {
  return { name, children: elements.length > 0 ? elements.map(asElement) : text.trim() }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
