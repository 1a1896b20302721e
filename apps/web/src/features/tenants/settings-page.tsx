'use client'

import { type Tenant, TenantChange } from '@insula/contracts'
import {
  Button,
  Card,
  Code,
  Group,
  NativeSelect,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { z } from 'zod'
import { useApi } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { ApiCall } from '../../patterns/api-call.tsx'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { Copyable } from '../../patterns/copyable.tsx'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { notify } from '../../patterns/notify.tsx'
import { PageHead } from '../../patterns/page-head.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { timeZonesWith } from './time-zones.ts'

export const SettingsPage = () => {
  const tenant = useQuery(useApi().tenants.get.queryOptions())
  return (
    <>
      <PageHead
        title="Settings"
        about="What your tenant is called and how it writes times and money."
        actions={<ApiCall method="GET" path="/tenant" scope="tenant:read" />}
      />
      {tenant.isError ? (
        <LoadFault error={tenant.error} onRetry={() => void tenant.refetch()} />
      ) : (
        <Stack gap="lg" maw={720}>
          {tenant.data ? (
            <>
              <NameCard tenant={tenant.data} />
              <RegionCard tenant={tenant.data} />
              <IdCard tenant={tenant.data} />
            </>
          ) : (
            <>
              <Skeleton height={190} radius="md" />
              <Skeleton height={270} radius="md" />
            </>
          )}
        </Stack>
      )}
    </>
  )
}

/** One matter, one save. Whoever may not change it sees it and is told why. */
const SettingsCard = ({ title, children }: { title: string; children: ReactNode }) => (
  <Card>
    <Title order={2} mb="md">
      {title}
    </Title>
    {children}
  </Card>
)

const useTenantChange = () => {
  const api = useApi()
  const queryClient = useQueryClient()
  const change = useMutation(api.tenants.change.mutationOptions())
  return async (input: Parameters<typeof change.mutateAsync>[0]) => {
    queryClient.setQueryData(api.tenants.get.queryKey(), await change.mutateAsync(input))
    await queryClient.invalidateQueries({ queryKey: api.identity.me.pathKey() })
    notify('Saved')
  }
}

const Save = ({ pending, dirty }: { pending: boolean; dirty: boolean }) =>
  useMay('tenant:write') ? (
    <Group justify="flex-end">
      <Button type="submit" loading={pending} disabled={!dirty}>
        Save
      </Button>
    </Group>
  ) : (
    <Text size="xs" c="dimmed">
      To change this you need <Code>tenant:write</Code>; an owner or admin can give it.
    </Text>
  )

const NameCard = ({ tenant }: { tenant: Tenant }) => {
  const mayWrite = useMay('tenant:write')
  const save = useTenantChange()
  const checked = useCheckedForm({
    name: 'tenant-name',
    schema: TenantChange.pick({ name: true }).required(),
    initialValues: { name: tenant.name },
  })
  const { form, pending } = checked
  return (
    <SettingsCard title="Name">
      <CheckedForm of={checked} onSave={save}>
        <TextInput
          label="Tenant name"
          description="Shown to members, in mails and on invitations."
          readOnly={!mayWrite}
          {...form.getInputProps('name')}
        />
        <Save pending={pending} dirty={form.isDirty()} />
      </CheckedForm>
    </SettingsCard>
  )
}

const languages = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'German' },
]
const currencies = ['EUR', 'USD', 'GBP', 'CHF']

const RegionCard = ({ tenant }: { tenant: Tenant }) => {
  const mayWrite = useMay('tenant:write')
  const save = useTenantChange()
  const checked = useCheckedForm({
    name: 'tenant-region',
    schema: TenantChange.pick({ locale: true, timeZone: true, currency: true }),
    initialValues: {
      locale: tenant.locale === 'de' ? ('de' as const) : ('en' as const),
      timeZone: tenant.timeZone,
      currency: tenant.currency as z.input<typeof TenantChange>['currency'],
    },
  })
  const { form, pending } = checked
  return (
    <SettingsCard title="Region">
      <CheckedForm of={checked} onSave={save}>
        <NativeSelect
          label="Dates and numbers"
          description="How they are written; the console itself speaks English."
          data={languages}
          disabled={!mayWrite}
          {...form.getInputProps('locale')}
        />
        <Select
          label="Time zone"
          description="In which times are shown. Exports and the API keep UTC."
          data={timeZonesWith(tenant.timeZone)}
          searchable
          limit={60}
          allowDeselect={false}
          disabled={!mayWrite}
          {...form.getInputProps('timeZone')}
        />
        <NativeSelect
          label="Currency"
          description="For what you sell. Your own plan is billed in euros."
          data={currencies}
          disabled={!mayWrite}
          {...form.getInputProps('currency')}
        />
        <Save pending={pending} dirty={form.isDirty()} />
      </CheckedForm>
    </SettingsCard>
  )
}

const IdCard = ({ tenant }: { tenant: Tenant }) => (
  <SettingsCard title="For programs">
    <Stack gap="md">
      <div>
        <Text size="sm" mb={4}>
          Tenant id
        </Text>
        <Copyable text={tenant.id} label="Copy id" />
      </div>
      <div>
        <Text size="sm" mb={4}>
          Slug
        </Text>
        <Copyable text={tenant.slug} label="Copy slug" />
      </div>
    </Stack>
  </SettingsCard>
)
