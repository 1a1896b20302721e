'use client'

import { Email } from '@insula/contracts'
import { Button, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { z } from 'zod'
import { EntranceCard } from '../../frame/entrance-card.tsx'
import { FaultNote } from '../../patterns/fault-note.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { SentMail } from './sent-mail.tsx'

interface Props {
  title: string
  about: string
  below?: ReactNode
  /** What the mail holds, as it goes on after "We sent". */
  what: string
  action: string
  send: (email: string) => Promise<unknown>
}

/** Asks for an address and mails a link to it; then tells where to look, and sends another on request. */
export const AskForLink = ({ title, about, below, what, action, send }: Props) => {
  const { form, submit, fault, pending } = useCheckedForm({
    schema: z.object({ email: Email }),
    initialValues: { email: '' },
  })
  const [sent, setSent] = useState(false)
  const sendToAddress = async () => void (await send(form.values.email))

  if (sent)
    return (
      <SentMail
        to={form.values.email}
        what={what}
        onResend={sendToAddress}
        onWrongAddress={() => setSent(false)}
      />
    )
  return (
    <EntranceCard title={title} about={about} below={below}>
      <form
        noValidate
        onSubmit={submit(async () => {
          await sendToAddress()
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
            {action}
          </Button>
        </Stack>
      </form>
    </EntranceCard>
  )
}
