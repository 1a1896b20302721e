import { createApp } from '@insula/api/app'
import { SessionModel } from '@insula/db'
import { aPerson, onTheLocalCloud, password } from '@insula/testing'
import { expect, test } from 'vitest'

process.env.APP_URL = 'https://app.example.com'
onTheLocalCloud()

test.each([true, false])(
  'behind https every cookie of a sign-in is Secure and HttpOnly (rememberMe %s)',
  async (rememberMe) => {
    const { user } = await aPerson()
    const answer = await createApp().request(
      'https://app.example.com/api/auth/sign-in/email',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'https://app.example.com' },
        body: JSON.stringify({ email: user.email, password, rememberMe }),
      },
      { remoteAddress: '127.0.0.1' },
    )
    expect(answer.status).toBe(200)
    const cookies = answer.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; Secure/i)
      expect(cookie).toMatch(/; HttpOnly/i)
      expect(cookie).toMatch(/; SameSite=Lax/i)
    }
    // Kept for a fortnight, or until the browser is closed and for a day at most.
    expect(cookies.some((cookie) => /; Max-Age=[1-9]/.test(cookie))).toBe(rememberMe)
    const session = await SessionModel.findOne({ userId: user.id }).sort({ createdAt: -1 }).lean()
    const days = ((session?.expiresAt.getTime() ?? 0) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(rememberMe ? 14 : 1)
    expect(answer.headers.get('strict-transport-security')).toContain('max-age')
  },
)
