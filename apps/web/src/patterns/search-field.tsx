'use client'

import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

interface SearchFieldProps {
  label: string
  value: string
  onSearch: (search: string) => void
}

/** Searches a moment after the last keystroke. */
export const SearchField = ({ label, value, onSearch }: SearchFieldProps) => {
  const [typed, setTyped] = useState(value)
  const search = useDebouncedCallback(onSearch, 250)
  // The address holds what was searched for without its outer spaces; one that was just typed stays.
  useEffect(() => setTyped((before) => (before.trim() === value ? before : value)), [value])
  const type = (next: string) => {
    setTyped(next)
    search(next.trim())
  }
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      leftSection={<IconSearch size={16} stroke={1.6} aria-hidden="true" />}
      rightSection={
        typed ? <CloseButton size="sm" aria-label="Clear search" onClick={() => type('')} /> : null
      }
    />
  )
}
