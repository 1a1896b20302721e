'use client'

import { SegmentedControl } from '@mantine/core'
import { IconLayoutGrid, IconList } from '@tabler/icons-react'

const icon = { size: 16, style: { display: 'block' } }

/** Whether the files are shown as pictures or as rows. */
export const ViewSwitch = ({
  isList,
  onChange,
}: {
  isList: boolean
  onChange: (isList: boolean) => void
}) => (
  <SegmentedControl
    aria-label="View"
    value={isList ? 'list' : 'grid'}
    onChange={(view) => onChange(view === 'list')}
    data={[
      { value: 'grid', label: <IconLayoutGrid {...icon} aria-label="Grid" /> },
      { value: 'list', label: <IconList {...icon} aria-label="List" /> },
    ]}
  />
)
