'use client'

import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { IconMailForward } from '@tabler/icons-react'
import { useState } from 'react'
import { EntranceCard } from '../../frame/entrance-card.tsx'
import { sayFault } from '../../patterns/say.tsx'

const resendAfterSeconds = 30

interface SentMailProps {
  to: string
  what: string
  onResend: () => Promise<unknown>
  onWrongAddress: () => void
}

/** After a mail was sent: where it went, how to have it again, and the way back for a wrong address. */
export const SentMail = ({ to, what, onResend, onWrongAddress }: SentMailProps) => {
  const [wait, setWait] = useState(resendAfterSeconds)
  useInterval(() => setWait((left) => Math.max(0, left - 1)), 1000, { autoInvoke: true })
  const resend = async () => {
    setWait(resendAfterSeconds)
    await onResend().catch(sayFault)
  }
  return (
    <EntranceCard
      title="Check your inbox"
      about={
        <>
          We sent {what} to <strong>{to}</strong>. The link works once.
        </>
      }
    >
      <Stack gap="sm">
        <Button
          variant="default"
          fullWidth
          leftSection={<IconMailForward size={16} />}
          disabled={wait > 0}
          onClick={() => void resend()}
        >
          {wait > 0 ? `Send again in ${wait} s` : 'Send again'}
        </Button>
        <Text size="sm" c="dimmed" ta="center">
          Wrong address?{' '}
          <Anchor component="button" type="button" inherit onClick={onWrongAddress}>
            Change it
          </Anchor>
        </Text>
      </Stack>
    </EntranceCard>
  )
}
