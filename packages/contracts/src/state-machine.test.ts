import { expect, test } from 'vitest'
import { subscriptionStates } from './billing/index.ts'
import { fileStates } from './files/index.ts'
import { faultsOf } from './machine-faults.ts'
import { machines, requireSoundMachines } from './machines.ts'
import { mailStates } from './notifications/index.ts'
import { permissionsOf } from './roles.ts'
import { actsFor, isPossible, type Machine, nextStates, refusalIn, requirePossible } from './state-machine.ts'
import { invitationStates } from './tenants/index.ts'

const door: Machine = {
  thing: 'door',
  states: { open: 'open', shut: 'shut', walled: 'walled up' },
  ends: ['walled'],
  steps: {
    make: { from: [], to: 'open', by: ['files:write'], done: 'made' },
    shut: { from: ['open'], to: 'shut', by: ['files:write'], done: 'shut' },
    wall: { from: ['shut'], to: 'walled', by: ['system'], done: 'walled up' },
  },
}
const withStep = (act: string, change: object) => ({
  ...door,
  steps: { ...door.steps, [act]: { ...door.steps[act], ...change } as Machine['steps'][string] },
})

test('in a state that this release does not know only those acts can be done that say so', () => {
  expect(isPossible(door, 'shut', 'ajar')).toBe(false)
  const shutsAny = withStep('shut', { orUnknown: true })
  expect(isPossible(shutsAny, 'shut', 'ajar')).toBe(true)
  expect(nextStates(shutsAny, 'ajar', 'shut')).toEqual(['shut'])
  expect(isPossible(shutsAny, 'shut', 'walled')).toBe(false)
})

test('a table with a fault is refused with what is wrong, and a sound one is not', () => {
  const planted: [Machine, string][] = [
    [withStep('shut', { from: ['shut'] }), 'nothing leads to “shut”'],
    [withStep('wall', { to: 'shut' }), 'nothing leads to “walled”'],
    [{ ...door, ends: [] }, 'nothing leads out of “walled”'],
    [{ ...door, ends: ['shut', 'walled'] }, '“shut” is no end'],
    [withStep('shut', { to: 'ajar' }), '“shut” names no state “ajar”'],
    [withStep('shut', { doneIn: ['ajar'] }), '“shut” names no state “ajar”'],
    [withStep('make', { to: undefined }), '“make” has no way'],
    [withStep('shut', { doneIn: ['open'] }), '“shut” both starts from “open” and is done there'],
    [withStep('shut', { by: ['doors:shut'] }), '“shut” is by nobody that is known: “doors:shut”'],
    [withStep('shut', { audit: 'door.shut' }), '“shut” leaves no known entry: “door.shut”'],
    [withStep('shut', { hint: 'door.shut' }), '“shut” leaves no known hint: “door.shut”'],
    [withStep('shut', { event: 'door.shut' }), '“shut” leaves no known event: “door.shut”'],
  ]
  for (const [machine, fault] of planted) {
    expect(faultsOf(machine)).toContain(`The table of a door: ${fault}.`)
    expect(() => requireSoundMachines([door, machine])).toThrow(fault)
  }
  expect(faultsOf(door)).toEqual([])
})

test('every table of ours is sound, and has the states that are stored', () => {
  expect(() => requireSoundMachines()).not.toThrow()
  const statesOf = ({ states, gone }: Machine) => Object.keys(states).filter((state) => state !== gone)
  expect(statesOf(machines.file)).toEqual([...fileStates])
  expect(statesOf(machines.invitation)).toEqual([...invitationStates])
  expect(statesOf(machines.mail)).toEqual([...mailStates])
  expect(statesOf(machines.subscription)).toEqual([...subscriptionStates])
})

test('what can be done is told by state and permissions, and nothing in a state of another release', () => {
  expect(actsFor(machines.file, 'failed', permissionsOf('member'))).toEqual(['retry', 'fail', 'discard'])
  expect(actsFor(machines.file, 'ready', permissionsOf('viewer'))).toEqual(['download'])
  expect(actsFor(machines.invitation, 'pending', permissionsOf('admin'))).toEqual(['resend', 'revoke'])
  expect(actsFor(machines.invitation, 'pending', permissionsOf('viewer'))).toEqual([])
  expect(actsFor(machines.file, 'frozen', permissionsOf('owner'))).toEqual([])
})

test('an act leads to its next state from where it starts, and nowhere from elsewhere', () => {
  expect(nextStates(machines.mail, 'failed', 'resend')).toEqual(['queued'])
  expect(nextStates(machines.file, 'uploading', 'resume')).toEqual(['uploading'])
  expect(nextStates(machines.mail, 'sending', 'resend')).toEqual([])
})

test('a refusal says the state, what cannot be done in it and what to do instead', () => {
  expect(refusalIn(machines.file, 'discard', 'ready')).toMatchObject({
    code: 'conflict',
    message: 'This file is ready, so it cannot be discarded. Move it to the trash instead.',
    details: { state: 'ready' },
  })
  expect(refusalIn(machines.mail, 'resend', 'queued').message).toBe(
    'This mail is on its way, so it cannot be sent again. Wait until it is out.',
  )
  expect(refusalIn(machines.file, 'retry', 'frozen').message).toContain('(frozen)')
  expect(() => requirePossible(machines.file, 'download', 'processing')).toThrow('is being processed')
  expect(() => requirePossible(machines.file, 'download', 'ready')).not.toThrow()
})
