import { randomUUID } from 'node:crypto'
import type { AuditAction, EventType, HintType, LimitKey, MailTemplate } from '@insula/contracts'
import type { Actor } from '@insula/core/kernel/actor'
import { MailAllowanceModel, QuotaModel } from '@insula/db'
import type { Caller, Callers } from './callers.ts'

/** For whom a call is prepared: things are made in the first tenant, by its owner. */
export interface Occasion {
  callers: Callers
  caller: Caller
}

/** What a change leaves behind. */
export interface Traces {
  audit?: AuditAction[]
  events?: EventType[]
  /** Of what open pages are told beside the events. */
  hints?: HintType[]
  mails?: MailTemplate[]
  /** Limits of which it takes its part. */
  claims?: LimitKey[]
}

export interface ProcedureCase {
  /** Valid input, of things that are made for this one call. Left out: the procedure takes none. */
  input?(occasion: Occasion): Promise<unknown> | unknown
  /** The input names a thing of the first tenant: for who belongs elsewhere there is no such thing. */
  thing?: true
  /** What somebody who gets past the gate is told, where it is not 200. */
  told?(caller: Caller): { status: number; code: string } | null
  /** Puts a caller back where it stood. */
  after?(occasion: Occasion): Promise<unknown>
  /** Of one call by an owner. A query leaves nothing unless this says so. */
  leaves?: Traces
  /** What the same call leaves when it is made once more, where that is not nothing. */
  leavesAgain?: Traces
}

/** What a domain brings to the tests that walk through all of them. */
export interface DomainThings {
  /** One valid call of every procedure, by the name after the dot. A procedure that is missing here fails a test. */
  calls: Readonly<Record<string, ProcedureCase>>
  /** Makes one row of each kind for a tenant, with the canary in it, and returns its id by the field of an input that names it. */
  rows?(owner: Actor, canary: string): Promise<Record<string, string>>
  /** Queries that show its own tenant the canary. */
  shownIn?: readonly string[]
}

export const unique = () => randomUUID().slice(0, 8)

/** Which tenant a call that names no thing acts in. */
export const actingIn = ({ callers, caller }: Occasion): Actor =>
  caller.tenantId === callers.other.tenant.id ? callers.other.owner : callers.owner

/** Many calls fill a plan; how full it is is not what is asked here. */
export async function makeRoom(tenantId: string) {
  await QuotaModel.updateMany({ tenantId, key: { $ne: 'storage-bytes' } }, { used: 0 })
  await MailAllowanceModel.deleteMany({})
}
