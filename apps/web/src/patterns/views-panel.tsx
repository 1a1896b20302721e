'use client'

import { ActionIcon, Button, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconCheck, IconTrash } from '@tabler/icons-react'
import { z } from 'zod'
import { CheckedForm } from './checked-form.tsx'
import classes from './list-page.module.css'
import { mostViews, type SavedView, type useSavedViews } from './saved-views.ts'
import { useCheckedForm } from './use-checked-form.ts'
import type { List } from './use-list.ts'

interface ViewsPanelProps {
  /** Of the list. */
  name: string
  list: List
  kept: ReturnType<typeof useSavedViews>
  /** The present view, as it stands in the address. */
  current: string
}

/** The views that are kept, each to be opened or removed, and the present one to be kept under a name. */
export const ViewsPanel = ({ name, list, kept, current }: ViewsPanelProps) => {
  const { views, save, remove } = kept
  const open = (query: string) => {
    const params = new URLSearchParams(query)
    list.set(Object.fromEntries(list.names.map((one) => [one, params.get(one)])))
  }
  const isOpen = ({ query }: SavedView) => query === current
  return (
    <Stack gap="xs">
      <Text size="xs" c="dimmed">
        A view keeps filters, order, columns and page size: for you alone, in this browser.
      </Text>
      {views.length > 0 ? (
        <ul className={classes.views} aria-label="Saved views">
          {views.map((view) => (
            <li key={view.name}>
              <UnstyledButton
                className={classes.view}
                aria-current={isOpen(view) ? 'true' : undefined}
                onClick={() => open(view.query)}
              >
                <bdi>{view.name}</bdi>
                {isOpen(view) ? <IconCheck size={14} aria-hidden="true" /> : null}
              </UnstyledButton>
              <ActionIcon aria-label={`Remove the view ${view.name}`} onClick={() => remove(view.name)}>
                <IconTrash size={14} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      ) : null}
      {current === '' ? (
        <Text size="xs" c="dimmed">
          Filter or sort the list, then keep it here under a name.
        </Text>
      ) : (
        <>
          {views.some(isOpen) ? null : views.length >= mostViews ? (
            <Text size="xs">{mostViews} views are kept at most. Remove one first.</Text>
          ) : (
            <KeepView name={name} onKeep={(given) => save({ name: given, query: current })} />
          )}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => open('')}>
            Back to the usual view
          </Button>
        </>
      )}
    </Stack>
  )
}

const ViewName = z.object({ name: z.string().trim().min(1, 'The view needs a name').max(40) })

const KeepView = ({ name, onKeep }: { name: string; onKeep: (given: string) => void }) => {
  const checked = useCheckedForm({
    name: `view-of-${name}`,
    light: true,
    schema: ViewName,
    initialValues: { name: '' },
  })
  return (
    <CheckedForm
      of={checked}
      onSave={async (values) => {
        onKeep(ViewName.parse(values).name)
        checked.form.reset()
      }}
    >
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <TextInput
          aria-label="Name of the view"
          placeholder="Name of the view"
          flex={1}
          data-autofocus
          {...checked.form.getInputProps('name')}
        />
        <Button type="submit" variant="default">
          Save
        </Button>
      </Group>
    </CheckedForm>
  )
}
