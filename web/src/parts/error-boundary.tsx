import { Alert, Button, Stack, Text } from '@mantine/core'
import { Component, type ReactNode } from 'react'

/** What is drawn below it may break, by a bug or a part that could not be loaded: then this is shown, and not an empty page. */
export class ErrorBoundary extends Component<{ place?: string; children: ReactNode }, { broke: boolean }> {
  override state = { broke: false }

  static getDerivedStateFromError(): { broke: boolean } {
    return { broke: true }
  }

  /** Whoever goes to another place leaves what broke. */
  override componentDidUpdate({ place }: { place?: string }): void {
    if (this.state.broke && place !== this.props.place) this.setState({ broke: false })
  }

  override render(): ReactNode {
    if (!this.state.broke) return this.props.children
    return (
      <Alert color="red" title="Something broke" role="alert" m="md">
        <Stack align="flex-start">
          <Text size="sm">This page could not be drawn. Nothing that you have done is lost.</Text>
          <Button onClick={() => window.location.reload()}>Reload</Button>
        </Stack>
      </Alert>
    )
  }
}
