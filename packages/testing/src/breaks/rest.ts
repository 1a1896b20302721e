// The texts of other files stand here as they are, placeholders and all.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: see above
import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What the REST API takes, and how it says what it does not. */
export const rest: readonly Break[] = [
  ...breaksOf(
    'rest',
    'packages/api/src/http/rest.ts',
    [suites.rest],
    ['  if (bytes.byteLength === 0) return {}\n', '', 'a call without a body is refused'],
    ['if (astray !== undefined)', 'if (false)', 'a body’s fields stand in the address, unread'],
    ["  requireJson(c.req.header('content-type') ?? '')\n", '', 'a body is read as what it is not'],
    ['{ fatal: true }', '{}', 'bytes that are no text are read as some'],
    [
      "if (typeof body !== 'object' || body === null || Array.isArray(body)) {",
      'if (false) {',
      'a body that is no object is read as one',
    ],
    ['if (twice !== null)', 'if (false)', 'a body says one thing twice'],
    ['if (values.length > 1)', 'if (false)', 'an address says one thing twice'],
    ['return Number(text)', 'return text', 'a number in the address is refused'],
    ["return text === 'true'", 'return text', 'a boolean in the address is refused'],
    ["return text.replace(/ (?=\\d\\d:\\d\\d$)/, '+')", 'return text', 'an offset with a plus is refused'],
    [
      '? c.body(null, 204) : c.json(result)',
      '? c.json(null) : c.json(result)',
      'a call without a result has another than the document says',
    ],
  ),
  ...breaksOf(
    'rest',
    'packages/contracts/src/page.ts',
    [suites.rest],
    ['    offset: true,\n', '', 'a date with an offset is refused though the document says date-time'],
  ),
  ...breaksOf(
    'rest',
    'packages/contracts/src/page.ts',
    [suites.rest],
    [
      'z.strictObject({}).optional()',
      'z.undefined()',
      'calls that need to be told nothing are refused over REST',
    ],
  ),
  ...breaksOf(
    'rest',
    'packages/api/src/http/readable.ts',
    [suites.rest],
    ['    if (!isReadable(input)) {\n', '    if (false) {\n', 'U+0000 in a search is a fault of ours'],
    [
      "if (key === '__proto__' || !isReadable(key)) throw",
      'if (!isReadable(key)) throw',
      'a field is called __proto__',
    ],
    [
      "if (key === '__proto__' || !isReadable(key)) throw",
      "if (key === '__proto__') throw",
      'a field’s name holds U+0000',
    ],
    ['if (at.length >= deepest) throw', 'if (false) throw', 'input is nested without end', [suites.problems]],
  ),
  ...breaksOf(
    'rest',
    'packages/api/src/http/methods.ts',
    [suites.rest],
    ['  if (allow.length === 0) return null\n', '  return null\n', '404 where 405 is due'],
    ["  if (c.req.method === 'OPTIONS')\n", '  if (false)\n', 'OPTIONS does not tell what there is'],
    [
      "there.includes('GET') ? ['GET', 'HEAD', ...there.slice(1)] : there",
      'there',
      'HEAD is taken and not told',
    ],
  ),
  ...breaksOf(
    'rest',
    'packages/api/src/app.ts',
    [suites.rest],
    ['{ strict: false }', '{ strict: true }', 'a slash at the end is another address'],
  ),
  ...breaksOf(
    'rest',
    'packages/api/src/http/entry.ts',
    [suites.rest],
    ['if (isSayable(asked)) await next()\n', 'if (asked) await next()\n', 'TRACE is served'],
  ),
  ...breaksOf(
    'rest',
    'packages/api/src/http/shield.ts',
    [suites.rest, suites.problems],
    ['        decodeURIComponent(part)\n', '', 'an address that says no text is read as some'],
  ),
  ...breaksOf(
    'rest',
    'apps/web/src/patterns/api-example.ts',
    [suites.apiCalls],
    ['.replaceAll("\'", "\'\\\\\'\'")', '', 'a snippet with a quote in it does not run'],
    ["method === 'GET' ? '' : `-X ${method} `", "''", 'a snippet calls by another method'],
    [
      "    ...(body ? [`    'Content-Type': 'application/json',`] : []),\n",
      '',
      'a program that is shown sends no JSON',
    ],
  ),
]
