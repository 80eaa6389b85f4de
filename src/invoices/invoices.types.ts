import { Field, ID, ObjectType, registerEnumType } from 'type-graphql'
import { NodeType } from '../graphql/node.types'
import { InvoiceStatus } from './invoice.entity'

registerEnumType(InvoiceStatus, { name: 'InvoiceStatus' })

@ObjectType('Invoice', { implements: NodeType })
export class InvoiceType extends NodeType {
  @Field(() => ID)
  accountId: string

  @Field(() => InvoiceStatus)
  status: InvoiceStatus
}
