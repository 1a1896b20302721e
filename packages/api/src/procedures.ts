import { appRouter } from './root.ts'
import type { Meta } from './trpc.ts'

export interface ProcedureFacts {
  path: string
  type: 'query' | 'mutation' | 'subscription'
  meta: Meta
  /** The zod schemas of the input, in the order they were given. */
  inputs: unknown[]
  /** The zod schema of the output; undefined for a stream. */
  output: unknown
}

/** Every procedure of the router with what stands before it. */
export function allProcedures(): ProcedureFacts[] {
  const procedures = appRouter._def.procedures as unknown as Record<
    string,
    { _def: { type: ProcedureFacts['type']; meta?: Meta; inputs?: unknown[]; output?: unknown } }
  >
  return Object.entries(procedures).map(([path, { _def }]) => ({
    path,
    type: _def.type,
    meta: _def.meta ?? {},
    inputs: _def.inputs ?? [],
    output: _def.output,
  }))
}

/** One line a procedure: what it is called, what stands before it and where it is in REST. */
export function procedureTable(): string {
  const lines = allProcedures().map(({ path, type, meta }) => {
    const gate = meta.gate
    const before =
      gate === undefined
        ? 'NO GATE'
        : gate.scope === 'tenant' || gate.scope === 'platform'
          ? `${gate.scope} ${gate.permission}`
          : gate.scope
    const route = meta.openapi ? `${meta.openapi.method} ${meta.openapi.path}` : '-'
    return `${path.padEnd(32)} ${type.padEnd(13)} ${before.padEnd(28)} ${route}`.trimEnd()
  })
  return `${lines.sort().join('\n')}\n`
}
