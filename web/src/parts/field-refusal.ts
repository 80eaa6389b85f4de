import { asGatewayError } from '../api/use-deed'

/** What a refusal says of one field of a form, to stand beside it; undefined where it is of something else. */
export function fieldRefusal(refusal: unknown, field: string): string | undefined {
  if (refusal == null) return undefined
  const { code, details, message } = asGatewayError(refusal)
  return code === 'BAD_USER_INPUT' && (details as { field?: unknown }).field === field ? message : undefined
}
