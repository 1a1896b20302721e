import { freePlanId, type PlanDraft, type PlatformPlan, Refusal } from '@insula/contracts'
import { isDuplicate, PlanModel, transaction } from '@insula/db'
import type { Person } from '../../kernel/actor.ts'
import { recordPersonal } from '../../kernel/record.ts'
import { factsOf } from '../present-plan.ts'
import { getPlan } from './platform-plans.ts'

const changedMeanwhile = () =>
  new Refusal(
    'conflict',
    'Somebody else has changed this plan in the meantime. Look at it anew; nothing was saved.',
  )

/** The draft that was seen; refuses when it is another by now, or gone. */
export async function draftAsSeen(planId: string, revision: number) {
  const draft = await PlanModel.findOne({ planId, state: 'draft', revision }).lean()
  if (!draft) throw changedMeanwhile()
  return draft
}

/**
 * Keeps what an admin makes of a plan, which nobody else sees until it is published. Refuses when the plan was published or
 * its draft saved since it was seen.
 */
export async function savePlanDraft(person: Person, input: PlanDraft): Promise<PlatformPlan> {
  const { planId, basedOn, revision, ...fields } = input
  const editedBy = { id: person.user.id, name: person.user.name }
  await transaction(async () => {
    const published = await PlanModel.findOne({ planId, state: 'published' }).lean()
    const draft = await PlanModel.findOne({ planId, state: 'draft' }).lean()
    if ((published?.version ?? null) !== basedOn || (draft?.revision ?? null) !== revision) {
      throw changedMeanwhile()
    }
    if (draft) {
      const change = { $set: { ...fields, editedBy, revision: draft.revision + 1 } }
      const kept = await PlanModel.updateOne(
        { _id: draft._id, state: 'draft', revision: draft.revision },
        change,
      )
      if (kept.matchedCount === 0) throw changedMeanwhile()
    } else await beginDraft(planId, { ...fields, editedBy })
    await recordPersonal(person, 'plan.draft-saved', {
      target: { kind: 'plan', id: planId, name: fields.name },
      ...(published && { before: factsOf(published) }),
      after: factsOf(fields),
    })
  })
  return getPlan(planId)
}

async function beginDraft(planId: string, fields: object): Promise<void> {
  const newest = await PlanModel.findOne({ planId }, { version: 1 }).sort({ version: -1 }).lean()
  try {
    await PlanModel.create([{ ...fields, planId, state: 'draft', version: (newest?.version ?? 0) + 1 }])
  } catch (error) {
    throw isDuplicate(error) ? changedMeanwhile() : error
  }
}

/** Throws the draft away. What holds goes on holding; a plan that was never published is gone. */
export async function discardPlanDraft(
  person: Person,
  { planId, revision }: { planId: string; revision: number },
): Promise<void> {
  await transaction(async () => {
    const draft = await draftAsSeen(planId, revision)
    const gone = await PlanModel.deleteOne({ _id: draft._id, state: 'draft', revision })
    if (gone.deletedCount === 0) throw changedMeanwhile()
    const target = { kind: 'plan', id: planId, name: draft.name }
    await recordPersonal(person, 'plan.draft-discarded', { target, before: factsOf(draft) })
  })
}

/**
 * Takes a plan from the page of plans, or puts it back. Whoever is on it keeps it. Refuses for the free plan, to which every
 * tenant falls back, and when another version was published since.
 */
export async function setPlanOffered(
  person: Person,
  { planId, version }: { planId: string; version: number },
  offered: boolean,
  now: Date = new Date(),
): Promise<PlatformPlan> {
  if (planId === freePlanId && !offered) {
    throw new Refusal('conflict', 'Every tenant begins with this plan and falls back to it, so it stays.')
  }
  await transaction(async () => {
    const published = await PlanModel.findOne({ planId, version, state: 'published' }).lean()
    if (!published) throw changedMeanwhile()
    if ((published.archivedAt === null) === offered) return
    const archivedAt = offered ? null : now
    const changed = await PlanModel.updateOne(
      { _id: published._id, state: 'published' },
      { $set: { archivedAt } },
    )
    if (changed.matchedCount === 0) throw changedMeanwhile()
    const target = { kind: 'plan', id: planId, name: published.name }
    await recordPersonal(person, offered ? 'plan.offered' : 'plan.archived', { target })
  })
  return getPlan(planId)
}
