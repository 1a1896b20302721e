'use client'

import type { AuditEntry } from '@insula/contracts'
import { Button, Code, DataList, Drawer, Stack, Table, Text } from '@mantine/core'
import { useDates } from '../../patterns/time.tsx'
import { difference } from './difference.ts'
import { EntrySentence } from './entry-sentence.tsx'

interface EntryDetailsProps {
  entry: AuditEntry | undefined
  onClose: () => void
  /** Shows everything that happened to this entry's target. */
  onFollow: (targetId: string) => void
}

/** An entry opened beside the log: all its facts, and before and after as a difference. */
export const EntryDetails = ({ entry, onClose, onFollow }: EntryDetailsProps) => (
  <Drawer
    opened={entry !== undefined}
    onClose={onClose}
    position="right"
    size="lg"
    title={entry ? <EntrySentence entry={entry} /> : 'Audit entry'}
  >
    {entry ? <Details entry={entry} onFollow={onFollow} /> : null}
  </Drawer>
)

const Details = ({ entry, onFollow }: { entry: AuditEntry; onFollow: (targetId: string) => void }) => {
  const { exact } = useDates()
  const facts: [string, string | null][] = [
    ['Action', entry.action],
    ['When', exact(entry.at)],
    ['Actor', `${entry.actor.name} (${entry.actor.kind})`],
    ['Target', entry.target.id],
    ['Address', entry.ipAddress],
    ['Program', entry.userAgent],
    ['Request', entry.requestId],
  ]
  return (
    <Stack gap="lg">
      <Difference entry={entry} />
      <DataList orientation="horizontal" size="sm">
        {facts
          .filter(([, value]) => value !== null)
          .map(([label, value]) => (
            <DataList.Item key={label}>
              <DataList.ItemLabel>{label}</DataList.ItemLabel>
              <DataList.ItemValue style={{ overflowWrap: 'anywhere' }}>{value}</DataList.ItemValue>
            </DataList.Item>
          ))}
      </DataList>
      <div>
        <Button variant="default" onClick={() => onFollow(entry.target.id)}>
          Everything about this {entry.target.kind}
        </Button>
      </div>
    </Stack>
  )
}

const Difference = ({ entry }: { entry: AuditEntry }) => {
  const changes = difference(entry.before, entry.after)
  if (changes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        This action changed no recorded field.
      </Text>
    )
  const value = (text: string | null, color: string) =>
    text === null ? (
      <Text size="xs" c="dimmed" component="span">
        none
      </Text>
    ) : (
      <Code color={color} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {text}
      </Code>
    )
  return (
    <Table fz="sm" verticalSpacing={6} withRowBorders>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Field</Table.Th>
          <Table.Th>Before</Table.Th>
          <Table.Th>After</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map((change) => (
          <Table.Tr key={change.field}>
            <Table.Td>{change.field}</Table.Td>
            <Table.Td>{value(change.before, 'var(--mantine-color-red-light)')}</Table.Td>
            <Table.Td>{value(change.after, 'var(--mantine-color-green-light)')}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
