'use client'

import { Button, Center, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { EntranceCard } from '../../frame/entrance-card.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { afterVerifying } from './after-verifying.ts'
import { AskForLink } from './ask-for-link.tsx'
import { authClient } from './auth-client.ts'
import { answered } from './auth-fault.ts'
import { sameSitePath } from './same-site-path.ts'

/** Redeems the mailed link; without one, or with one that no longer works, sends another. */
export const VerifyEmail = ({ token }: { token: string | null }) => {
  const verification = useQuery({
    queryKey: ['verify-email', token],
    queryFn: () => answered(authClient.verifyEmail({ query: { token: token ?? '' } })),
    enabled: token !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

  if (token === null || verification.isError) return <AskAgain expired={token !== null} />
  if (verification.isPending)
    return (
      <EntranceCard title="Verifying your address">
        <Center py="md">
          <Loader size="sm" role="img" aria-label="Verifying" />
        </Center>
      </EntranceCard>
    )
  return (
    <EntranceCard title="Your address is verified" about="Everything is ready.">
      <Button fullWidth autoFocus onClick={() => leaveFor(sameSitePath(afterVerifying.take()))}>
        Continue
      </Button>
    </EntranceCard>
  )
}

const AskAgain = ({ expired }: { expired: boolean }) => (
  <AskForLink
    title={expired ? 'This link no longer works' : 'Verify your address'}
    about={
      expired
        ? 'It has been used or has expired. We can send you another.'
        : 'We send you a link that does it.'
    }
    what="a new link"
    action="Send a new link"
    send={(email) => answered(authClient.sendVerificationEmail({ email }))}
  />
)
