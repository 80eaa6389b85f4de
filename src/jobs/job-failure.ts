/**
 * What a job found wrong, in words that staff are shown; of any other error they are shown only where the log tells of
 * it. A final one is not tried again: the same would be found.
 */
export class JobFailure extends Error {
  override readonly name = 'JobFailure'

  constructor(
    message: string,
    readonly isFinal: boolean,
  ) {
    super(message)
  }
}
