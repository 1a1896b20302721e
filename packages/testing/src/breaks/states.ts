import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What can be done in which state, and what it leaves. */
export const states: readonly Break[] = [
  ...breaksOf(
    'states',
    'packages/core/src/kernel/move.ts',
    [suites.machines],
    [
      'const still = [startOf(machine, step), ',
      'const still = [{}, ',
      'everything can be done in every state',
    ],
    [
      '  if (audit) await record(actor, audit, about.target, about.change)\n',
      '',
      'no act that stands in a table is audited',
    ],
    [
      '  if (contract) await emit(actor, contract, about.payload as never)\n',
      '',
      'no act that stands in a table is announced',
    ],
    [
      '    if (!startsFrom(machine, step, state) && !step.doneIn?.includes(state))\n      throw refusalIn(machine, act, state)\n',
      '',
      'what cannot be done in a state is told as done',
    ],
    [
      'const owned = { _id: id, tenantId: actor.tenantId }',
      "const owned = { _id: id, tenantId: 'ten_other' }",
      'an act finds no thing of its own tenant',
    ],
  ),
  ...breaksOf(
    'states',
    'packages/core/src/kernel/move.ts',
    [suites.files],
    [
      '...(moving.still ? [moving.still] : [])]',
      ']',
      'a late failure undoes a later success, and an upload is completed twenty times',
    ],
  ),
  ...breaksOf(
    'states',
    'packages/contracts/src/state-machine.ts',
    [suites.tables],
    [
      'startsFrom(machine, step, state) && step.by.some((one) => held.includes(one))',
      'startsFrom(machine, step, state)',
      'buttons are shown to who may not',
    ],
  ),
  ...breaksOf(
    'states',
    'packages/contracts/src/machine-faults.ts',
    [suites.tables],
    ['...(reached.has(state) ? [] :', '...(state ? [] :', 'a state that nothing leads to goes unnoticed'],
    [
      '(machine.ends.includes(state) || leaves(state) ? [] :',
      '(state ? [] :',
      'a state that nothing leads out of goes unnoticed',
    ],
    [
      'step.by.filter((by) => !knownBy.has(by))',
      'step.by.filter(() => false)',
      'a permission that is none opens or shuts an act',
    ],
  ),
]
