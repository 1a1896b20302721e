import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { must } from '@insula/testing/must'
import { everyProcedure } from '@insula/testing/things'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { allProcedures, type ProcedureFacts } from './procedures.ts'

const procedures = allProcedures()
const domains = [...new Set(procedures.map(({ path }) => domainOf(path)))]

test('every procedure names the gate before it', () => {
  const open = procedures.filter(({ meta }) => meta.gate === undefined)
  expect(open.map(({ path }) => path)).toEqual([])
})

test('only what must work before signing in is public', () => {
  const open = procedures.filter(({ meta }) => meta.gate?.scope === 'public')
  expect(open.map(({ path }) => path)).toEqual(['tenants.previewInvitation'])
})

test('there is a valid call of every procedure, and of none that is gone', () => {
  expect(Object.keys(everyProcedure).sort()).toEqual(procedures.map(({ path }) => path).sort())
})

describe('the lock file', () => {
  test.each(domains)(
    'of %s says what stands before each procedure, what it leaves and what it takes',
    async (domain) => {
      const lines = procedures.filter(({ path }) => domainOf(path) === domain).map(lineOf)
      await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot(`./${domain}/procedures.lock.txt`)
    },
  )

  test('stands in no room without a router', () => {
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    const rooms = files.filter((file) => file.endsWith('procedures.lock.txt')).map((file) => dirname(file))
    expect(rooms.filter((room) => !domains.includes(room))).toEqual([])
  })
})

describe('a line of the lock file', () => {
  const { path, type } = must(procedures[0])
  const facts = (input: z.ZodType, output: z.ZodType = z.void()): ProcedureFacts => ({
    path,
    type,
    meta: {},
    inputs: [input],
    output,
  })

  test('says that there is no gate, in capitals', () => {
    expect(lineOf(facts(z.object({})))).toContain('NO GATE')
  })

  test('changes with every field of input and output', () => {
    const given = z.strictObject({ name: z.string().max(60) })
    const lines = [
      facts(given),
      facts(z.object({ name: z.string().max(60) })),
      facts(z.strictObject({ name: z.string().max(61) })),
      facts(given, given),
    ].map(lineOf)
    expect(new Set(lines).size).toBe(lines.length)
  })
})

function domainOf(path: string) {
  return path.split('.', 1)[0] ?? ''
}

/** Gate, deadline where it is a longer one, limit claimed, audit actions, REST route, and hashes of input and output. */
function lineOf({ path, type, meta, inputs, output }: ProcedureFacts): string {
  const { gate, openapi, callsStripe } = meta
  const { claims = [], audit = [] } = everyProcedure[path]?.leaves ?? {}
  const before =
    gate === undefined
      ? 'NO GATE'
      : [
          gate.scope,
          ...('permission' in gate ? [gate.permission] : []),
          ...('feature' in gate ? [`and ${gate.feature}`] : []),
        ].join(' ')
  return [
    path.padEnd(30),
    type.padEnd(13),
    before.padEnd(27),
    `limit ${claims.join(',') || '-'}`.padEnd(20),
    `audit ${audit.join(',') || '-'}`.padEnd(30),
    (openapi ? `${openapi.method} ${openapi.path}` : '-').padEnd(42),
    callsStripe ? 'stripe' : '-     ',
    `in ${inputs.map((schema) => hashOf(schema, 'input')).join('+') || '-'}`.padEnd(12),
    `out ${hashOf(output, 'output')}`,
  ].join(' ')
}

function hashOf(schema: unknown, io: 'input' | 'output'): string {
  if (!(schema instanceof z.ZodType)) return '-'
  const shape = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 8)
}
