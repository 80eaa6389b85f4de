import { Field, ID, InterfaceType } from 'type-graphql'
import { idKind, type IdKind } from '../typed-id'

const TYPE_NAMES: Record<IdKind, string | undefined> = {
  account: 'Account',
  apiToken: 'ApiToken',
  auditEntry: undefined,
  channel: 'Channel',
  channelSubscription: 'ChannelSubscription',
  chargeback: undefined,
  creditNote: 'CreditNote',
  invitation: undefined,
  invoice: 'Invoice',
  ledgerTransaction: 'LedgerTransaction',
  mail: 'Mail',
  plan: 'Plan',
  priceAgreement: 'PriceAgreement',
  providerCall: undefined,
  payment: undefined,
  paymentReturn: undefined,
  person: undefined,
  personMail: undefined,
  refund: undefined,
  session: undefined,
  webhookAttempt: undefined,
  webhookEndpoint: 'WebhookEndpoint',
  webhookReplay: 'WebhookReplay',
}

@InterfaceType('Node', {
  description: 'Whatever has an id of its own.',
  resolveType: ({ id }: { id: string }) => {
    const kind = idKind(id)
    return kind === null ? undefined : TYPE_NAMES[kind]
  },
})
export abstract class NodeType {
  @Field(() => ID, {
    description: 'A prefix that names the type, an underscore, and a part that is unique and sorts by time.',
  })
  id: string
}
