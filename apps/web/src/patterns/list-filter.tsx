'use client'

import { Button, Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { List } from './use-list.ts'

interface Option {
  value: string
  label: string
}

/** A filter of a list: one of several values, a day, on or off, or one that is set by following a link and only shown. */
export type ListFilter =
  | {
      kind: 'choice'
      name: string
      label: string
      /** What is shown while it is not set: `Any state`. */
      any: string
      options: readonly (Option | { group: string; items: Option[] })[]
      searchable?: boolean
      width?: number
    }
  | { kind: 'day'; name: string; label: string }
  | { kind: 'switch'; name: string; label: string; icon: ReactNode }
  | { kind: 'linked'; name: string; label: string }

/** A filter in words, as its chip says it. */
export const tellFilter = (filter: ListFilter, value: string) => {
  if (filter.kind === 'switch') return filter.label
  if (filter.kind !== 'choice') return `${filter.label}: ${value}`
  const options = filter.options.flatMap((option) => ('items' in option ? option.items : [option]))
  return `${filter.label}: ${options.find((option) => option.value === value)?.label ?? value}`
}

export const ListFilterField = ({ filter, list }: { filter: ListFilter; list: List }) => {
  const value = list.values[filter.name] ?? ''
  const set = (next: string | null) => list.set({ [filter.name]: next })
  if (filter.kind === 'linked') return null
  if (filter.kind === 'day') return <DayField label={filter.label} value={value} onChange={set} />
  if (filter.kind === 'switch')
    return (
      <Button
        variant={value ? 'light' : 'default'}
        color="gray"
        aria-pressed={value === '1'}
        leftSection={filter.icon}
        onClick={() => set(value ? null : '1')}
      >
        {filter.label}
      </Button>
    )
  return (
    <Select
      aria-label={filter.label}
      placeholder={filter.any}
      data={filter.options}
      value={value || null}
      onChange={set}
      searchable={filter.searchable ?? false}
      clearable
      w={filter.width ?? 140}
    />
  )
}

interface DayFieldProps {
  label: string
  value: string
  onChange: (day: string) => void
}

/** An empty date field shows only how the browser writes dates, so it says in itself which end it is. */
const DayField = ({ label, value, onChange }: DayFieldProps) => (
  <TextInput
    type="date"
    aria-label={label}
    leftSection={<span aria-hidden="true">{label}</span>}
    leftSectionWidth={52}
    styles={{ section: { fontSize: 13, color: 'var(--mantine-color-dimmed)' } }}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    w={178}
  />
)
