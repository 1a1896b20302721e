import { randomUUID } from 'node:crypto'
import { mongoHandles } from '@insula/db'
import { aPerson, onTheLocalCloud, password } from '@insula/testing'
import { answerRequests } from '@insula/testing/things/notifications'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { anAddress, request } from '../http/http.ts'

const uri = new URL(process.env.MONGODB_URI ?? '')
uri.searchParams.set('monitorCommands', 'true')
process.env.MONGODB_URI = uri.href
onTheLocalCloud()

const commands = vi.hoisted((): string[] => [])

// The real one, told of each time: judging a password is by far the longest part of a sign-in.
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<{ verify(stored: string, given: string): Promise<boolean> }>()
  const verify = (stored: string, given: string) => {
    commands.push('argon2 verify')
    return real.verify(stored, given)
  }
  return { ...real, verify }
})

beforeAll(() => {
  mongoHandles().client.on('commandStarted', ({ commandName, command }) => {
    commands.push(`${commandName} ${command[commandName]}`)
  })
})

const fresh = () => `${randomUUID()}@example.test`
const post = (path: string, body: unknown) =>
  request(`/api/auth${path}`, { method: 'POST', body, address: anAddress() })

/** What MongoDB and the judge of passwords are asked during one call; the queue has its own server, and gets one job each time. */
async function asked(path: string, body: object): Promise<string[]> {
  await answerRequests()
  commands.length = 0
  await post(path, body)
  return commands.filter((command) => !command.startsWith('ping')).map((command) => command.trim())
}

describe('a known address and an unknown one cost the same questions, in the same order', () => {
  test.each<[string, object]>([
    ['/sign-up/email', { name: 'Ada', password: 'another sentence of small words' }],
    ['/request-password-reset', {}],
    ['/send-verification-email', {}],
    ['/sign-in/email', { password: 'not the password at all' }],
  ])('%s', async (path, body) => {
    const { user } = await aPerson()
    await post(path, { ...body, email: fresh() })
    const known = await asked(path, { ...body, email: user.email })
    const unknown = await asked(path, { ...body, email: fresh() })
    expect(known.length).toBeGreaterThan(0)
    expect(known).toEqual(unknown)
    expect(known.join()).toContain('insert account_requests')
    // Whose address it is is looked up for a password alone, and there for everybody.
    expect(known.some((command) => command === 'find users')).toBe(path === '/sign-in/email')
  })

  test('who signs up is not told apart by who may sign in', async () => {
    const email = fresh()
    await post('/sign-up/email', { name: 'Ada', email, password })
    const pending = await asked('/sign-in/email', { email, password: 'not the password at all' })
    const unknown = await asked('/sign-in/email', { email: fresh(), password: 'not the password at all' })
    expect(pending).toEqual(unknown)
  })
})
