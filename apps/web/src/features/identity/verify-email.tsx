'use client'

import { Email } from '@insula/contracts'
import { Button, Center, Loader, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { EntranceCard } from '../../frame/entrance-card.tsx'
import { FaultNote } from '../../patterns/fault-note.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { afterVerifying } from './after-verifying.ts'
import { authClient } from './auth-client.ts'
import { answered } from './auth-fault.ts'
import { sameSitePath } from './same-site-path.ts'
import { SentMail } from './sent-mail.tsx'

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
      <Button fullWidth autoFocus onClick={() => window.location.assign(sameSitePath(afterVerifying.take()))}>
        Continue
      </Button>
    </EntranceCard>
  )
}

const AskAgain = ({ expired }: { expired: boolean }) => {
  const { form, submit, fault, pending } = useCheckedForm({
    schema: z.object({ email: Email }),
    initialValues: { email: '' },
  })
  const [sent, setSent] = useState(false)
  const send = () => answered(authClient.sendVerificationEmail({ email: form.values.email }))

  if (sent)
    return (
      <SentMail
        to={form.values.email}
        what="a new link"
        onResend={send}
        onWrongAddress={() => setSent(false)}
      />
    )
  return (
    <EntranceCard
      title={expired ? 'This link no longer works' : 'Verify your address'}
      about={
        expired
          ? 'It has been used or has expired. We can send you another.'
          : 'We send you a link that does it.'
      }
    >
      <form
        noValidate
        onSubmit={submit(async () => {
          await send()
          setSent(true)
        })}
      >
        <Stack gap="md">
          <FaultNote fault={fault} />
          <TextInput label="E-mail" type="email" autoComplete="username" {...form.getInputProps('email')} />
          <Button type="submit" loading={pending} fullWidth>
            Send a new link
          </Button>
        </Stack>
      </form>
    </EntranceCard>
  )
}
