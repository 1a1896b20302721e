// Stands in for @insula/api/server-caller until it lands.
import type { Me } from '@insula/contracts'
export const createServerCaller = async (headers: Headers) => ({
  me: async (): Promise<Me | null> => {
    const answer = await fetch(`${process.env.MOCK_API}/api/trpc/identity.me`, {
      headers: { cookie: headers.get('cookie') ?? '' },
    })
    if (!answer.ok) return null
    return (await answer.json()).result.data
  },
})
