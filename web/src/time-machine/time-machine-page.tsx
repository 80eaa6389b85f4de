import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useAccount, useAccountPath, useMay } from '../account/account-context'
import { useLiveQuery } from '../api/live-feed'
import { Await } from '../parts/await'
import { Figure } from '../parts/explained'
import { dayStart, monthsLater } from '../parts/day'
import { DayInput } from '../parts/day-input'
import { formatExactTime } from '../parts/format'
import { Page } from '../parts/page'
import { AdvanceDialog } from './advance-dialog'
import { TimeMachineDocument } from './time-machine.generated'
import { WhatHappened } from './what-happened'

const DAY_MS = 86_400_000
/** A clock is moved by so much at once at the most. */
const MAX_DAYS = 366

export default function TimeMachinePage() {
  const { sandbox } = useAccount()
  return (
    <Page
      title="Time machine"
      lead="A sandbox has a clock of its own. Move it forward, and all that the time brings comes about at once: days are used, channels end, invoices fall due."
    >
      {sandbox ? <TimeMachine /> : <NoTimeMachine />}
    </Page>
  )
}

function NoTimeMachine() {
  const path = useAccountPath()
  return (
    <Paper withBorder p="lg" radius="md">
      <Stack gap="xs">
        <Text>This account lives by the real clock, which nobody can move.</Text>
        <Text size="sm">
          To try out what time brings, ask your provider for a sandbox: an account with a clock of its own and without
          real money. How long the balance lasts here is told by the{' '}
          <Anchor component={Link} to={path('')} size="sm" underline="always">
            runway on the overview
          </Anchor>
          .
        </Text>
      </Stack>
    </Paper>
  )
}

/** Where the clock stood, and the last event by then: what came after it is what the move brought. */
export interface Move {
  from: string
  to: string
  after: number
}

function TimeMachine() {
  const { id } = useAccount()
  const mayMove = useMay('CHANNELS')
  const [asked, setAsked] = useState<string | null>(null)
  const [date, setDate] = useState('')
  const [move, setMove] = useState<Move | null>(null)
  const query = useLiveQuery(TimeMachineDocument, {
    variables: { accountId: id },
    on: ['account.clock_advanced', 'balance.'],
  })
  return (
    <Await query={query}>
      {({ account: { now, balance } }) => {
        const until = dayStart(date)
        const trouble = until === null ? null : dateTrouble(until, now)
        return (
          <Stack gap="lg">
            <Figure
              label="The account’s clock"
              value={<time dateTime={now}>{formatExactTime(now)}</time>}
              formula="it stands still until it is moved, and never goes back"
            />
            {mayMove ? (
              <Paper withBorder p="md" radius="md">
                <Title order={2} size="h4" mb="sm">
                  Move it forward
                </Title>
                <Stack gap="md">
                  <Group gap="xs">
                    <Button variant="light" onClick={() => setAsked(later(now, 1))}>
                      1 day
                    </Button>
                    <Button variant="light" onClick={() => setAsked(later(now, 7))}>
                      1 week
                    </Button>
                    <Button variant="light" onClick={() => setAsked(monthsLater(now, 1))}>
                      1 month
                    </Button>
                  </Group>
                  <form
                    onSubmit={(event) => {
                      event.preventDefault()
                      if (until !== null && trouble === null) setAsked(until)
                    }}
                  >
                    <Group gap="xs" align="flex-start">
                      <DayInput
                        label="To the start of a day"
                        description={`${MAX_DAYS} days ahead at the most`}
                        value={date}
                        onChange={setDate}
                        error={trouble}
                      />
                      <Button type="submit" variant="light" mt={25} disabled={until === null || trouble !== null}>
                        Go there
                      </Button>
                    </Group>
                  </form>
                </Stack>
              </Paper>
            ) : (
              <Text size="sm">Your role can’t move the clock. Ask an owner of the account.</Text>
            )}
            {asked !== null && (
              <AdvanceDialog
                from={now}
                to={asked}
                onClose={() => setAsked(null)}
                onMoved={() => {
                  setMove({ from: now, to: asked, after: balance.sequence })
                  setAsked(null)
                  setDate('')
                  void query.refetch()
                }}
              />
            )}
            {move !== null && <WhatHappened key={move.to} move={move} />}
          </Stack>
        )
      }}
    </Await>
  )
}

function later(now: string, days: number): string {
  return new Date(Date.parse(now) + days * DAY_MS).toISOString()
}

function dateTrouble(until: string, now: string): string | null {
  const ahead = Date.parse(until) - Date.parse(now)
  if (ahead <= 0) return 'A day to come, by the account’s clock'
  return ahead > MAX_DAYS * DAY_MS ? `${MAX_DAYS} days at the most; go there in steps` : null
}
