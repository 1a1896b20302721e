import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { allRoutes } from '../http/all-routes.ts'
import lock from './parameters.lock.json' with { type: 'json' }
import { parameterLock } from './read-sdk.ts'
import type { Shape } from './shape.ts'

it('the parameter lock is what the pinned SDK declares', () => {
  const kept = readFileSync(join(import.meta.dirname, 'parameters.lock.json'), 'utf8')
  expect(parameterLock() === kept, 'run node local-cloud/stripe/src/parameters/generate.ts').toBe(true)
})

it('a route takes only parameters that Stripe has', () => {
  const invented = allRoutes.flatMap((route) =>
    route.takes
      .filter((path) => !reaches((lock as Record<string, Shape>)[route.operation]!, path.split('.')))
      .map((path) => `${route.operation}: ${path}`),
  )
  expect(invented).toEqual([])
})

function reaches(shape: Shape, [name, ...rest]: string[]): boolean {
  if (name === undefined || shape === 'any') return true
  if (typeof shape === 'string' || 'enum' in shape) return false
  if ('array' in shape) return reaches(shape.array, [name, ...rest])
  if ('emptyable' in shape) return reaches(shape.emptyable, [name, ...rest])
  if ('map' in shape) return true
  if ('oneOf' in shape) return shape.oneOf.some((one) => reaches(one, [name, ...rest]))
  const inner = shape.object[name] ?? shape.object[`${name}!`]
  return inner !== undefined && reaches(inner, rest)
}
