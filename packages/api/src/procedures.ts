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
