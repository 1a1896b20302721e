'use client'

import { Email } from '@insula/contracts'
import { Button, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { z } from 'zod'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { EntranceCard } from '../../patterns/entrance-card.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { SentMail } from './sent-mail.tsx'

interface Props {
  title: string
  about: string
  below?: ReactNode
  /** What was sent, as one sentence that is true whoever the address belongs to. */
  sent: (to: ReactNode) => ReactNode
  action: string
  send: (email: string) => Promise<unknown>
}

/** Asks for an address and mails a link to it; then tells where to look, and sends another on request. */
export const AskForLink = ({ title, about, below, sent, action, send }: Props) => {
  const checked = useCheckedForm({
    name: 'ask-for-link',
    light: true,
    schema: z.object({ email: Email }),
    initialValues: { email: '' },
  })
  const { form, pending } = checked
  const [done, setDone] = useState(false)
  const sendToAddress = async () => void (await send(form.values.email))

  if (done)
    return (
      <SentMail onResend={sendToAddress} onWrongAddress={() => setDone(false)}>
        {sent(<strong>{form.values.email}</strong>)}
      </SentMail>
    )
  return (
    <EntranceCard title={title} about={about} below={below}>
      <CheckedForm
        of={checked}
        onSave={async () => {
          await sendToAddress()
          setDone(true)
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
