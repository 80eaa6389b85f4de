import 'uplot/dist/uPlot.min.css'
import { Box, Table, useComputedColorScheme } from '@mantine/core'
import { memo, useEffect, useRef, useState, type SyntheticEvent } from 'react'
import uPlot from 'uplot'
import { formatDate, formatDays, formatNumber, LOCALES } from '../parts/format'

export interface RunwayDay {
  startsAt: string
  daysLeft: number
  renewals: number
  unpaid: number
}

const HEIGHT_PX = 240

/**
 * The days left at the end of each coming day, as a line, and as a table for whoever can't see the line. Drawn again only
 * with another series: 90 rows would hold up the balance beside it at each change, and are not drawn before they are opened.
 */
export const RunwayChart = memo(function RunwayChart({ series }: { series: readonly RunwayDay[] }) {
  const frame = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const [hovered, setHovered] = useState<RunwayDay | null>(null)
  const [isTable, setTable] = useState(false)

  useEffect(() => {
    const element = frame.current
    if (element === null || series.length === 0) return
    const style = getComputedStyle(element)
    const color = (name: string) => style.getPropertyValue(name)
    const ink = color('--mantine-color-dimmed')
    const line = color(scheme === 'dark' ? '--mantine-color-indigo-4' : '--mantine-color-indigo-7')
    const grid = { stroke: color('--mantine-color-default-border'), width: 1 }
    const font = `12px ${style.fontFamily}`
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: { y: { range: (_plot, min, max) => [Math.min(0, min), Math.max(1, max)] } },
        axes: [
          {
            stroke: ink,
            grid: { show: false },
            ticks: grid,
            font,
            values: (_plot, at) => at.map((seconds) => shortDate(seconds)),
          },
          {
            stroke: ink,
            grid,
            ticks: grid,
            font,
            size: 60,
            values: (_plot, days) => days.map((value) => formatNumber(value)),
          },
        ],
        series: [
          {},
          {
            label: 'Days left',
            stroke: line,
            width: 2,
            fill: `color-mix(in srgb, ${line} 14%, transparent)`,
            points: { show: false },
            paths: uPlot.paths.stepped?.({ align: 1 }),
          },
        ],
        hooks: {
          setCursor: [({ cursor }) => setHovered(cursor.idx == null ? null : (series[cursor.idx] ?? null))],
        },
      },
      [series.map((day) => Date.parse(day.startsAt) / 1000), series.map((day) => day.daysLeft)],
      element,
    )
    const watcher = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }))
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      plot.destroy()
    }
  }, [series, scheme])

  const last = series.at(-1)
  const shown = hovered ?? last
  return (
    <Box>
      <div
        ref={frame}
        role="img"
        aria-label={`Days left over the coming ${series.length} days${last === undefined ? '' : `: ${formatDays(last.daysLeft)} at their end`}. The table below has each day.`}
      />
      <Box fz="xs" c="dimmed" mt={4} mih={18}>
        {shown !== undefined &&
          `${formatDate(shown.startsAt)}: ${formatDays(shown.daysLeft)} left, ${formatNumber(shown.renewals)} renewals${shown.unpaid > 0 ? `, ${formatNumber(shown.unpaid)} of them without a day to pay for` : ''}`}
      </Box>
      <Box
        component="details"
        fz="sm"
        mt="xs"
        onToggle={(event: SyntheticEvent<HTMLDetailsElement>) => setTable(event.currentTarget.open)}
      >
        <summary>As a table</summary>
        {isTable && <RunwayTable series={series} />}
      </Box>
    </Box>
  )
})

function RunwayTable({ series }: { series: readonly RunwayDay[] }) {
  return (
    <Table.ScrollContainer minWidth={360} mah={280}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Day</Table.Th>
            <Table.Th>Days left</Table.Th>
            <Table.Th>Renewals</Table.Th>
            <Table.Th>Unpaid</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {series.map((day) => (
            <Table.Tr key={day.startsAt}>
              <Table.Td>{formatDate(day.startsAt)}</Table.Td>
              <Table.Td>{formatNumber(day.daysLeft)}</Table.Td>
              <Table.Td>{formatNumber(day.renewals)}</Table.Td>
              <Table.Td>{formatNumber(day.unpaid)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

const dayAndMonth = new Intl.DateTimeFormat(LOCALES, { day: 'numeric', month: 'short' })

function shortDate(seconds: number): string {
  return dayAndMonth.format(new Date(seconds * 1000))
}
