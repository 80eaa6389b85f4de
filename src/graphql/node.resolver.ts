import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql'
import { Scope } from '../auth/actor'
import { findToken } from '../auth/find-tokens'
import { NotFoundError } from '../errors'
import { findWebhookEndpoint, findWebhookReplay } from '../webhooks/find-webhook-endpoints'
import { findMail } from '../mail/find-mails'
import { idKind, type IdKind } from '../typed-id'
import type { Context } from './context'
import { NodeType } from './node.types'

const FIND: Record<IdKind, (context: Context, id: string) => Promise<NodeType | null> | null> = {
  account: ({ loaders }, id) => loaders.account.load(id),
  apiToken: ({ visible }, id) => findToken(visible, id),
  auditEntry: () => null,
  channel: ({ loaders }, id) => loaders.channel.load(id),
  chargeback: () => null,
  creditNote: ({ loaders }, id) => loaders.creditNote.load(id),
  channelSubscription: ({ loaders }, id) => loaders.channelSubscription.load(id),
  invoice: ({ loaders }, id) => loaders.invoice.load(id),
  invitation: () => null,
  ledgerTransaction: ({ loaders }, id) => loaders.ledgerTransaction.load(id),
  mail: ({ visible }, id) => findMail(visible, id),
  plan: ({ loaders }, id) => loaders.plan.load(id),
  priceAgreement: ({ loaders }, id) => loaders.priceAgreement.load(id),
  providerCall: () => null,
  payment: () => null,
  paymentReturn: () => null,
  person: () => null,
  personMail: () => null,
  refund: () => null,
  session: () => null,
  webhookAttempt: () => null,
  webhookEndpoint: ({ visible }, id) => findWebhookEndpoint(visible, id),
  webhookReplay: ({ visible }, id) => findWebhookReplay(visible, id),
}

@Resolver()
export class NodeResolver {
  @Authorized(Scope.READ)
  @Query(() => NodeType, { nullable: true, description: 'Whatever has this id.' })
  async node(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<NodeType> {
    const kind = idKind(id)
    const found = kind === null ? null : await FIND[kind](context, id)
    if (found === null) throw new NotFoundError('object', id)
    return found
  }
}
