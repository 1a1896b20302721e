import type { Actor, Person } from '@insula/core/access/actor'
import { resolveActor, resolvePerson } from '@insula/core/access/resolve'
import { originOf } from '@insula/core/identity/origin'
import type { Context } from './trpc.ts'

/** Makes the context of one request from its headers, which the HTTP app has put its own address and id into. */
export function contextOf(headers: Headers): Context {
  const origin = originOf(headers)
  let person: Promise<Person> | undefined
  let actor: Promise<Actor> | undefined
  const resolve = () => resolvePerson(headers, origin)
  return {
    origin,
    person() {
      person ??= resolve()
      return person
    },
    actor() {
      actor ??= resolveActor(headers, origin, () => this.person())
      return actor
    },
    freshActor: () => resolveActor(headers, origin, resolve),
  }
}
