import { ActionIcon, Group, Paper, Popover, Text } from '@mantine/core'
import { IconHelpCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** A small question mark that says where a number comes from. */
export function Why({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Popover width={300} position="bottom" withArrow shadow="md" withRoles trapFocus={false}>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Where “${label}” comes from`}>
          <IconHelpCircle size={16} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" component="div">
          {children}
        </Text>
      </Popover.Dropdown>
    </Popover>
  )
}

/** One figure of an account: what it is called, how much it is, and what it is made of. */
export function Figure(props: {
  label: string
  value: ReactNode
  /** Stands under the figure: "= 75 channels × 30 days". */
  formula?: ReactNode
  why?: ReactNode
  color?: string
}) {
  const { label, value, formula, why, color } = props
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label={label}>
      <Group gap={4} justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        {why !== undefined && <Why label={label}>{why}</Why>}
      </Group>
      <Text fz={28} fw={650} lh={1.25} c={color} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
      {formula !== undefined && (
        <Text size="xs" c="dimmed" mt={4}>
          {formula}
        </Text>
      )}
    </Paper>
  )
}
