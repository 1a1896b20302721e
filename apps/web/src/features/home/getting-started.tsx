'use client'

import { freePlanId } from '@insula/contracts'
import { ActionIcon, Anchor, Card, Group, Progress, Skeleton, Text, ThemeIcon, Title } from '@mantine/core'
import { useLocalStorage, useMounted } from '@mantine/hooks'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Route } from 'next'
import Link from 'next/link'
import { useEffect } from 'react'
import { useApi } from '../../api/client.ts'
import { useMay, useTenant } from '../../api/me.ts'
import classes from './home.module.css'

interface Step {
  label: string
  why: string
  href: Route
  done: boolean
}

/** What a new tenant does first. Each line ticks itself when it is done; when all are, the card goes away. */
export const GettingStarted = () => {
  const api = useApi()
  const tenant = useTenant()
  const mayInvite = useMay('members:write')
  const mayUpload = useMay('files:write')
  const mayPay = useMay('billing:manage')
  const mayKeys = useMay('api-keys:write')
  const [hidden, setHidden] = useLocalStorage({ key: `insula-started-${tenant.id}`, defaultValue: false })
  // By how many steps there were: whoever may do more later has more to start with.
  const count = [mayInvite, mayUpload, mayKeys, mayPay].filter(Boolean).length
  const [over, setOver] = useLocalStorage({
    key: `insula-started-${tenant.id}-${count}`,
    defaultValue: false,
  })
  const dismissed = hidden || over || count === 0

  const people = useQuery(api.tenants.people.queryOptions(undefined, { enabled: mayInvite && !dismissed }))
  const files = useQuery(
    api.files.list.queryOptions({ limit: 1, variant: 'thumb' }, { enabled: mayUpload && !dismissed }),
  )
  const apiKeys = useQuery(api.access.listApiKeys.queryOptions(undefined, { enabled: mayKeys && !dismissed }))
  const waiting = [people, files, apiKeys].some((query) => query.isLoading)

  const steps = [
    mayInvite && {
      label: 'Invite a colleague',
      why: 'They get a mail with a link and the role you choose.',
      href: '/members?invite=1' as Route,
      done: (people.data?.members.length ?? 0) > 1 || (people.data?.invitations.length ?? 0) > 0,
    },
    mayUpload && {
      label: 'Upload an image',
      why: 'It is checked, cleaned and made ready in three sizes while you watch.',
      href: '/files' as Route,
      done: (files.data?.items.length ?? 0) > 0,
    },
    mayKeys && {
      label: 'Create an API key',
      why: 'Everything the console does, your programs can do too.',
      href: '/api-keys?create=1' as Route,
      done: (apiKeys.data?.length ?? 0) > 0,
    },
    mayPay && {
      label: 'Pick a plan',
      why: 'The free one is enough to look around; the others are for working on it.',
      href: '/billing' as Route,
      done: tenant.planId !== freePlanId,
    },
  ].filter((step): step is Step => step !== false)
  const done = steps.filter((step) => step.done).length
  const complete = !waiting && !dismissed && done === steps.length
  // What was hidden is known to the browser alone. Until it is, nothing is shown; from then on the card has its place.
  const mounted = useMounted()
  useEffect(() => {
    if (complete) setOver(true)
  }, [complete, setOver])

  if (!mounted || dismissed || complete) return null
  return (
    <Card component="section" aria-labelledby="getting-started" aria-busy={waiting} padding={0}>
      <Group justify="space-between" px="lg" py="md" wrap="nowrap">
        <Group gap="md">
          <Title order={2} id="getting-started">
            Getting started
          </Title>
          <Group gap="xs">
            <Progress w={80} value={(done / steps.length) * 100} color="gray.6" aria-label="Steps done" />
            <Text size="xs" c="dimmed" className="tabular">
              {waiting ? '…' : done} of {steps.length}
            </Text>
          </Group>
        </Group>
        <ActionIcon aria-label="Hide getting started" onClick={() => setHidden(true)}>
          <IconX size={16} />
        </ActionIcon>
      </Group>
      <ul className={classes.steps}>
        {steps.map((step) => (
          <li key={step.label} className={classes.step}>
            {waiting ? (
              <Skeleton circle height={22} />
            ) : step.done ? (
              <ThemeIcon size={22} radius="xl" color="green" variant="light" role="img" aria-label="Done">
                <IconCheck size={14} />
              </ThemeIcon>
            ) : (
              <span className={classes.open} aria-hidden="true" />
            )}
            <div>
              {step.done && !waiting ? (
                <Text c="dimmed" td="line-through">
                  {step.label}
                </Text>
              ) : (
                <Anchor component={Link} href={step.href} c="inherit" fw={550} className={classes.stepLink}>
                  {step.label}
                </Anchor>
              )}
              <Text size="sm" c="dimmed">
                {step.why}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  )
}
