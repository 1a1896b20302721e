'use client'

import { Button, EmptyState } from '@mantine/core'
import { IconFilterOff, IconX } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { BulkBar } from './bulk-bar.tsx'
import { type Column, DataTable } from './data-table.tsx'
import { LoadFault } from './fault-note.tsx'
import { ListBar } from './list-bar.tsx'
import { chosenColumns } from './list-columns.ts'
import { ListDisplay } from './list-display.tsx'
import { type ListFilter, ListFilterField, tellFilter } from './list-filter.tsx'
import classes from './list-page.module.css'
import { ListViews } from './list-views.tsx'
import { MoreFoot } from './more-foot.tsx'
import { SearchField } from './search-field.tsx'
import { type BulkAction, useBulk } from './use-bulk.ts'
import type { List } from './use-list.ts'

/** What reads the rows: a query, or one that goes on page by page. */
interface Source {
  isError: boolean
  error: unknown
  refetch: () => unknown
  hasNextPage?: boolean
  isFetchingNextPage?: boolean
  fetchNextPage?: () => unknown
}

interface Empty {
  icon: ReactNode
  title: string
  /** What this is, and why one would want it. */
  description: string
  action?: ReactNode
}

interface ListPageProps<Row> {
  /** One word for the list, by which its saved views are kept. */
  name: string
  label: string
  /** Singular and plural of what is listed. */
  noun: [string, string]
  list: List
  source: Source
  rows: Row[] | undefined
  columns: Column<Row>[]
  keyOf: (row: Row) => string
  /** What a row is called where it is not seen: by its checkbox, and in what came of an action. */
  nameOf: (row: Row) => string
  /** The label of the search field, for lists that have one. */
  search?: string
  filters?: readonly ListFilter[]
  /** What belongs to the list as a whole, at the end of its bar. */
  end?: ReactNode
  /** Between the bar and the rows. */
  above?: ReactNode
  /** The name in the address under which a row is opened beside the list. */
  opens?: string
  bulk?: readonly BulkAction<Row>[]
  empty: Empty
  /** Said where nothing matches what was asked for. */
  emptyFiltered?: { icon?: ReactNode; title?: string; description?: string; all?: string }
  dense?: boolean
  /** How many rows the skeleton has. */
  expected?: number
  /** Another way to show the rows, such as a grid, with what stands below. */
  instead?: ((foot: ReactNode) => ReactNode) | undefined
}

/**
 * A list as all are: search, filters with chips, order, columns, page size and saved views, all in the address; rows that
 * open in place or in a new tab; what is done to several; and what it says while it loads, when it is empty, when nothing
 * matches and when it could not be read.
 */
export const ListPage = <Row,>(props: ListPageProps<Row>) => {
  const { list, source, rows, columns, keyOf, nameOf, filters = [], noun, bulk: actions = [] } = props
  const [picked, setPicked] = useState<ReadonlyMap<string, Row>>(new Map())
  const bulk = useBulk<Row>()
  // A row that has gone meanwhile is no longer selected; one that changed counts as it is now.
  const selected = rows?.filter((row) => picked.has(keyOf(row))) ?? []
  const pick = (keys: readonly string[], on: boolean) => {
    const next = new Map(picked)
    for (const key of keys) {
      const row = rows?.find((one) => keyOf(one) === key)
      if (on && row) next.set(key, row)
      else next.delete(key)
    }
    setPicked(next)
  }
  const { opens } = props
  const foot = (
    <MoreFoot
      shown={rows?.length ?? 0}
      noun={noun}
      hasMore={source.hasNextPage ?? false}
      loading={source.isFetchingNextPage ?? false}
      onMore={() => void source.fetchNextPage?.()}
    />
  )

  return (
    <>
      <ListBar
        end={
          <>
            {props.end}
            <ListViews name={props.name} list={list} />
            <ListDisplay list={list} columns={columns} />
          </>
        }
      >
        {props.search ? (
          <SearchField
            label={props.search}
            value={list.values.search ?? ''}
            onSearch={(search) => list.set({ search })}
          />
        ) : null}
        {filters.map((filter) => (
          <ListFilterField key={filter.name} filter={filter} list={list} />
        ))}
      </ListBar>
      {list.filtered ? <Chips list={list} filters={filters} /> : null}
      {props.above}
      <BulkBar
        noun={noun}
        selected={selected}
        actions={actions}
        bulk={bulk}
        nameOf={nameOf}
        onSelect={(chosen) => setPicked(new Map(chosen.map((row) => [keyOf(row), row])))}
      />
      {source.isError ? (
        <LoadFault error={source.error} onRetry={() => void source.refetch()} />
      ) : rows?.length === 0 ? (
        <Nothing {...props} />
      ) : props.instead ? (
        props.instead(foot)
      ) : (
        <DataTable
          label={props.label}
          columns={chosenColumns(columns, list.columns)}
          rows={rows}
          keyOf={keyOf}
          {...(opens && {
            onOpen: (row: Row) => list.set({ [opens]: keyOf(row) }),
            hrefOf: (row: Row) => list.hrefWith({ [opens]: keyOf(row) }),
          })}
          order={{ sort: list.sort, onSort: list.setSort }}
          {...(actions.length > 0 && {
            selection: { picked: new Set(selected.map(keyOf)), onPick: pick, nameOf },
          })}
          expected={props.expected ?? 6}
          dense={props.dense ?? false}
          foot={foot}
        />
      )}
    </>
  )
}

/** What the list is narrowed to, each to be taken away again. */
const Chips = ({ list, filters }: { list: List; filters: readonly ListFilter[] }) => {
  const set = [
    ...(list.values.search ? [{ name: 'search', told: `“${list.values.search}”` }] : []),
    ...filters.flatMap((filter) => {
      const value = list.values[filter.name]
      return value ? [{ name: filter.name, told: tellFilter(filter, value) }] : []
    }),
  ]
  return (
    <ul className={classes.chips} aria-label="Filters">
      {set.map(({ name, told }) => (
        <li key={name} className={classes.chip}>
          <Button
            size="compact-xs"
            variant="default"
            maw="100%"
            rightSection={<IconX size={12} aria-hidden="true" />}
            aria-label={`Remove filter ${told}`}
            onClick={() => list.set({ [name]: null })}
          >
            <bdi>{told}</bdi>
          </Button>
        </li>
      ))}
      <li>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={list.clear}>
          Clear filters
        </Button>
      </li>
    </ul>
  )
}

const Nothing = <Row,>({ list, empty, emptyFiltered, noun }: ListPageProps<Row>) =>
  list.filtered ? (
    <EmptyState
      py={56}
      icon={emptyFiltered?.icon ?? <IconFilterOff size={32} stroke={1.4} />}
      title={emptyFiltered?.title ?? `No ${noun[0]} matches`}
      description={emptyFiltered?.description ?? 'Try another word, or fewer filters.'}
    >
      <EmptyState.Actions>
        <Button variant="default" onClick={list.clear}>
          {emptyFiltered?.all ?? `Show all ${noun[1]}`}
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  ) : (
    <EmptyState py={56} icon={empty.icon} title={empty.title} description={empty.description}>
      {empty.action ? <EmptyState.Actions>{empty.action}</EmptyState.Actions> : null}
    </EmptyState>
  )
