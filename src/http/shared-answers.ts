import { type DocumentNode, type ExecutionResult, Kind, type OperationDefinitionNode, visit } from 'graphql'
import { after } from '../after'
import type { Page } from './event-stream'

/** What one event comes to for all who ask alike. */
export interface Answer {
  /** Its data as JSON; null where there are errors, which are shown to each reader under an id of its own. */
  readonly data: string | null
  readonly result: ExecutionResult
  /** What it costs each of its readers. */
  readonly points: number
}

interface WorkedOut {
  readonly answer: Answer
  readonly hasRead: boolean
}

/** Works out an answer, and says whether anything but the event itself was read for it; at once where nothing was. */
export type WorkOut<Event> = (event: Event) => WorkedOut | Promise<WorkedOut>

/** A way of asking: whoever holds the same one is answered the same. */
export interface Question {
  readonly key: string
}

interface Known {
  answer: Answer | Promise<Answer>
  readonly asOf: number
  /** Of an answer that is nothing but its event: it stays right for ever. */
  isLasting: boolean
}

/**
 * Answers to events, each worked out and written as JSON once for all readers who ask alike: the same document, the same variables
 * and the same eyes. An answer for which more was read than its event is kept from those who began after it: whoever has
 * seen, or made, a change and then asks is answered with what is so since.
 */
export class SharedAnswers<Event> {
  private readonly questions = new Map<string, Question & { askers: number }>()
  /** Of an event, for as long as it is in a tail; of a question, for as long as somebody asks it. */
  private readonly known = new WeakMap<object, WeakMap<Question, Known>>()

  /** To be given back with `leave`. */
  ask(key: string): Question {
    const question = this.questions.get(key) ?? { key, askers: 0 }
    question.askers += 1
    this.questions.set(key, question)
    return question
  }

  leave({ key }: Question): void {
    const question = this.questions.get(key)
    if (question === undefined) return
    question.askers -= 1
    if (question.askers === 0) this.questions.delete(key)
  }

  /** The answer to an event of the page: known, or worked out. */
  answer(
    question: Question | null,
    page: Page<Event>,
    event: Event,
    workOut: WorkOut<Event>,
  ): Answer | Promise<Answer> {
    if (question === null || !page.shared || typeof event !== 'object' || event === null)
      return after(workOut(event), ({ answer }) => answer)
    let answers = this.known.get(event)
    if (answers === undefined) this.known.set(event, (answers = new WeakMap<Question, Known>()))
    const before = answers.get(question)
    if (before !== undefined && (before.isLasting || before.asOf >= page.atLeast)) return before.answer
    const workedOut = workOut(event)
    if (!(workedOut instanceof Promise)) {
      const { answer, hasRead } = workedOut
      // What failed now may not fail the next time.
      if (answer.data !== null) answers.set(question, { answer, asOf: page.asOf, isLasting: !hasRead })
      return answer
    }
    const forget = (): void => {
      if (answers.get(question) === known) answers.delete(question)
    }
    const answer = workedOut.then(
      (worked) => {
        if (worked.answer.data === null) forget()
        known.answer = worked.answer
        known.isLasting = !worked.hasRead
        return worked.answer
      },
      (error: unknown) => {
        forget()
        throw error
      },
    )
    const known: Known = { answer, asOf: page.asOf, isLasting: false }
    answers.set(question, known)
    return answer
  }
}

const answering = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>()

/**
 * Those of its variables on which the answers of a subscription depend. The arguments of its root field do not count: they
 * choose its events (such as `after`, which differs from reader to reader), and its resolver must not heed them otherwise.
 */
export function answeringVariables(document: DocumentNode, operation: OperationDefinitionNode): ReadonlySet<string> {
  const known = answering.get(operation)
  if (known !== undefined) return known
  const names = new Set<string>()
  const collect = {
    VariableDefinition: () => false as const,
    Variable: ({ name }: { name: { value: string } }) => void names.add(name.value),
  }
  const isPlainRoot =
    operation.selectionSet.selections.length === 1 && operation.selectionSet.selections[0]?.kind === Kind.FIELD
  if (isPlainRoot) {
    const [root] = operation.selectionSet.selections
    if (root?.kind === Kind.FIELD) {
      for (const directive of root.directives ?? []) visit(directive, collect)
      if (root.selectionSet !== undefined) visit(root.selectionSet, collect)
    }
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) visit(definition, collect)
  } else {
    visit(document, collect)
  }
  answering.set(operation, names)
  return names
}
