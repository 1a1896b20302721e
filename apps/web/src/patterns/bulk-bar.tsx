'use client'

import { Alert, Button, Progress, Stack, Text } from '@mantine/core'
import { confirm } from './confirm.tsx'
import classes from './list-page.module.css'
import type { BulkAction, useBulk } from './use-bulk.ts'

interface BulkBarProps<Row> {
  /** Singular and plural of what is listed. */
  noun: [string, string]
  selected: readonly Row[]
  actions: readonly BulkAction<Row>[]
  bulk: ReturnType<typeof useBulk<Row>>
  nameOf: (row: Row) => string
  /** Selects other rows, or none. */
  onSelect: (rows: readonly Row[]) => void
}

const counted = (count: number, [one, more]: [string, string]) => `${count} ${count === 1 ? one : more}`

/** What can be done to the rows that are selected, how far it is, and what came of it. */
export const BulkBar = <Row,>({ noun, selected, actions, bulk, nameOf, onSelect }: BulkBarProps<Row>) => {
  const { run } = bulk
  const go = (action: BulkAction<Row>, rows: readonly Row[]) =>
    void bulk.start(action, rows).then((result) => onSelect(result.failed.map(({ row }) => row)))
  const ask = (action: BulkAction<Row>) => {
    const rows = selected.filter(action.takes)
    if (!action.consequence) return go(action, rows)
    confirm({
      title: `${action.label} ${counted(rows.length, noun)}?`,
      consequence: (
        <Stack gap="xs">
          <span>{action.consequence}</span>
          <span>
            {rows.slice(0, 5).map(nameOf).join(', ')}
            {rows.length > 5 ? ` and ${rows.length - 5} more` : ''}
          </span>
        </Stack>
      ),
      action: `${action.label} ${rows.length}`,
      onConfirm: () => go(action, rows),
    })
  }

  if (run?.running)
    return (
      <section className={classes.bulk} aria-label="Progress">
        <Text size="sm" role="status" className="tabular">
          {run.done + run.failed.length} of {run.total}
          {run.waiting === null ? '' : `, waiting ${run.waiting} s as the server asked`}
        </Text>
        <Progress
          flex="1 1 120px"
          color="gray.6"
          value={((run.done + run.failed.length) / run.total) * 100}
          aria-label={`${run.action.label}: done`}
        />
        <Button size="compact-sm" variant="default" onClick={bulk.stop}>
          Stop
        </Button>
      </section>
    )
  return (
    <>
      {run ? <Result run={run} nameOf={nameOf} onDismiss={bulk.dismiss} /> : null}
      {selected.length > 0 ? (
        <section className={classes.bulk} aria-label="Selection">
          <Text size="sm" role="status" className="tabular">
            {counted(selected.length, noun)} selected
          </Text>
          {actions.map((action) => {
            const taken = selected.filter(action.takes).length
            return (
              <Button
                key={action.label}
                size="compact-sm"
                variant="default"
                c={action.danger && taken > 0 ? 'var(--mantine-color-error)' : undefined}
                disabled={taken === 0}
                onClick={() => ask(action)}
              >
                {taken === selected.length || taken === 0 ? action.label : `${action.label} (${taken})`}
              </Button>
            )
          })}
          <Button size="compact-sm" variant="subtle" color="gray" ml="auto" onClick={() => onSelect([])}>
            Clear selection
          </Button>
        </section>
      ) : null}
    </>
  )
}

interface ResultProps<Row> {
  run: NonNullable<ReturnType<typeof useBulk<Row>>['run']>
  nameOf: (row: Row) => string
  onDismiss: () => void
}

/** What came of it: how many were done, and each that was not with the reason, still selected. */
const Result = <Row,>({ run, nameOf, onDismiss }: ResultProps<Row>) => (
  <Alert
    mb="sm"
    variant="light"
    color={run.failed.length > 0 ? 'red' : 'gray'}
    role={run.failed.length > 0 ? 'alert' : 'status'}
    withCloseButton
    closeButtonLabel="Dismiss"
    onClose={onDismiss}
  >
    <Text size="sm">
      {counted(run.done, run.action.done)}.{run.left > 0 ? ` Stopped before ${run.left} more.` : ''}
      {run.failed.length > 0 ? ` ${run.failed.length} could not be done and stay selected:` : ''}
    </Text>
    {run.failed.length > 0 ? (
      <ul style={{ margin: '4px 0 0', paddingInlineStart: 20 }}>
        {run.failed.map(({ row, message }) => (
          <li key={nameOf(row)}>
            <Text size="sm" component="span">
              <bdi>{nameOf(row)}</bdi>: {message}
            </Text>
          </li>
        ))}
      </ul>
    ) : null}
  </Alert>
)
