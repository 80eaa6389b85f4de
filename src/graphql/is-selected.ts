import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

/** What of a field's resolver tells what is selected below it. */
export interface Selecting {
  readonly fieldNodes: readonly FieldNode[]
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
}

/** By the field's node, which is one object for all operations of a document that is kept. */
const known = new WeakMap<FieldNode, ReadonlySet<string>>()

/** Whether a field of this name is selected anywhere below, and so perhaps needed. Directives that leave it out are not looked at. */
export function isSelected({ fieldNodes, fragments }: Selecting, name: string): boolean {
  return fieldNodes.some((node) => {
    let names = known.get(node)
    if (names === undefined) {
      names = namesBelow(node, fragments)
      known.set(node, names)
    }
    return names.has(name)
  })
}

function namesBelow(node: FieldNode, fragments: Selecting['fragments']): Set<string> {
  const names = new Set<string>()
  const seen = new Set<string>()
  const look = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments[selection.name.value]
        if (fragment === undefined || seen.has(selection.name.value)) continue
        seen.add(selection.name.value)
        look(fragment.selectionSet)
        continue
      }
      if (selection.kind === Kind.FIELD) names.add(selection.name.value)
      if (selection.selectionSet !== undefined) look(selection.selectionSet)
    }
  }
  if (node.selectionSet !== undefined) look(node.selectionSet)
  return names
}
