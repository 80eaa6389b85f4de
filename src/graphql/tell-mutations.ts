import { defaultFieldResolver, type GraphQLSchema } from 'graphql'
import type { Context } from './context'

/** Has every mutation of the schema told in the audit log, so that none can be forgotten. */
export function tellMutations(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver
    field.resolve = (root, args, context, info) => {
      const input = args as Record<string, unknown>
      return (context as Context).tell(
        { action: field.name, name: String(info.path.key) },
        input,
        async (): Promise<unknown> => await resolve(root, args, context, info),
      )
    }
  }
}
