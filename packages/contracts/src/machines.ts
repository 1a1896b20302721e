import { checkoutMachine, subscriptionMachine } from './billing/index.ts'
import { fileMachine, trashMachine } from './files/index.ts'
import { faultsOf } from './machine-faults.ts'
import { mailMachine } from './notifications/index.ts'
import { jobMachine } from './platform/index.ts'
import type { Machine } from './state-machine.ts'
import { invitationMachine } from './tenants/index.ts'

/** Every state machine there is, by the name it has in the documents. */
export const machines = {
  file: fileMachine,
  trash: trashMachine,
  invitation: invitationMachine,
  mail: mailMachine,
  checkout: checkoutMachine,
  subscription: subscriptionMachine,
  job: jobMachine,
} as const satisfies Readonly<Record<string, Machine>>

/** Throws with all that is wrong with any table. Every process asks at its start. */
export function requireSoundMachines(all: readonly Machine[] = Object.values(machines)): void {
  const faults = all.flatMap(faultsOf)
  if (faults.length > 0) throw new Error(faults.join('\n'))
}
