import { auditActions } from './actions.ts'
import { eventTypes } from './events.ts'
import { hintTypes } from './hints.ts'
import { permissionNames, platformPermissionNames } from './permissions.ts'
import { type Machine, waysOf } from './state-machine.ts'

const knownBy: ReadonlySet<string> = new Set([
  ...permissionNames,
  ...platformPermissionNames,
  'system',
  'addressee',
])
const knownActions: ReadonlySet<string> = new Set(auditActions)
const knownEvents: ReadonlySet<string> = new Set(eventTypes)
const knownHints: ReadonlySet<string> = new Set(hintTypes)

/**
 * What is wrong with a table, each as a sentence: a state that nothing leads to, one that nothing leads out of and that is no
 * end, an end that is none, and words that no domain brings.
 */
export function faultsOf(machine: Machine): string[] {
  const states = Object.keys(machine.states)
  const steps = Object.entries(machine.steps)
  const reached = reachedIn(machine)
  const leaves = (state: string) =>
    steps.some(([, step]) => step.from.includes(state) && waysOf(step, state).some((way) => way !== state))
  const ofStates = states.flatMap((state) => [
    ...(reached.has(state) ? [] : [`nothing leads to “${state}”`]),
    ...(machine.ends.includes(state) || leaves(state) ? [] : [`nothing leads out of “${state}”`]),
    ...(machine.ends.includes(state) && leaves(state) ? [`“${state}” is no end`] : []),
  ])
  const ofSteps = steps.flatMap(([act, step]) => {
    const named = [...step.from, ...waysOf(step, states[0] ?? ''), ...(step.doneIn ?? [])]
    return [
      ...named
        .filter((state) => !states.includes(state))
        .map((state) => `“${act}” names no state “${state}”`),
      ...(step.from.length === 0 && step.to === undefined ? [`“${act}” has no way`] : []),
      ...(step.doneIn ?? [])
        .filter((state) => step.from.includes(state))
        .map((state) => `“${act}” both starts from “${state}” and is done there`),
      ...step.by.filter((by) => !knownBy.has(by)).map((by) => `“${act}” is by nobody that is known: “${by}”`),
      ...(step.audit && !knownActions.has(step.audit)
        ? [`“${act}” leaves no known entry: “${step.audit}”`]
        : []),
      ...(step.hint && !knownHints.has(step.hint) ? [`“${act}” leaves no known hint: “${step.hint}”`] : []),
      ...(step.event && !knownEvents.has(step.event)
        ? [`“${act}” leaves no known event: “${step.event}”`]
        : []),
    ]
  })
  return [...ofStates, ...ofSteps].map((fault) => `The table of a ${machine.thing}: ${fault}.`)
}

function reachedIn(machine: Machine): ReadonlySet<string> {
  const steps = Object.values(machine.steps)
  const reached = new Set(steps.filter(({ from }) => from.length === 0).flatMap((step) => waysOf(step, '')))
  for (const state of reached) {
    // A set tells of what is added while it is walked.
    for (const step of steps)
      if (step.from.includes(state)) for (const way of waysOf(step, state)) reached.add(way)
  }
  return reached
}
