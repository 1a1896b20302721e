'use client'

import { Anchor, Button, Stack, Text } from '@mantine/core'
import { IconMailForward } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { EntranceCard } from '../../patterns/entrance-card.tsx'
import { notifyFault } from '../../patterns/notify.tsx'
import { useCountdown } from './countdown.ts'

const resendAfterSeconds = 30

interface SentMailProps {
  /** What was sent, to whom, as one sentence; true whoever the address belongs to. */
  children: ReactNode
  onResend: () => Promise<unknown>
  onWrongAddress: () => void
}

/** After a mail was sent: where it went, how to have it again, and the way back for a wrong address. */
export const SentMail = ({ children, onResend, onWrongAddress }: SentMailProps) => {
  const { seconds: wait, start } = useCountdown(resendAfterSeconds)
  const resend = async () => {
    start(resendAfterSeconds)
    await onResend().catch(notifyFault)
  }
  return (
    <EntranceCard title="Check your inbox" about={children}>
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
