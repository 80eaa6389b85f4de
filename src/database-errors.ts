export function isSerializationFailure(error: unknown): boolean {
  return ['40001', '40P01'].includes(String((error as { code?: unknown } | null)?.code))
}

export function isDatabaseAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('08')
}
