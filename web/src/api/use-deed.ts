import type { OperationVariables, TypedDocumentNode } from '@apollo/client'
import { useApolloClient } from '@apollo/client/react'
import { useRef, useState } from 'react'
import { GatewayError } from '../../../sdk/index'

/** Variables without the key, which is filled in here. */
type Given<Variables> = Omit<Variables, 'idempotencyKey'>

interface Deed<Data, Variables> {
  /** Resolves with what was done, or with null where it was refused: then `refusal` says why. */
  run: (variables: Given<Variables>) => Promise<Data | null>
  busy: boolean
  refusal: GatewayError | null
  forget: () => void
}

/**
 * A mutation that a person asks for. Whoever presses again after an answer that never came asks for the same thing: it
 * goes out under the same idempotency key, and happens once.
 */
export function useDeed<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  /** Thousands of answers at once are not kept in the cache, into which they would take a second to write. */
  { uncached = false }: { uncached?: boolean } = {},
): Deed<Data, Variables> {
  const apollo = useApolloClient()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<GatewayError | null>(null)
  const unanswered = useRef<{ asked: string; key: string } | null>(null)

  const run = async (variables: Given<Variables>): Promise<Data | null> => {
    const asked = JSON.stringify(variables)
    const key = unanswered.current?.asked === asked ? unanswered.current.key : newKey()
    setBusy(true)
    setRefusal(null)
    try {
      const keyed = takesKey(document)
      const { data } = await apollo.mutate({
        mutation: document,
        fetchPolicy: uncached ? 'no-cache' : undefined,
        variables: (keyed ? { ...variables, idempotencyKey: key } : variables) as never,
      })
      unanswered.current = null
      return data as Data
    } catch (error) {
      const refused = asGatewayError(error)
      unanswered.current = refused.retryable || refused.code === 'INTERNAL' ? { asked, key } : null
      setRefusal(refused)
      return null
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, refusal, forget: () => setRefusal(null) }
}

export function asGatewayError(error: unknown): GatewayError {
  return error instanceof GatewayError ? error : GatewayError.of('INTERNAL', String(error), error)
}

function takesKey(document: TypedDocumentNode<never, never> | { definitions: readonly object[] }): boolean {
  return document.definitions.some(
    (definition) =>
      'variableDefinitions' in definition &&
      (definition.variableDefinitions as { variable: { name: { value: string } } }[]).some(
        ({ variable }) => variable.name.value === 'idempotencyKey',
      ),
  )
}

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
