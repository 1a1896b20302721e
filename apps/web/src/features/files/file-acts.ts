import { actsFor, type File, fileMachine, type Permission, trashMachine } from '@insula/contracts'
import { useTenant } from '../../api/me.ts'

type FileAct =
  | ReturnType<typeof actsFor<typeof fileMachine>>[number]
  | ReturnType<typeof actsFor<typeof trashMachine>>[number]

/**
 * What somebody who holds these permissions can do with a file, by its tables. In the trash nothing is done about its bytes
 * any more; outside of it, what can be discarded is not moved there. Trying again is not offered where it would not help.
 */
export function fileActs(file: File, held: readonly Permission[]): FileAct[] {
  const ofBytes = actsFor(fileMachine, file.state, held)
  const ofPlace = actsFor(trashMachine, file.trashedAt ? 'trashed' : 'kept', held)
  if (file.trashedAt) return [...ofBytes.filter((act) => act === 'download'), ...ofPlace]
  return [
    ...ofBytes.filter((act) => act !== 'retry' || file.failure?.retryable),
    ...ofPlace.filter((act) => act !== 'trash' || !ofBytes.includes('discard')),
  ]
}

/** The same for whoever looks at the page. */
export const useFileActs = (file: File) => {
  const acts = fileActs(file, useTenant().permissions)
  return (act: FileAct) => acts.includes(act)
}
