'use client'

import { NewTenant, Slug, type Tenant } from '@insula/contracts'
import { Anchor, Button, Loader, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useApi } from '../../api/client.ts'
import { CheckedForm } from '../../patterns/checked-form.tsx'
import { useCheckedForm } from '../../patterns/use-checked-form.ts'
import { slugOf } from './slug-of.ts'

interface NewTenantFormProps {
  onCreated: (tenant: Tenant) => void
  /** Something else on the page comes first. */
  second?: boolean
}

/** Name and slug; the slug follows the name until it is typed, and is looked up while typing. */
export const NewTenantForm = ({ onCreated, second = false }: NewTenantFormProps) => {
  const api = useApi()
  const create = useMutation(api.tenants.create.mutationOptions({ trpc: { context: { anyTenant: true } } }))
  const checked = useCheckedForm({
    name: 'new-tenant',
    schema: NewTenant,
    initialValues: { name: '', slug: '' },
  })
  const { form, pending } = checked

  const [slug] = useDebouncedValue(form.values.slug, 300)
  const wellFormed = Slug.safeParse(slug).success
  const check = useQuery(
    api.tenants.checkSlug.queryOptions(
      { slug },
      { enabled: wellFormed, staleTime: 5_000, trpc: { context: { anyTenant: true } } },
    ),
  )
  const answer = wellFormed && slug === form.values.slug ? check.data : undefined
  const taken = answer && !answer.available

  // The slug follows the name for as long as it is the one that was suggested.
  const suggested = useRef('')
  const named = useRef('')
  const suggestSlug = async (name: string) => {
    named.current = name
    const slug = await slugOf(name)
    // Typed on meanwhile: the later name's is the one that counts.
    if (named.current !== name) return
    suggested.current = slug
    form.setFieldValue('slug', slug)
  }
  const takeSlug = (value: string) => {
    named.current = ''
    form.setFieldValue('slug', value)
  }
  const sign = check.isFetching ? (
    <Loader size={14} role="img" aria-label="Checking" />
  ) : answer?.available ? (
    <IconCheck size={16} color="var(--mantine-color-green-7)" aria-label="Free" />
  ) : taken ? (
    <IconX size={16} color="var(--mantine-color-error)" aria-label="Taken" />
  ) : null

  return (
    <CheckedForm of={checked} onSave={async (values) => onCreated(await create.mutateAsync(values))}>
      <TextInput
        label="Name"
        description="As people call your organisation."
        autoComplete="organization"
        autoFocus={!second}
        {...form.getInputProps('name')}
        onChange={(event) => {
          form.getInputProps('name').onChange(event)
          if (form.values.slug === suggested.current) void suggestSlug(event.currentTarget.value)
        }}
      />
      <div>
        <TextInput
          label="Slug"
          description="A short name for addresses and the API. It stays the same."
          autoCapitalize="none"
          spellCheck={false}
          rightSection={sign}
          {...form.getInputProps('slug')}
          error={form.errors.slug ?? (taken ? (answer.reason ?? 'This one is taken') : undefined)}
          onChange={(event) => takeSlug(event.currentTarget.value)}
        />
        {taken && answer.suggestion ? (
          <Text size="xs" mt={4}>
            Free:{' '}
            <Anchor
              component="button"
              type="button"
              inherit
              onClick={() => takeSlug(answer.suggestion ?? '')}
            >
              {answer.suggestion}
            </Anchor>
          </Text>
        ) : null}
      </div>
      <Button type="submit" loading={pending} fullWidth variant={second ? 'default' : 'filled'}>
        Create tenant
      </Button>
    </CheckedForm>
  )
}
