import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Machine, machines, waysOf } from '@insula/contracts'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')

test('every state machine of a domain is in the list that is checked at start', () => {
  const written = globSync('packages/contracts/src/*/*.machine{,s}.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/^export const (\w+)Machine = /gm)].map(
      ([, name]) => name,
    ),
  )
  expect(written.sort()).toEqual(Object.keys(machines).sort())
})

test('the documents draw every state machine as it is', async () => {
  const drawn = Object.entries(machines).map(([name, machine]) => drawingOf(name, machine))
  await expect([head, ...drawn].join('\n')).toMatchFileSnapshot(join(root, 'docs/state-machines.md'))
})

const head = `# State machines

The life of each kind of thing, as it stands in its domain's \`*.machine.ts\` in \`packages/contracts\`. This page is made of those tables:
change one, run \`npx vitest run --project unit packages/testing/src/machines.test.ts -u\`, and read the difference. Every process checks the
tables at its start. How they are used: [decision 29](decisions/0029-state-machines-are-data.md).

An act that leads to no other state leaves the thing as it is. “Done in” are the states in which it is found done: who asks again is told how
the thing is, and nothing is written. In any other state it is refused.
`

const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ') || '–'

function drawingOf(name: string, machine: Machine): string {
  const steps = Object.entries(machine.steps)
  const arrows = steps.flatMap(([act, step]) =>
    (step.from.length > 0 ? step.from : ['[*]']).flatMap((from) =>
      waysOf(step, from)
        .filter((way) => way !== from)
        .map((way) => `  ${from} --> ${way}: ${act}`),
    ),
  )
  const ends = machine.ends.map((state) => `  ${state} --> [*]`)
  const rows = steps.map(([act, step]) => [
    `\`${act}\``,
    code(step.from) + (step.orUnknown ? ', unknown' : ''),
    step.to === undefined ? '–' : code(waysOf(step, '')),
    code(step.by),
    code(step.audit ? [step.audit] : []),
    code([step.event ?? step.hint ?? []].flat()),
    code(step.doneIn ?? []),
  ])
  return [
    `## ${name}`,
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...arrows,
    ...ends,
    '```',
    '',
    ...tableOf([['Act', 'From', 'To', 'By', 'Entry', 'Event or hint', 'Done in'], ...rows]),
    '',
  ].join('\n')
}

/** In columns of even width, as the formatter wants it. */
function tableOf([head = [], ...rows]: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const lineOf = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [lineOf(head), lineOf(widths.map((width) => '-'.repeat(width))), ...rows.map(lineOf)]
}
