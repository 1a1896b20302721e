'use client'

import { Email } from '@insula/contracts'
import { Anchor, Button, Stack, TextInput } from '@mantine/core'
import Link from 'next/link'
import { useState } from 'react'
import { z } from 'zod'
import { EntranceCard } from '../../frame/entrance-card.tsx'
import { FaultNote } from '../../patterns/fault-note.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { authClient } from './auth-client.ts'
import { answered } from './auth-fault.ts'
import { SentMail } from './sent-mail.tsx'

export const ForgotPassword = () => {
  const { form, submit, fault, pending } = useCheckedForm({
    schema: z.object({ email: Email }),
    initialValues: { email: '' },
  })
  const [sent, setSent] = useState(false)
  const send = () => answered(authClient.requestPasswordReset({ email: form.values.email }))

  if (sent)
    return (
      <SentMail
        to={form.values.email}
        what="a link to choose a new password, if there is an account with this address,"
        onResend={send}
        onWrongAddress={() => setSent(false)}
      />
    )
  return (
    <EntranceCard
      title="Forgot your password?"
      about="We send you a link to choose a new one."
      below={
        <Anchor component={Link} href="/sign-in" inherit>
          Back to sign in
        </Anchor>
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
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            autoFocus
            {...form.getInputProps('email')}
          />
          <Button type="submit" loading={pending} fullWidth>
            Send the link
          </Button>
        </Stack>
      </form>
    </EntranceCard>
  )
}
