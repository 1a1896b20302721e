'use client'

import { Alert, Anchor, Button, Stack } from '@mantine/core'
import Link from 'next/link'
import { useState } from 'react'
import { z } from 'zod'
import { type Fault, faultOf } from '../../api/refusal.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { EntranceCard } from '../../patterns/entrance-card.tsx'
import { FaultNote } from '../../patterns/fault-note.tsx'
import { leaveFor } from '../../patterns/leaving.ts'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { afterVerifying } from './after-verifying.ts'
import { AskForLink } from './ask-for-link.tsx'
import { sameSitePath } from './same-site-path.ts'
import { authClient } from './shared/auth-client.ts'
import { PasswordField } from './shared/password-field.tsx'

type Step = 'confirm' | 'password' | 'spent'

/** Where the mailed link leads. Opening it changes nothing, since mail scanners open links, too; the button does. */
export const VerifyEmail = ({ token }: { token: string | null }) => {
  const [step, setStep] = useState<Step>('confirm')
  if (token === null) return <AskAgain />
  if (step === 'spent') return <AskAgain spent />
  if (step === 'password') return <WithPassword token={token} onSpent={() => setStep('spent')} />
  return <Confirm token={token} onStep={setStep} />
}

const goOn = async () => {
  leaveFor(sameSitePath(afterVerifying.take()))
  await new Promise(() => undefined)
}

const Confirm = ({ token, onStep }: { token: string; onStep: (step: Step) => void }) => {
  const [pending, setPending] = useState(false)
  const [fault, setFault] = useState<Fault | null>(null)
  const confirm = async () => {
    setPending(true)
    setFault(null)
    try {
      await authClient.verifyEmail({ token })
      await goOn()
    } catch (error) {
      const found = faultOf(error)
      if (found.code === 'gone') onStep('spent')
      else if (found.details.field === 'password') onStep('password')
      else setFault(found)
      setPending(false)
    }
  }
  return (
    <EntranceCard title="Confirm your e-mail address" about="Then your account is ready.">
      <Stack gap="md">
        <NotChecked fault={fault} />
        <Button fullWidth autoFocus loading={pending} onClick={() => void confirm()}>
          Confirm my address
        </Button>
      </Stack>
    </EntranceCard>
  )
}

/** In another browser than the one that signed up: whoever reads this mail decides by which password they come in. */
const WithPassword = ({ token, onSpent }: { token: string; onSpent: () => void }) => {
  const checked = useCheckedForm({
    name: 'verify-email',
    light: true,
    schema: z.object({ password: z.string().min(1, 'Type a password') }),
    initialValues: { password: '' },
  })
  const { form, pending } = checked
  const confirm = async ({ password }: typeof form.values) => {
    try {
      await authClient.verifyEmail({ token, password })
      await goOn()
    } catch (error) {
      if (faultOf(error).code !== 'gone') throw error
      onSpent()
    }
  }
  return (
    <EntranceCard
      title="One more step"
      about="This is not the browser that signed up. Type the password you chose there, or choose a new one."
    >
      <CheckedForm of={checked} onSave={confirm}>
        <PasswordField
          label="Password"
          autoComplete="new-password"
          autoFocus
          withStrength
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={pending} fullWidth>
          Confirm my address
        </Button>
      </CheckedForm>
    </EntranceCard>
  )
}

/** A link that could not be looked up is not one that no longer works. */
const NotChecked = ({ fault }: { fault: Fault | null }) => {
  if (fault?.code !== 'unavailable' && fault?.code !== 'internal' && fault?.code !== 'unreachable') {
    return <FaultNote fault={fault} />
  }
  return (
    <Alert color="red" variant="light" role="alert">
      Your link could not be checked just now. Try again in a moment.
    </Alert>
  )
}

const AskAgain = ({ spent = false }: { spent?: boolean }) => (
  <AskForLink
    title={spent ? 'This link no longer works' : 'Verify your address'}
    about={
      spent
        ? 'It was used, replaced by a newer one, or is too old. Sign in if you confirmed your address before, or have another link sent.'
        : 'We send you the link that does it.'
    }
    below={
      <Anchor component={Link} href="/sign-in" inherit>
        Sign in
      </Anchor>
    }
    sent={(to) => <>If somebody signed up with {to}, another mail is on its way there.</>}
    action="Send a new link"
    send={authClient.sendVerificationEmail}
  />
)
