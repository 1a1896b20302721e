'use client'

import '@mantine/charts/styles.layer.css'
import { BarChart } from '@mantine/charts'
import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/client.ts'
import { LoadFault } from '../../patterns/fault-note.tsx'
import { useDates } from '../../patterns/time.tsx'
import classes from './home.module.css'

const days = 30

export const UploadsChart = () => {
  const counted = useQuery(useApi().files.uploadsByDay.queryOptions({ days }))
  const { date, monthDay } = useDates()
  if (counted.isError) return <LoadFault error={counted.error} onRetry={() => void counted.refetch()} />
  if (!counted.data) return <Skeleton height={212} radius="md" />

  const data = counted.data.days
  const total = data.reduce((sum, { uploads }) => sum + uploads, 0)
  // An even top, so that the line in the middle stands at a whole number.
  const top = Math.max(2, 2 * Math.ceil(Math.max(...data.map(({ uploads }) => uploads)) / 2))
  return (
    <figure className={classes.chart} style={{ margin: 0 }}>
      <BarChart
        h={160}
        data={data}
        dataKey="day"
        series={[{ name: 'uploads', label: 'Uploads', color: 'gray.6' }]}
        withTooltip={total > 0}
        tickLine="none"
        gridAxis="x"
        yAxisProps={{ width: 28, domain: [0, top], ticks: [0, top / 2, top] }}
        xAxisProps={{ tickFormatter: (day: string) => monthDay(`${day}T12:00:00Z`), interval: 6 }}
        barProps={{ radius: [3, 3, 0, 0], isAnimationActive: false }}
        tooltipAnimationDuration={0}
        valueFormatter={String}
        tooltipProps={{ labelFormatter: (day) => (day ? date(`${String(day)}T12:00:00Z`) : '') }}
        barChartProps={{ accessibilityLayer: false }}
        aria-hidden="true"
      />
      <Text component="figcaption" size="xs" c="dimmed" mt={4} className="tabular">
        {total} {total === 1 ? 'upload' : 'uploads'} in {days} days
      </Text>
    </figure>
  )
}
