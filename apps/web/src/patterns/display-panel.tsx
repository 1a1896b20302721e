'use client'

import { Checkbox, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { pageSizes } from './list-address.ts'
import { type AnyColumn, isOptional } from './list-columns.ts'
import type { List } from './use-list.ts'

/** The order of a list, its columns and its page size, each to be chosen. */
export const DisplayPanel = ({ list, columns }: { list: List; columns: readonly AnyColumn[] }) => {
  const optional = columns.filter(isOptional).map(({ key }) => key)
  const shown = list.columns === null ? optional : optional.filter((key) => list.columns?.includes(key))
  // The address follows a moment later, and a box that is pressed must not jump back until then.
  const [ticked, setTicked] = useState(shown)
  const show = (keys: string[]) => {
    setTicked(keys)
    list.set({
      columns:
        keys.length === optional.length
          ? null
          : optional.filter((key) => keys.includes(key)).join(',') || 'none',
    })
  }
  const sorts = columns.flatMap(({ sort, head, align, sortWords }) => {
    if (!sort) return []
    const words = sortWords ?? (align === 'end' ? ['oldest', 'newest'] : ['A', 'Z'])
    return [
      { value: sort, label: `${head}: ${words[0]} first` },
      { value: `-${sort}`, label: `${head}: ${words[1]} first` },
    ]
  })
  return (
    <Stack gap="md">
      <Select
        label="Sort by"
        data={sorts}
        value={list.sort}
        onChange={(sort) => sort && list.setSort(sort)}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
      />
      <Checkbox.Group label="Columns" value={ticked} onChange={show}>
        <Stack gap={6} mt={6}>
          {columns.filter(isOptional).map(({ key, head }) => (
            <Checkbox key={key} size="xs" value={key} label={head} />
          ))}
        </Stack>
      </Checkbox.Group>
      <div>
        <Text size="sm" fw={500} mb={4} id="list-page-size">
          Rows a page
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="list-page-size"
          data={pageSizes.map(String)}
          value={String(list.size)}
          onChange={(size) => list.setSize(Number(size))}
        />
      </div>
    </Stack>
  )
}
