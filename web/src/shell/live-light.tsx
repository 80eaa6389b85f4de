import { Badge, Tooltip } from '@mantine/core'
import { useLiveState, type LiveState } from '../api/live-feed'

const LIGHTS: Record<LiveState, { color: string; label: string; text: string }> = {
  CONNECTING: { color: 'gray', label: 'Connecting', text: 'The live feed is being opened.' },
  LIVE: { color: 'green', label: 'Live', text: 'What you see moves by itself as things happen.' },
  RECONNECTING: {
    color: 'yellow',
    label: 'Reconnecting',
    text: 'The connection is away. What you see may be old; nothing is missed once it is back.',
  },
  ENDED: { color: 'red', label: 'Not live', text: 'The live feed has ended. Reload the page.' },
}

/** Whether what is seen is live. Says so to a screen reader when it changes. */
export function LiveLight() {
  const { color, label, text } = LIGHTS[useLiveState()]
  return (
    <Tooltip label={text} withArrow multiline w={240}>
      <Badge variant="dot" color={color} tt="none" role="status" style={{ flexShrink: 0 }}>
        {label}
      </Badge>
    </Tooltip>
  )
}
