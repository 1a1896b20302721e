'use client'

import { isPossible, type MailDetail, mailMachine } from '@insula/contracts'
import { Button, Drawer, Group, Skeleton, Stack, Tabs, Text, Timeline, Title } from '@mantine/core'
import { IconCheck, IconMailForward, IconX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { notify, notifyFault } from '../../patterns/notify.tsx'
import { Time, useDates } from '../../patterns/time.tsx'
import { MailStateBadge, outcomeOf } from './mail-state.tsx'

/** A mail opened beside the log: how it looks, every attempt to send it, and sending it again. */
export const MailDetails = ({ mailId, onClose }: { mailId: string | null; onClose: () => void }) => {
  const api = useApi()
  const mail = useQuery(
    api.notifications.getMail.queryOptions({ mailId: mailId ?? '' }, { enabled: mailId !== null }),
  )
  return (
    <Drawer
      opened={mailId !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={mail.data?.subject ?? 'Mail'}
    >
      {mail.isError ? (
        <LoadFault error={mail.error} onRetry={() => void mail.refetch()} />
      ) : mail.data ? (
        <Details mail={mail.data} />
      ) : (
        <Skeleton height={320} />
      )}
    </Drawer>
  )
}

const Details = ({ mail }: { mail: MailDetail }) => {
  const api = useApi()
  const queryClient = useQueryClient()
  const mayWrite = useMay('mail:write')
  const { dateTime } = useDates()
  const resend = useMutation(
    api.notifications.resendMail.mutationOptions({
      onSuccess: () => {
        notify(`Sending to ${mail.to} again`)
        return queryClient.invalidateQueries({ queryKey: api.notifications.pathKey() })
      },
      onError: notifyFault,
    }),
  )
  return (
    <Stack gap="lg">
      <div>
        <Group gap="xs">
          <MailStateBadge state={mail.state} />
          <Text size="sm" c="dimmed" miw={0} style={{ overflowWrap: 'anywhere' }}>
            to {mail.to} · {dateTime(mail.createdAt)}
          </Text>
        </Group>
      </div>
      {mayWrite ? (
        <div>
          <Button
            variant="default"
            leftSection={<IconMailForward size={16} />}
            loading={resend.isPending}
            disabled={!isPossible(mailMachine, 'resend', mail.state)}
            onClick={() => resend.mutate({ mailId: mail.id })}
          >
            Send again
          </Button>
        </div>
      ) : null}
      <Attempts mail={mail} />
      <Tabs defaultValue="preview">
        <Tabs.List>
          <Tabs.Tab value="preview">Preview</Tabs.Tab>
          <Tabs.Tab value="text">Text</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="preview" pt="sm">
          {/* No scripts, no forms, no way out of the frame: what a mail holds is not ours to trust. */}
          <iframe
            title={`Preview of ${mail.subject}`}
            sandbox=""
            srcDoc={mail.html}
            style={{
              width: '100%',
              height: 460,
              border: '1px solid var(--insula-border)',
              borderRadius: 8,
              background: '#fff',
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="text" pt="sm">
          <Text component="pre" size="xs" ff="monospace" style={{ whiteSpace: 'pre-wrap' }}>
            {mail.text}
          </Text>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  )
}

const Attempts = ({ mail }: { mail: MailDetail }) => (
  <div>
    <Title order={3} mb="sm">
      Attempts
    </Title>
    {mail.attempts.length === 0 ? (
      <Text size="sm" c="dimmed">
        None yet.
      </Text>
    ) : (
      <Timeline bulletSize={20} lineWidth={2} active={mail.attempts.length}>
        {mail.attempts.map((attempt) => {
          const { label, color } = outcomeOf(attempt.outcome)
          return (
            <Timeline.Item
              key={attempt.at}
              color={color}
              title={<Text size="sm">{label}</Text>}
              bullet={attempt.outcome === 'accepted' ? <IconCheck size={12} /> : <IconX size={12} />}
            >
              <Text size="xs" c="dimmed">
                <Time at={attempt.at} />
                {attempt.status ? ` · HTTP ${attempt.status}` : ''}
                {attempt.detail ? ` · ${attempt.detail}` : ''}
              </Text>
            </Timeline.Item>
          )
        })}
      </Timeline>
    )}
    {mail.nextAttemptAt ? (
      <Text size="sm" mt="sm">
        Next attempt <Time at={mail.nextAttemptAt} />.
      </Text>
    ) : null}
  </div>
)
