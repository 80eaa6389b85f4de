import 'reflect-metadata'
import { AuditResolver } from '../audit/audit.resolver'
import { type GraphQLSchema, isInterfaceType } from 'graphql'
import { buildSchemaSync, getMetadataStorage, type PubSub } from 'type-graphql'
import { AccountConnectionResolver, AccountsResolver } from '../accounts/accounts.resolver'
import { AuthResolver } from '../auth/auth.resolver'
import { AccountSavedCardResolver } from '../saved-cards/saved-cards.resolver'
import { AccountBillingResolver } from '../billing/billing.resolver'
import {
  AccountPlansResolver,
  ChannelSubscriptionResolver,
  ChannelSubscriptionsResolver,
  PlanResolver,
} from '../channel-subscriptions/channel-subscriptions.resolver'
import {
  CreditNoteConnectionResolver,
  CreditNotePayloadResolver,
  CreditNoteResolver,
  CreditNotesResolver,
  InvoiceMoneyBackResolver,
  PaymentReturnResolver,
  RefundPayloadResolver,
} from '../credit-notes/credit-notes.resolver'
import {
  BulkAllocationItemResolver,
  ChannelConnectionResolver,
  ChannelPayloadResolver,
  ChannelsResolver,
  DeleteChannelPayloadResolver,
  TransferPayloadResolver,
} from '../channels/channels.resolver'
import {
  DayExpiryChangeResolver,
  EventsResolver,
  EventSubscriptions,
  InvoiceChangeResolver,
} from '../events/events.resolver'
import { AutoRenewResolver, ClockResolver, SandboxClockResolver } from '../expiry/expiry.resolver'
import { DunningResolver } from '../dunning/dunning.resolver'
import { OtherEventType } from '../events/events.types'
import { BalanceForecastResolver, ForecastResolver } from '../forecast/forecast.resolver'
import {
  AccountInvoicesResolver,
  InvoiceConnectionResolver,
  PaymentConnectionResolver,
  InvoicePayloadResolver,
  InvoicesResolver,
  PaymentResolver,
} from '../invoices/invoices.resolver'
import { JobsResolver } from '../jobs/jobs.resolver'
import { KeepAliveAllocationResolver, KeepAliveResolver } from '../keep-alive/keep-alive.resolver'
import { BalanceResolver, LedgerResolver } from '../ledger/ledger.resolver'
import { MailResolver } from '../mail/mail.resolver'
import { ChannelCostResolver, ChannelMarginResolver, LotResolver, LotsResolver } from '../lots/lots.resolver'
import { ParticularsResolver } from '../particulars/particulars.resolver'
import { PeopleResolver } from '../people/people.resolver'
import { SessionsResolver } from '../sessions/sessions.resolver'
import { PaymentsResolver, ProviderEventConnectionResolver } from '../payments/payments.resolver'
import { PreviewsResolver } from '../previews/previews.resolver'
import { AccountPricingResolver, PricingResolver } from '../pricing/pricing.resolver'
import { WebhooksResolver } from '../webhooks/webhooks.resolver'
import { checkAuthorization } from './auth-checker'
import { describeSchema } from './describe-schema'
import { tellMutations } from './tell-mutations'
import { NodeResolver } from './node.resolver'

/** The schema, as the code says it. `npm run schema` writes it to schema.graphql, and a test holds the two together. */
export function createSchema(): GraphQLSchema {
  readPlainFieldsPlainly()
  const schema = buildSchemaSync({
    resolvers: [
      AccountsResolver,
      AccountBillingResolver,
      AccountSavedCardResolver,
      AccountConnectionResolver,
      AccountInvoicesResolver,
      AccountPricingResolver,
      AuditResolver,
      AuthResolver,
      AutoRenewResolver,
      BalanceForecastResolver,
      BalanceResolver,
      AccountPlansResolver,
      BulkAllocationItemResolver,
      ChannelSubscriptionResolver,
      ChannelSubscriptionsResolver,
      PlanResolver,
      ChannelCostResolver,
      ChannelMarginResolver,
      ChannelsResolver,
      ChannelConnectionResolver,
      ChannelPayloadResolver,
      ClockResolver,
      CreditNoteConnectionResolver,
      CreditNotePayloadResolver,
      CreditNoteResolver,
      CreditNotesResolver,
      DayExpiryChangeResolver,
      DeleteChannelPayloadResolver,
      DunningResolver,
      EventsResolver,
      EventSubscriptions,
      ForecastResolver,
      InvoiceChangeResolver,
      InvoiceConnectionResolver,
      PaymentConnectionResolver,
      InvoiceMoneyBackResolver,
      InvoicePayloadResolver,
      InvoicesResolver,
      PaymentResolver,
      JobsResolver,
      KeepAliveAllocationResolver,
      KeepAliveResolver,
      LedgerResolver,
      MailResolver,
      LotResolver,
      LotsResolver,
      NodeResolver,
      PeopleResolver,
      SessionsResolver,
      ParticularsResolver,
      PaymentReturnResolver,
      PaymentsResolver,
      PreviewsResolver,
      SandboxClockResolver,
      PricingResolver,
      ProviderEventConnectionResolver,
      RefundPayloadResolver,
      TransferPayloadResolver,
      WebhooksResolver,
    ],
    orphanedTypes: [OtherEventType],
    authChecker: checkAuthorization,
    // The verbs check their inputs, with figures; type-graphql would echo the whole input back.
    validate: false,
    pubSub: NO_TOPICS,
  })
  tellTypesAtOnce(schema)
  tellEventsAtOnce(schema)
  tellMutations(schema)
  describeSchema(schema)
  return schema
}

/**
 * type-graphql answers the type of an interface's object by a promise, for each object that there is. Ours tell its name by
 * a property, and what is compiled can't wait for it.
 */
function tellTypesAtOnce(schema: GraphQLSchema): void {
  for (const { name, resolveType } of getMetadataStorage().interfaceTypes) {
    const type = schema.getType(name)
    if (isInterfaceType(type) && resolveType !== undefined) type.resolveType = resolveType as typeof type.resolveType
  }
}

/**
 * The event that its source brings is what a subscription answers. Whether its caller may follow was asked as it subscribed; type-graphql
 * would ask anew for each event, and answer by a promise.
 */
function tellEventsAtOnce(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    field.resolve = (event: unknown) => event
  }
}

/**
 * A field that is a property of its object is graphql-js's to read: type-graphql would put two functions and an object around each
 * of them, 3 % of what 50 channels cost. One with `@Authorized` on itself, or whose property has another name, keeps its wrapper.
 */
function readPlainFieldsPlainly(): void {
  const { fields, authorizedFields } = getMetadataStorage()
  for (const field of fields) {
    const isGuarded = authorizedFields.some(
      ({ target, fieldName }) => target === field.target && fieldName === field.name,
    )
    field.simple ??= !isGuarded && field.schemaName === field.name
  }
}

/** type-graphql demands one; every subscription of ours brings its own source, the account's event log. */
const NO_TOPICS: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('subscriptions follow the event log, not topics')
  },
}
