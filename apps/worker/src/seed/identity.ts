import type { User } from '@insula/contracts'
import { registerVerified } from '@insula/core/identity'

export const password = 'insula demo password'

export interface People {
  owner: User
  admin: User
  member: User
  viewer: User
}

/** Registers one person for every role of a tenant, and one who runs the platform. */
export async function seedPeople(): Promise<People> {
  const people = {
    owner: await register('Olivia Owner', 'owner@acme.test'),
    admin: await register('Adam Admin', 'admin@acme.test'),
    member: await register('Mia Member', 'member@acme.test'),
    viewer: await register('Victor Viewer', 'viewer@acme.test'),
  }
  await registerVerified({
    name: 'Oscar Operator',
    email: 'operator@insula.test',
    password,
    platformRole: 'admin',
  })
  return people
}

const register = (name: string, email: string) => registerVerified({ name, email, password })
