import { readdirSync } from 'node:fs'
import { join, parse } from 'node:path'
import type { Actor } from '@insula/core/kernel/actor'
import type { DomainThings, ProcedureCase } from './occasion.ts'

const folder = join(import.meta.dirname, 'things')

/** What every domain brings, found by its file and listed nowhere. */
export const things: Readonly<Record<string, DomainThings>> = Object.fromEntries(
  await Promise.all(
    readdirSync(folder).map(async (file) => [parse(file).name, (await import(join(folder, file))).things]),
  ),
)

/** One valid call of every procedure there is. */
export const everyProcedure: Readonly<Record<string, ProcedureCase>> = Object.fromEntries(
  Object.entries(things).flatMap(([domain, { calls }]) =>
    Object.entries(calls).map(([name, call]) => [`${domain}.${name}`, call]),
  ),
)

/** Queries that show the canary to its own tenant. */
export const shownIn = Object.entries(things).flatMap(([domain, { shownIn: names = [] }]) =>
  names.map((name) => `${domain}.${name}`),
)

/** Makes one row of each kind there is; ids by the field of an input that names them. */
export async function rowsOfEveryKind(owner: Actor, canary: string): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const { rows } of Object.values(things)) Object.assign(ids, await rows?.(owner, canary))
  return ids
}
