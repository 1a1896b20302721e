'use client'

import { Email } from '@insula/contracts'
import { Button, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { z } from 'zod'
import { EntranceCard } from '../../frame/entrance-card.tsx'
import { CheckedForm } from '../../patterns/checked-form.tsx'
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
  const checked = useCheckedForm({
    name: 'ask-for-link',
    light: true,
    schema: z.object({ email: Email }),
    initialValues: { email: '' },
  })
  const { form, pending } = checked
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
      <CheckedForm
        of={checked}
        onSave={async () => {
          await sendToAddress()
          setSent(true)
        }}
      >
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
      </CheckedForm>
    </EntranceCard>
  )
}
