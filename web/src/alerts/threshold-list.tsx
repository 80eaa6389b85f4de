import { ActionIcon, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { formatNumber } from '../parts/format'
import { RefusalAlert } from '../parts/refusal-alert'
import { WholeNumberInput } from '../parts/whole-number-input'

/** Of each kind, as the gateway takes them. */
const MOST_THRESHOLDS = 10

/** The thresholds of one kind, each with what it means now. Kept whole, by one press. */
export function ThresholdList(props: {
  title: string
  lead: string
  /** What each number is, such as "Days available". */
  label: string
  saved: readonly number[]
  maximum: number
  /** A number to begin with. */
  suggestion: number
  mayEdit: boolean
  busy: boolean
  refusal: unknown
  explain: (threshold: number) => ReactNode
  onSave: (thresholds: number[]) => Promise<boolean>
}) {
  const { title, lead, label, saved, maximum, suggestion, mayEdit, busy, refusal, explain, onSave } = props
  const [draft, setDraft] = useState<readonly (number | null)[] | null>(null)
  const shown = draft ?? saved
  const numbers = shown.filter((threshold) => threshold !== null)
  const isWhole = numbers.length === shown.length
  const isChanged = draft !== null && (!isWhole || sortedText(numbers) !== sortedText(saved))
  const change = (at: number, value: number | null) =>
    setDraft(shown.map((threshold, index) => (index === at ? value : threshold)))

  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {lead}
      </Text>
      <Stack gap="sm">
        {shown.length === 0 && <Text size="sm">None is set: nothing is told.</Text>}
        {!mayEdit &&
          shown.map((threshold) => (
            <Text key={threshold} size="sm">
              <b>{formatNumber(Number(threshold))}</b> – {explain(Number(threshold))}
            </Text>
          ))}
        {mayEdit &&
          shown.map((threshold, index) => (
            <Group key={index} align="flex-end" gap="sm" wrap="nowrap">
              <WholeNumberInput
                label={`${label} ${index + 1}`}
                description={threshold === null ? `1 to ${formatNumber(maximum)}` : explain(threshold)}
                value={threshold}
                onChange={(value) => change(index, value)}
                max={maximum}
                maw={460}
                style={{ flex: 1 }}
              />
              <ActionIcon
                variant="default"
                size={36}
                aria-label={`Remove ${label.toLowerCase()} ${index + 1}`}
                onClick={() => setDraft(shown.filter((_, at) => at !== index))}
                style={{ alignSelf: 'flex-start', marginTop: 24 }}
              >
                <IconTrash size={18} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
        {refusal != null && <RefusalAlert error={refusal} />}
        {mayEdit && (
          <Group gap="sm">
            {shown.length < MOST_THRESHOLDS && (
              <Button
                variant="default"
                size="xs"
                leftSection={<IconPlus size={14} aria-hidden />}
                onClick={() => setDraft([...shown, shown.length === 0 ? suggestion : null])}
              >
                Add one
              </Button>
            )}
            {isChanged && (
              <>
                <Button
                  size="xs"
                  loading={busy}
                  disabled={!isWhole}
                  onClick={() => void onSave(numbers).then((done) => done && setDraft(null))}
                >
                  Save
                </Button>
                <Button size="xs" variant="subtle" onClick={() => setDraft(null)}>
                  Put back
                </Button>
              </>
            )}
          </Group>
        )}
      </Stack>
    </Paper>
  )
}

function sortedText(numbers: readonly number[]): string {
  return [...new Set(numbers)].sort((a, b) => a - b).join()
}
