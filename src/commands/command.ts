import type { Command } from 'commander'
import type { Terminal } from './terminal'

/** What a shell is told. */
export const ExitCode = { DONE: 0, REFUSED: 1, WRONG_USAGE: 2 } as const

/** A refusal of a command's own, said so that the person who typed it can go on. */
export class CommandRefusal extends Error {
  override readonly name: string = 'CommandRefusal'
  readonly exitCode: number = ExitCode.REFUSED
}

/** Options that don't go together, or of a wrong form. */
export class WrongUsage extends CommandRefusal {
  override readonly name = 'WrongUsage'
  override readonly exitCode = ExitCode.WRONG_USAGE
}

/** A command that is under way. */
export interface Run<Options> {
  readonly options: Options & CommonOptions
  readonly args: readonly string[]
  readonly terminal: Terminal
  /** Aborted by Ctrl-C: the work ends at the next place where it can. */
  readonly signal: AbortSignal
}

export interface CommonOptions {
  home?: string
  progress?: boolean
}

/** What a command does. Answers its exit code, and throws what it refuses. */
export type Deed<Options> = (run: Run<Options>) => Promise<number>

/** Makes a deed of ours commander's. */
export type Act = <Options>(deed: Deed<Options>) => (...args: unknown[]) => Promise<void>

/** Adds a command with its options, help and deed to the program. */
export type Register = (program: Command, act: Act) => void

/** Examples below a command's help: what they do, and what is typed. */
export function examples(...lines: readonly (readonly [what: string, typed: string])[]): string {
  return `\nExamples:\n${lines.map(([what, typed]) => `  # ${what}\n  ${typed}`).join('\n')}\n`
}
