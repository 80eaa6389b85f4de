import { Text } from '@mantine/core'

/** Why nothing on a page can be changed, where the person's role only reads it. */
export function ReadOnlyNote({ who }: { who: string }) {
  return (
    <Text size="sm" c="dimmed">
      You can read this. {who} can change it.
    </Text>
  )
}
