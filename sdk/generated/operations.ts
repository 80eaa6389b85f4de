/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Whether anything in an account can change. */
export type AccountStatus =
  /** It can do everything. */
  | 'ACTIVE'
  /** It can read, and nothing else, for good. */
  | 'CLOSED'
  /** It can read, and nothing else. */
  | 'SUSPENDED';

/** Days for one channel of a bulk allocation. */
export type AllocationItem = {
  /** The channel that it is about. */
  channelId: string;
  /** 1 to 36,500. */
  days: number;
};

/** Which deeds to show. */
export type AuditFilter = {
  /** The name of a mutation. */
  action?: string | null | undefined;
  /** As it is shown: the id of a token, or `staff`. */
  actor?: string | null | undefined;
  /** Not before this instant. */
  from?: string | null | undefined;
  /** What came of it. */
  outcome?: AuditOutcome | null | undefined;
  /** The id of what it was done to, or the name of a job. */
  subject?: string | null | undefined;
  /** Itself not in it. */
  to?: string | null | undefined;
};

/** The door that a deed came through. */
export type AuditOrigin =
  /** A request over HTTP. */
  | 'HTTP'
  /** A message over a WebSocket. */
  | 'SOCKET';

/** What came of a deed. */
export type AuditOutcome =
  /** It was done. */
  | 'DONE'
  /** It was refused, and nothing changed. */
  | 'REFUSED';

/** With an IBAN, or with instructions. */
export type BankAccountInput = {
  /** The bank’s identifier, 8 or 11 characters; null where it is not needed. */
  bic?: string | null | undefined;
  /** In whose name the account is. */
  holder: string;
  /** The account’s number by ISO 13616. */
  iban?: string | null | undefined;
  /** At most 2,000 characters. */
  instructions?: string | null | undefined;
};

/** When days are paid for. */
export type BillingMode =
  /** The balance may run down to minus the credit limit. */
  | 'POSTPAID'
  /** Days are bought before they are allocated. */
  | 'PREPAID';

/** For what an invoice is requested at the start of each UTC month. */
export type BillingScheduleKind =
  /** At the start of each UTC month, for a number of channels. */
  | 'MONTHLY_FIXED'
  /** At the start of each UTC month, for the channels that the account manages then: not deleted, and running or within 30 days of their end. */
  | 'MONTHLY_MANAGED'
  /** Invoices are asked for one by one. */
  | 'ON_REQUEST';

/** What a refused item means for the others. */
export type BulkMode =
  /** All items or none. */
  | 'ATOMIC'
  /** Each item for itself, in their order. */
  | 'PARTIAL';

/** What pays for a channel. */
export type ChannelBilling =
  /** Days of the balance. */
  | 'BALANCE'
  /** A subscription of its own. */
  | 'SUBSCRIPTION';

/** Which channels to show. */
export type ChannelFilter = {
  /** Only those whose time ends before this. */
  endsBefore?: string | null | undefined;
  /** Part of the name or the externalId, in any case. */
  search?: string | null | undefined;
  /** Any of these. */
  status?: Array<ChannelStatus> | null | undefined;
  /** Whether a subscription of its own lives, one that is cancelled at the end of its period too. */
  subscribed?: boolean | null | undefined;
};

/** Derived from the channel’s time whenever it is asked for. */
export type ChannelStatus =
  /** Its paid time runs. */
  | 'ACTIVE'
  /** Deleted for good; its history stays readable. */
  | 'DELETED'
  /** Its time is over. */
  | 'EXPIRED'
  /** It has had no time yet. */
  | 'NEW'
  /** Its trial runs. */
  | 'TRIAL';

/** How a subscription stands with the payment provider. */
export type ChannelSubscriptionStatus =
  /** It is paid. */
  | 'ACTIVE'
  /** It has ended. */
  | 'CANCELED'
  /** Its first period is not paid yet. */
  | 'INCOMPLETE'
  /** A later period is not paid: the channel runs on for 3 days. */
  | 'PAST_DUE';

/** How a chargeback stands. */
export type ChargebackStatus =
  /** The days stay taken back. */
  | 'LOST'
  /** The money is withdrawn, and the bank has not decided: the days are taken back. */
  | 'OPEN'
  /** The money is back, and so are the days. */
  | 'WON';

/** Why the end of a channel’s days moved. */
export type DayExpiryReason =
  /** Days were put on it. */
  | 'ALLOCATED'
  /** The channel was deleted. */
  | 'DELETED'
  /** Its time ended. */
  | 'EXPIRED'
  /** Its end is near: a notice that was asked for. */
  | 'NEAR'
  /** Days were taken off it. */
  | 'RELEASED'
  /** It should have renewed, and no day was left. */
  | 'RENEWAL_FAILED'
  /** It renewed by itself. */
  | 'RENEWED'
  /** A period of its subscription was paid, or ended. */
  | 'SUBSCRIPTION'
  /** Days went to or came from another channel. */
  | 'TRANSFERRED'
  /** Its trial began. */
  | 'TRIAL';

/** Every failure is an entry of `errors` whose `extensions.code` is one of these, with the figures a program needs beside it. A mutation does all that it says, or nothing. */
export type ErrorCode =
  /** The account is closed: it can read, and nothing else, for good. */
  | 'ACCOUNT_CLOSED'
  /** A usage invoice is unpaid past its due date: no days can be allocated until it is paid. */
  | 'ACCOUNT_OVERDUE'
  /** The account is suspended: it can read, and nothing else. */
  | 'ACCOUNT_SUSPENDED'
  /** The request is malformed, or not what this door takes. */
  | 'BAD_REQUEST'
  /** A value breaks a bound or a form; `field` names it. */
  | 'BAD_USER_INPUT'
  /** The channel is deleted. */
  | 'CHANNEL_DELETED'
  /** No subscription pays for the channel. */
  | 'CHANNEL_NOT_ON_SUBSCRIPTION'
  /** A subscription pays for the channel, so that it takes no days. */
  | 'CHANNEL_ON_SUBSCRIPTION'
  /** Something else was faster; what is so now is to be read first. */
  | 'CONFLICT'
  /** A chargeback took days that were spent: none can be allocated until they are back. */
  | 'DAYS_OWED'
  /** The token or the person may not do this. */
  | 'FORBIDDEN'
  /** The document is not GraphQL. */
  | 'GRAPHQL_PARSE_FAILED'
  /** The document does not fit the schema, or is larger than a limit. */
  | 'GRAPHQL_VALIDATION_FAILED'
  /** The key was used for another call. */
  | 'IDEMPOTENCY_CONFLICT'
  /** Fewer days are there than were asked for. */
  | 'INSUFFICIENT_DAYS'
  /** A fault of ours; `requestId` names it in the log. */
  | 'INTERNAL'
  /** The invoice is in a state that doesn’t allow it. */
  | 'INVOICE_STATE'
  /** Every paid day of the channel is used. */
  | 'NOTHING_TO_RELEASE'
  /** There is no such thing, or it is not of this account. */
  | 'NOT_FOUND'
  /** No prices are agreed with the account. */
  | 'NO_PRICE_AGREEMENT'
  /** Invoices need a sender, and none is set. */
  | 'NO_PROVIDER_PROFILE'
  /** The amount or its currency doesn’t fit the invoice. */
  | 'PAYMENT_AMOUNT'
  /** The payment provider refused, or could not be asked. */
  | 'PAYMENT_PROVIDER'
  /** The document asks for more than one call may. */
  | 'QUERY_TOO_EXPENSIVE'
  /** Too much came in a short time; `retryAfterMs` says when to come back. */
  | 'RATE_LIMITED'
  /** The account or the customer has no trial left. */
  | 'TRIAL_NOT_ALLOWED'
  /** There is no valid token or session. */
  | 'UNAUTHENTICATED'
  /** Not now: the same call, under the same key, may succeed later. */
  | 'UNAVAILABLE';

/** What had an invoice made. */
export type InvoiceCause =
  /** The balance had fallen below the threshold of the account’s top-up. */
  | 'AUTO_TOP_UP'
  /** Somebody asked for it. */
  | 'REQUEST'
  /** The account’s billing schedule. */
  | 'SCHEDULE'
  /** The close of a month: it bills days that were used. */
  | 'USAGE';

/** Which invoices to show. */
export type InvoiceFilter = {
  /** Only those that are, or only those that aren’t. */
  overdue?: boolean | null | undefined;
  /** Any of these. */
  status?: Array<InvoiceStatus> | null | undefined;
};

/** What a line sells. */
export type InvoiceLineKind =
  /** Channel months of 30 days each. */
  | 'CHANNELS'
  /** Days beside whole channel months. */
  | 'LOOSE_DAYS'
  /** Days that a postpaid account used. */
  | 'USAGE';

/** How far an invoice has come. */
export type InvoiceStatus =
  /** It has its number and waits for payment. */
  | 'OPEN'
  /** Its days are credited. */
  | 'PAID'
  /** It waits for staff to prepare it. */
  | 'REQUESTED'
  /** Written off; it can still be paid. */
  | 'UNCOLLECTIBLE'
  /** Taken back for good. */
  | 'VOID';

/** How a run stands. */
export type JobRunState =
  /** It failed for good. The next instant of the schedule, or runJob, runs it anew. */
  | 'FAILED'
  /** It failed and is tried again, later each time. */
  | 'RETRYING'
  /** It is under way. */
  | 'RUNNING'
  /** It is done. */
  | 'SUCCEEDED';

/** Who is served first where there are not days enough for all. */
export type KeepAliveOrder =
  /** The channel that ends soonest. */
  | 'ENDING_FIRST'
  /** The channel that lacks the fewest days, so that the most channels are served. */
  | 'FEWEST_DAYS_FIRST'
  /** The channel that was created last. */
  | 'NEWEST_FIRST'
  /** The channel that was created first. */
  | 'OLDEST_FIRST';

/** Why channels get less than it takes. */
export type KeepAliveShortage =
  /** Too few days are available. Days that arrive are allocated at once. */
  | 'BALANCE'
  /** The daily cap is reached. It goes on at the next UTC midnight. */
  | 'CAP'
  /** A usage invoice is unpaid past its due date. It goes on as that ends. */
  | 'OVERDUE'
  /** The account is suspended. It goes on as that ends. */
  | 'SUSPENDED';

/** One of the four places in which an account’s days can be. */
export type LedgerAccount =
  /** Unused, on channels. */
  | 'ALLOCATED'
  /** To be allocated. */
  | 'AVAILABLE'
  /** Where days come from as they are bought or granted, and go to as they are taken back. */
  | 'ISSUED'
  /** Used up. */
  | 'USED';

/** Why days moved. */
export type LedgerTransactionKind =
  /** From the balance to a channel. */
  | 'ALLOCATION'
  /** Days of channels were used. */
  | 'BURN'
  /** A payment was disputed: its days are taken back. */
  | 'CHARGEBACK'
  /** The dispute was won: its days return. */
  | 'CHARGEBACK_REVERSAL'
  /** Staff set something right. */
  | 'CORRECTION'
  /** Days of a paid invoice were taken back. */
  | 'CREDIT_NOTE'
  /** Staff gave days. */
  | 'GRANT'
  /** An invoice was paid. */
  | 'PURCHASE'
  /** From a channel back to the balance. */
  | 'RELEASE'
  /** From one channel to another. */
  | 'TRANSFER';

/** Which lots to show. */
export type LotFilter = {
  /** Whether days of it are left. */
  open?: boolean | null | undefined;
};

/** What a threshold is measured in. */
export type LowBalanceMeasure =
  /** Available days. */
  | 'DAYS'
  /** Days that the balance lasts. */
  | 'RUNWAY_DAYS';

/** What a mail is about. INVOICE, OVERDUE and CREDIT_NOTE can’t be switched off. */
export type MailKind =
  /** A credit note was issued. */
  | 'CREDIT_NOTE'
  /** An invoice will soon be due. */
  | 'DUE_SOON'
  /** An invoice was opened. */
  | 'INVOICE'
  /** A threshold of the balance was crossed downwards. */
  | 'LOW_BALANCE'
  /** An invoice is overdue, and reminders of it. */
  | 'OVERDUE'
  /** A payment was received. */
  | 'RECEIPT'
  /** A channel could not be renewed by itself. */
  | 'RENEWAL'
  /** An automatic top-up failed, met its cap, or was switched off. */
  | 'TOP_UP'
  /** A webhook endpoint was switched off. */
  | 'WEBHOOK';

/** How far a mail has come. */
export type MailState =
  /** The mail server refused it for good, or did not take it for three days. */
  | 'FAILED'
  /** It waits for its next attempt, or is under way. */
  | 'PENDING'
  /** The mail server has taken it. */
  | 'SENT'
  /** There was no address, or nobody wants it any longer: error says why. */
  | 'SKIPPED';

/** How money goes. */
export type PaymentMethod =
  /** From bank to bank. */
  | 'BANK_TRANSFER'
  /** With a card, at the payment provider. */
  | 'CARD'
  /** In any other way. */
  | 'OTHER';

/** What somebody is: OWNER, BILLING or VIEWER in a partner’s account; OPERATOR or ADMIN of staff. */
export type PersonRole =
  /** Of staff: everything. */
  | 'ADMIN'
  /** READ and BILLING. */
  | 'BILLING'
  /** Of staff: READ, CHANNELS, BILLING. */
  | 'OPERATOR'
  /** Everything that an account may: READ, CHANNELS, BILLING, TOKENS. */
  | 'OWNER'
  /** READ. */
  | 'VIEWER';

/** How often a plan is paid. */
export type PlanInterval =
  /** Each month. */
  | 'MONTH'
  /** Each year. */
  | 'YEAR';

/** A postal address. */
export type PostalAddressInput = {
  /** The town. */
  city: string;
  /** ISO 3166, two letters. */
  country: string;
  /** 1 to 4: street and house, building, care of. */
  lines: Array<string>;
  /** As the country writes it; null where there is none. */
  postcode?: string | null | undefined;
  /** A state or a province. */
  region?: string | null | undefined;
};

/** A price from a number of channels on. */
export type PriceTierInput = {
  /** Of one channel for 30 days, without tax, in the currency’s smallest unit. */
  channelMonthAmount: number;
  /** 1 to 1,000,000, and more than the tier before it. */
  fromChannels: number;
};

/** How far an event of the provider’s has come. */
export type ProviderEventState =
  /** What it was about has been fetched and applied. */
  | 'DONE'
  /** Of the other mode, of somebody else’s objects, or about nothing that is applied here. */
  | 'IGNORED'
  /** It failed too often, and waits for `replayProviderEvent`. */
  | 'PARKED'
  /** It is looked at next, or tried again. */
  | 'PENDING';

/** How far a refund has come. */
export type RefundStatus =
  /** The money has still to go back, in another way. */
  | 'FAILED'
  /** The payment provider is at it. */
  | 'PENDING'
  /** The money has gone back. */
  | 'SUCCEEDED';

/** On which side one stands. */
export type Role =
  /** Of one account. */
  | 'PARTNER'
  /** Of the provider: all accounts. */
  | 'STAFF';

/** What a token may do. Each includes READ. */
export type Scope =
  /** Staff only: accounts, price agreements, adjustments. */
  | 'ADMIN'
  /** Request invoices; for staff, also prepare, void and record payments. */
  | 'BILLING'
  /** Create, change and delete channels, and move days. */
  | 'CHANNELS'
  /** Read all of its account. */
  | 'READ'
  /** Make and revoke tokens, and say where webhooks go. */
  | 'TOKENS';

/** Its form and its check digits are checked. */
export type TaxIdInput = {
  /** ISO 3166, two letters: GR for Greece, GB for Northern Ireland too. */
  country: string;
  /** With or without the country’s prefix, blanks and dots. */
  value: string;
};

/** Whose register a tax id is of. */
export type TaxIdKind =
  /** Australia’s business number. */
  | 'AU_ABN'
  /** Brazil’s company number. */
  | 'BR_CNPJ'
  /** Canada’s business number. */
  | 'CA_BN'
  /** Switzerland’s VAT number. */
  | 'CH_VAT'
  /** A VAT number of a member state of the European Union. */
  | 'EU_VAT'
  /** The United Kingdom’s VAT number. */
  | 'GB_VAT'
  /** India’s GST number. */
  | 'IN_GST'
  /** Iceland’s VAT number. */
  | 'IS_VAT'
  /** Japan’s corporate number. */
  | 'JP_CN'
  /** South Korea’s business number. */
  | 'KR_BRN'
  /** Liechtenstein’s UID. */
  | 'LI_UID'
  /** Mexico’s RFC. */
  | 'MX_RFC'
  /** Norway’s VAT number. */
  | 'NO_VAT'
  /** New Zealand’s GST number. */
  | 'NZ_GST'
  /** Of a country whose ids are not checked, or written into a price agreement. */
  | 'OTHER'
  /** Serbia’s PIB. */
  | 'RS_PIB'
  /** Singapore’s entity number. */
  | 'SG_UEN'
  /** Türkiye’s tax number. */
  | 'TR_TIN'
  /** The employer number of the United States. */
  | 'US_EIN'
  /** South Africa’s VAT number. */
  | 'ZA_VAT';

/** Whether a register knows a tax id. */
export type TaxIdVerification =
  /** The payment provider is asking. */
  | 'PENDING'
  /** Nobody can tell. */
  | 'UNAVAILABLE'
  /** There is no such id, or it is somebody else’s. */
  | 'UNVERIFIED'
  /** It does. */
  | 'VERIFIED';

/** Why a message was sent. */
export type WebhookAttemptKind =
  /** It was asked for again. */
  | 'REPLAY'
  /** It was its turn in the order of events. */
  | 'STREAM';

/** Why nothing is sent to an endpoint. */
export type WebhookDisabledReason =
  /** It is deleted. */
  | 'DELETED'
  /** One event was not received for three days. */
  | 'FAILING'
  /** The receiver answered with 410. */
  | 'GONE'
  /** It was asked for. */
  | 'REQUESTED';

/** How far a replay has come. */
export type WebhookReplayState =
  /** All of it was delivered. */
  | 'DONE'
  /** It gave up. */
  | 'FAILED'
  /** It is under way, or waits. */
  | 'PENDING';

/** Where an endpoint that is enabled goes on. */
export type WebhookResume =
  /** With what happens from now on; what came before can be replayed. */
  | 'NOW'
  /** With the first event that was not received. */
  | 'WHERE_IT_STOPPED';

export type BalanceFieldsFragment = { accountId: string, available: number, allocated: number, used: number, creditLimit: number, sequence: number };

export type AccountFieldsFragment = { id: string, name: string, email: string | null, status: AccountStatus, billingMode: BillingMode, overdue: boolean, sandbox: boolean, trialDays: number, maxTrials: number, now: string, alerts: { noticeDays: Array<number>, lowBalanceDays: Array<number>, lowRunwayDays: Array<number> }, billingSchedule: { kind: BillingScheduleKind, channels: number | null, nextAt: string | null }, autoTopUp: { belowDays: number, targetDays: number, monthlyCapChannels: number | null, coolDownHours: number, enabled: boolean, failures: number, requestedThisMonth: number, armed: boolean, nextLookAt: string | null } | null, balance: BalanceFieldsFragment };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { role: Role, scopes: Array<Scope>, sessionId: string | null, secondFactorNeeded: boolean, account: AccountFieldsFragment | null, person: PersonFieldsFragment | null } };

export type AccountQueryVariables = Exact<{
  id?: string | null | undefined;
}>;


export type AccountQuery = { account: AccountFieldsFragment };

export type AccountsQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  search?: string | null | undefined;
}>;


export type AccountsQuery = { accounts: { totalCount: number, nodes: Array<AccountFieldsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type BalanceQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type BalanceQuery = { balance: BalanceFieldsFragment };

export type LastSequenceQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type LastSequenceQuery = { balance: { sequence: number } };

export type CreateAccountMutationVariables = Exact<{
  name: string;
  email?: string | null | undefined;
  billingMode?: BillingMode;
  creditLimit?: number;
  sandbox?: boolean;
  trialDays?: number;
  maxTrials?: number;
  idempotencyKey?: string | null | undefined;
}>;


export type CreateAccountMutation = { createAccount: AccountFieldsFragment };

export type UpdateAccountMutationVariables = Exact<{
  accountId: string;
  name?: string | null | undefined;
  email?: string | null | undefined;
  status?: AccountStatus | null | undefined;
  billingMode?: BillingMode | null | undefined;
  creditLimit?: number | null | undefined;
  trialDays?: number | null | undefined;
  maxTrials?: number | null | undefined;
}>;


export type UpdateAccountMutation = { updateAccount: AccountFieldsFragment };

export type SetAlertsMutationVariables = Exact<{
  accountId?: string | null | undefined;
  noticeDays?: Array<number> | null | undefined;
  lowBalanceDays?: Array<number> | null | undefined;
  lowRunwayDays?: Array<number> | null | undefined;
}>;


export type SetAlertsMutation = { setAlerts: AccountFieldsFragment };

export type SetBillingScheduleMutationVariables = Exact<{
  accountId?: string | null | undefined;
  kind: BillingScheduleKind;
  channels?: number | null | undefined;
}>;


export type SetBillingScheduleMutation = { setBillingSchedule: AccountFieldsFragment };

export type SetAutoTopUpMutationVariables = Exact<{
  accountId?: string | null | undefined;
  belowDays?: number | null | undefined;
  targetDays?: number | null | undefined;
  monthlyCapChannels?: number | null | undefined;
  coolDownHours?: number;
}>;


export type SetAutoTopUpMutation = { setAutoTopUp: AccountFieldsFragment };

export type SetKeepAliveMutationVariables = Exact<{
  accountId?: string | null | undefined;
  minDays?: number | null | undefined;
  dailyCap?: number | null | undefined;
  order?: KeepAliveOrder;
}>;


export type SetKeepAliveMutation = { setKeepAlive: (
    { keepAlive: KeepAliveFieldsFragment | null }
    & AccountFieldsFragment
  ) };

export type KeepAliveQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type KeepAliveQuery = { account: { id: string, keepAlive: KeepAliveFieldsFragment | null } };

export type KeepAliveFieldsFragment = { minDays: number, dailyCap: number | null, order: KeepAliveOrder, spentToday: number, shortSince: string | null, shortage: KeepAliveShortage | null };

export type AdvanceClockMutationVariables = Exact<{
  accountId?: string | null | undefined;
  to: string;
}>;


export type AdvanceClockMutation = { advanceClock: AccountFieldsFragment };

export type AuditLogQueryVariables = Exact<{
  accountId?: string | null | undefined;
  filter?: AuditFilter | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { auditLog: { nodes: Array<{ id: string, accountId: string | null, occurredAt: string, actor: string, role: Role, action: string, subjectKind: string, subjectId: string | null, input: Record<string, unknown>, before: Record<string, unknown> | null, after: Record<string, unknown> | null, outcome: AuditOutcome, code: string | null, origin: AuditOrigin, requestId: string, ip: string | null, userAgent: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type PlanFieldsFragment = { id: string, interval: PlanInterval, price: MoneyFieldsFragment, undiscounted: MoneyFieldsFragment };

export type ChannelSubscriptionFieldsFragment = { id: string, status: ChannelSubscriptionStatus, currentPeriodEnd: string | null, cancelAtPeriodEnd: boolean, plan: PlanFieldsFragment };

export type PlansQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type PlansQuery = { plans: Array<PlanFieldsFragment> };

export type SubscribeChannelMutationVariables = Exact<{
  channelId: string;
  planId: string;
  successUrl?: string | null | undefined;
  cancelUrl?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type SubscribeChannelMutation = { subscribeChannel: { checkoutUrl: string, channel: ChannelFieldsFragment } };

export type ChangeChannelPlanMutationVariables = Exact<{
  channelId: string;
  planId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ChangeChannelPlanMutation = { changeChannelPlan: { channel: ChannelFieldsFragment } };

export type CancelChannelSubscriptionMutationVariables = Exact<{
  channelId: string;
  atPeriodEnd?: boolean;
  idempotencyKey?: string | null | undefined;
}>;


export type CancelChannelSubscriptionMutation = { cancelChannelSubscription: { channel: ChannelFieldsFragment } };

export type ResumeChannelSubscriptionMutationVariables = Exact<{
  channelId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type ResumeChannelSubscriptionMutation = { resumeChannelSubscription: { channel: ChannelFieldsFragment } };

export type BillingPortalMutationVariables = Exact<{
  returnUrl: string;
  accountId?: string | null | undefined;
}>;


export type BillingPortalMutation = { billingPortal: { url: string } };

export type ChannelFieldsFragment = { id: string, accountId: string, name: string, externalId: string | null, status: ChannelStatus, billing: ChannelBilling, trialUntil: string | null, paidUntil: string | null, unusedDays: number, metadata: Record<string, unknown> | null, createdAt: string, deletedAt: string | null, autoRenew: { days: number, leadHours: number } | null, subscription: ChannelSubscriptionFieldsFragment | null };

export type ChannelQueryVariables = Exact<{
  id: string;
}>;


export type ChannelQuery = { channel: ChannelFieldsFragment | null };

export type ChannelsQueryVariables = Exact<{
  accountId?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
  filter?: ChannelFilter | null | undefined;
}>;


export type ChannelsQuery = { channels: { totalCount: number, nodes: Array<ChannelFieldsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateChannelMutationVariables = Exact<{
  accountId?: string | null | undefined;
  name: string;
  externalId?: string | null | undefined;
  trial?: boolean;
  days?: number | null | undefined;
  metadata?: Record<string, unknown> | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type CreateChannelMutation = { createChannel: { channel: ChannelFieldsFragment, balance: BalanceFieldsFragment, transaction: LedgerTransactionFieldsFragment | null } };

export type UpdateChannelMutationVariables = Exact<{
  channelId: string;
  name?: string | null | undefined;
  externalId?: string | null | undefined;
  metadata?: Record<string, unknown> | null | undefined;
}>;


export type UpdateChannelMutation = { updateChannel: { channel: ChannelFieldsFragment } };

export type AllocateDaysMutationVariables = Exact<{
  channelId: string;
  days: number;
  comment?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type AllocateDaysMutation = { allocateDays: { channel: ChannelFieldsFragment, balance: BalanceFieldsFragment, transaction: LedgerTransactionFieldsFragment | null } };

export type AllocateDaysInBulkMutationVariables = Exact<{
  items: Array<AllocationItem>;
  mode?: BulkMode;
  comment?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type AllocateDaysInBulkMutation = { allocateDaysInBulk: { allocatedDays: number, items: Array<{ channelId: string, channel: ChannelFieldsFragment | null, error: { code: ErrorCode, message: string, details: Record<string, unknown> | null } | null }>, balance: BalanceFieldsFragment } };

export type ReleaseDaysMutationVariables = Exact<{
  channelId: string;
  days?: number | null | undefined;
  comment?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type ReleaseDaysMutation = { releaseDays: { channel: ChannelFieldsFragment, balance: BalanceFieldsFragment, transaction: LedgerTransactionFieldsFragment | null } };

export type TransferDaysMutationVariables = Exact<{
  fromChannelId: string;
  toChannelId: string;
  days: number;
  comment?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type TransferDaysMutation = { transferDays: { from: ChannelFieldsFragment, to: ChannelFieldsFragment, balance: BalanceFieldsFragment, transaction: LedgerTransactionFieldsFragment } };

export type DeleteChannelMutationVariables = Exact<{
  channelId: string;
  comment?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type DeleteChannelMutation = { deleteChannel: { returnedDays: number, channel: ChannelFieldsFragment, balance: BalanceFieldsFragment, transaction: LedgerTransactionFieldsFragment | null } };

export type SetAutoRenewMutationVariables = Exact<{
  channelId: string;
  days?: number | null | undefined;
  leadHours?: number;
}>;


export type SetAutoRenewMutation = { setAutoRenew: { channel: ChannelFieldsFragment, balance: BalanceFieldsFragment } };

export type CreditNoteLineFieldsFragment = { kind: InvoiceLineKind, description: string, days: number, net: MoneyFieldsFragment };

export type RefundFieldsFragment = { id: string, method: PaymentMethod, status: RefundStatus, creditNoteId: string | null, paymentReturnId: string | null, unapplied: boolean, reference: string | null, failure: string | null, refundedAt: string | null, amount: MoneyFieldsFragment };

export type CreditNoteFieldsFragment = { id: string, accountId: string, number: string, days: number, reason: string, pdfUrl: string | null, issuedAt: string, lines: Array<CreditNoteLineFieldsFragment>, net: MoneyFieldsFragment, tax: MoneyFieldsFragment, total: MoneyFieldsFragment, refunds: Array<RefundFieldsFragment> };

export type MoneyBackFieldsFragment = { id: string, status: InvoiceStatus, paid: MoneyFieldsFragment, creditNotes: Array<CreditNoteFieldsFragment>, paymentReturns: Array<{ id: string, paymentId: string, reason: string, returnedAt: string, amount: MoneyFieldsFragment }>, refunds: Array<RefundFieldsFragment>, chargebacks: Array<{ id: string, paymentId: string, status: ChargebackStatus, days: number | null, openedAt: string, closedAt: string | null, amount: MoneyFieldsFragment }> };

export type CreditNoteQueryVariables = Exact<{
  id: string;
}>;


export type CreditNoteQuery = { creditNote: CreditNoteFieldsFragment | null };

export type CreditNotesQueryVariables = Exact<{
  accountId?: string | null | undefined;
  invoiceId?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type CreditNotesQuery = { creditNotes: { totalCount: number, nodes: Array<CreditNoteFieldsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MoneyBackQueryVariables = Exact<{
  invoiceId: string;
}>;


export type MoneyBackQuery = { invoice: MoneyBackFieldsFragment | null };

export type IssueCreditNoteMutationVariables = Exact<{
  invoiceId: string;
  days?: number | null | undefined;
  amount?: number | null | undefined;
  reason: string;
  refundCards?: boolean;
  idempotencyKey: string;
}>;


export type IssueCreditNoteMutation = { issueCreditNote: { creditNote: CreditNoteFieldsFragment } };

export type RecordRefundMutationVariables = Exact<{
  invoiceId: string;
  creditNoteId?: string | null | undefined;
  paymentReturnId?: string | null | undefined;
  method: PaymentMethod;
  amount: number;
  reference?: string | null | undefined;
  refundedAt?: string | null | undefined;
  idempotencyKey: string;
}>;


export type RecordRefundMutation = { recordRefund: { invoice: MoneyBackFieldsFragment } };

export type ReturnPaymentMutationVariables = Exact<{
  invoiceId: string;
  paymentId: string;
  amount?: number | null | undefined;
  reason: string;
  method?: PaymentMethod | null | undefined;
  reference?: string | null | undefined;
  returnedAt?: string | null | undefined;
  idempotencyKey: string;
}>;


export type ReturnPaymentMutation = { returnPayment: { invoice: MoneyBackFieldsFragment } };

export type ReturnUnappliedPaymentMutationVariables = Exact<{
  invoiceId: string;
  paymentId: string;
  amount?: number | null | undefined;
  reason: string;
  method?: PaymentMethod | null | undefined;
  reference?: string | null | undefined;
  returnedAt?: string | null | undefined;
  idempotencyKey: string;
}>;


export type ReturnUnappliedPaymentMutation = { returnUnappliedPayment: { invoice: MoneyBackFieldsFragment } };

export type WriteOffInvoiceMutationVariables = Exact<{
  invoiceId: string;
  comment: string;
  idempotencyKey?: string | null | undefined;
}>;


export type WriteOffInvoiceMutation = { writeOffInvoice: { invoice: InvoiceFieldsFragment } };

export type BalanceChangeFieldsFragment = { accountId: string, sequence: number, type: string, occurredAt: string, actor: string, days: number, available: number, transaction: LedgerTransactionFieldsFragment };

export type DayExpiryChangeFieldsFragment = { accountId: string, sequence: number, type: string, occurredAt: string, actor: string, reason: DayExpiryReason, previousPaidUntil: string | null, paidUntil: string | null, unusedDays: number, channel: { id: string, name: string, externalId: string | null } };

export type InvoiceChangeFieldsFragment = { accountId: string, sequence: number, type: string, occurredAt: string, actor: string, status: InvoiceStatus, invoice: InvoiceFieldsFragment };

export type LowBalanceFieldsFragment = { accountId: string, sequence: number, type: string, occurredAt: string, actor: string, measure: LowBalanceMeasure, threshold: number, available: number, runsOutAt: string | null };

type EventFields_BalanceChange_Fragment = (
  { __typename: 'BalanceChange', accountId: string, sequence: number, type: string, occurredAt: string, actor: string }
  & BalanceChangeFieldsFragment
);

type EventFields_DayExpiryChange_Fragment = (
  { __typename: 'DayExpiryChange', accountId: string, sequence: number, type: string, occurredAt: string, actor: string }
  & DayExpiryChangeFieldsFragment
);

type EventFields_InvoiceChange_Fragment = (
  { __typename: 'InvoiceChange', accountId: string, sequence: number, type: string, occurredAt: string, actor: string }
  & InvoiceChangeFieldsFragment
);

type EventFields_LowBalance_Fragment = (
  { __typename: 'LowBalance', accountId: string, sequence: number, type: string, occurredAt: string, actor: string }
  & LowBalanceFieldsFragment
);

type EventFields_OtherEvent_Fragment = { __typename: 'OtherEvent', subject: string | null, data: Record<string, unknown> | null, accountId: string, sequence: number, type: string, occurredAt: string, actor: string };

export type EventFieldsFragment =
  | EventFields_BalanceChange_Fragment
  | EventFields_DayExpiryChange_Fragment
  | EventFields_InvoiceChange_Fragment
  | EventFields_LowBalance_Fragment
  | EventFields_OtherEvent_Fragment
;

export type EventsQueryVariables = Exact<{
  accountId?: string | null | undefined;
  after?: number | null | undefined;
  first?: number;
}>;


export type EventsQuery = { events: { nodes: Array<
      | EventFields_BalanceChange_Fragment
      | EventFields_DayExpiryChange_Fragment
      | EventFields_InvoiceChange_Fragment
      | EventFields_LowBalance_Fragment
      | EventFields_OtherEvent_Fragment
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type FollowEventsSubscriptionVariables = Exact<{
  accountId?: string | null | undefined;
  after?: number | null | undefined;
}>;


export type FollowEventsSubscription = { events:
    | EventFields_BalanceChange_Fragment
    | EventFields_DayExpiryChange_Fragment
    | EventFields_InvoiceChange_Fragment
    | EventFields_LowBalance_Fragment
    | EventFields_OtherEvent_Fragment
   };

export type BalanceChangedSubscriptionVariables = Exact<{
  accountId?: string | null | undefined;
  after?: number | null | undefined;
}>;


export type BalanceChangedSubscription = { balanceChanged: BalanceChangeFieldsFragment };

export type DayExpiryChangedSubscriptionVariables = Exact<{
  accountId?: string | null | undefined;
  channelId?: string | null | undefined;
  after?: number | null | undefined;
}>;


export type DayExpiryChangedSubscription = { dayExpiryChanged: DayExpiryChangeFieldsFragment };

export type InvoiceChangedSubscriptionVariables = Exact<{
  accountId?: string | null | undefined;
  after?: number | null | undefined;
}>;


export type InvoiceChangedSubscription = { invoiceChanged: InvoiceChangeFieldsFragment };

export type LowBalanceSubscriptionVariables = Exact<{
  accountId?: string | null | undefined;
  after?: number | null | undefined;
}>;


export type LowBalanceSubscription = { lowBalance: LowBalanceFieldsFragment };

export type MoneyFieldsFragment = { amount: number, currency: string };

export type InvoiceLineFieldsFragment = { kind: InvoiceLineKind, description: string, quantity: number, per: number, rounding: string | null, days: number, unitPrice: MoneyFieldsFragment, amount: MoneyFieldsFragment };

export type InvoiceFieldsFragment = { id: string, accountId: string, number: string | null, status: InvoiceStatus, cause: InvoiceCause, overdue: boolean, days: number, requestedAt: string, prepareBy: string, openedAt: string | null, dueAt: string | null, postponedUntil: string | null, paidAt: string | null, paymentUrl: string | null, pdfUrl: string | null, purchaseOrder: string | null, periodStart: string | null, periodEnd: string | null, lines: Array<InvoiceLineFieldsFragment>, subtotal: MoneyFieldsFragment, tax: MoneyFieldsFragment, total: MoneyFieldsFragment, paid: MoneyFieldsFragment, payments: Array<{ id: string, method: PaymentMethod, reference: string | null, receivedAt: string, amount: MoneyFieldsFragment, unapplied: MoneyFieldsFragment | null }> };

export type InvoiceQueryVariables = Exact<{
  id: string;
}>;


export type InvoiceQuery = { invoice: InvoiceFieldsFragment | null };

export type InvoicesQueryVariables = Exact<{
  accountId?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
  filter?: InvoiceFilter | null | undefined;
}>;


export type InvoicesQuery = { invoices: { totalCount: number, nodes: Array<InvoiceFieldsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type RequestInvoiceMutationVariables = Exact<{
  accountId?: string | null | undefined;
  channels?: number | null | undefined;
  looseDays?: number | null | undefined;
  purchaseOrder?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type RequestInvoiceMutation = { requestInvoice: { invoice: InvoiceFieldsFragment } };

export type CancelInvoiceRequestMutationVariables = Exact<{
  invoiceId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type CancelInvoiceRequestMutation = { cancelInvoiceRequest: { invoice: InvoiceFieldsFragment } };

export type PrepareInvoiceMutationVariables = Exact<{
  invoiceId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type PrepareInvoiceMutation = { prepareInvoice: { invoice: InvoiceFieldsFragment } };

export type RecordPaymentMutationVariables = Exact<{
  invoiceId: string;
  method: PaymentMethod;
  amount: number;
  currency?: string | null | undefined;
  reference?: string | null | undefined;
  receivedAt?: string | null | undefined;
  idempotencyKey: string;
}>;


export type RecordPaymentMutation = { recordPayment: { invoice: InvoiceFieldsFragment } };

export type VoidInvoiceMutationVariables = Exact<{
  invoiceId: string;
  comment: string;
  idempotencyKey?: string | null | undefined;
}>;


export type VoidInvoiceMutation = { voidInvoice: { invoice: InvoiceFieldsFragment } };

export type PostponeInvoiceMutationVariables = Exact<{
  invoiceId: string;
  until: string;
  comment?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}>;


export type PostponeInvoiceMutation = { postponeInvoice: { invoice: InvoiceFieldsFragment } };

export type InvoicePromiseQueryVariables = Exact<{
  from: string;
  to: string;
}>;


export type InvoicePromiseQuery = { invoicePromise: { requested: number, kept: number, broken: number, waiting: number, medianMinutes: number | null, longestMinutes: number | null } };

export type UnappliedPaymentsQueryVariables = Exact<{
  accountId?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type UnappliedPaymentsQuery = { unappliedPayments: { totalCount: number, nodes: Array<{ id: string, accountId: string, invoiceId: string, method: PaymentMethod, reference: string | null, receivedAt: string, amount: MoneyFieldsFragment, unapplied: MoneyFieldsFragment | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type JobFieldsFragment = { name: string, description: string, schedule: string, nextRunAt: string, failures: number, waiting: number, lastRun: { startedAt: string, finishedAt: string | null, state: JobRunState, error: string | null, summary: string | null, actor: string } | null };

export type JobsQueryVariables = Exact<{ [key: string]: never; }>;


export type JobsQuery = { jobs: Array<JobFieldsFragment> };

export type RunJobMutationVariables = Exact<{
  name: string;
}>;


export type RunJobMutation = { runJob: JobFieldsFragment };

export type ClockHealthQueryVariables = Exact<{ [key: string]: never; }>;


export type ClockHealthQuery = { clockHealth: { now: string, oldestDueAt: string | null, secondsBehind: number } };

export type ForecastFieldsFragment = { at: string, runningChannels: number, daysPerDay: number, runsOutAt: string | null };

export type LedgerTransactionFieldsFragment = { id: string, accountId: string, kind: LedgerTransactionKind, sequence: number, occurredAt: string, comment: string | null, actor: string, channel: { id: string, name: string, externalId: string | null } | null, toChannel: { id: string, name: string, externalId: string | null } | null, invoice: { id: string, number: string | null } | null, entries: Array<{ account: LedgerAccount, days: number, balanceAfter: number }> };

export type LedgerQueryVariables = Exact<{
  accountId?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
  channelId?: string | null | undefined;
}>;


export type LedgerQuery = { ledger: { nodes: Array<LedgerTransactionFieldsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type LedgerAuditQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type LedgerAuditQuery = { ledgerAudit: { ok: boolean, accountsChecked: number, transactionsChecked: number, violations: Array<string> } };

export type AdjustBalanceMutationVariables = Exact<{
  accountId: string;
  days: number;
  comment: string;
  idempotencyKey: string;
}>;


export type AdjustBalanceMutation = { adjustBalance: BalanceFieldsFragment };

export type ForecastQueryVariables = Exact<{
  accountId?: string | null | undefined;
  extraChannels?: number;
  days?: number;
}>;


export type ForecastQuery = { balance: (
    { forecast: (
      { series: Array<{ startsAt: string, renewals: number, daysLeft: number, unpaid: number }> }
      & ForecastFieldsFragment
    ) }
    & BalanceFieldsFragment
  ) };

export type DaysToBuyQueryVariables = Exact<{
  accountId?: string | null | undefined;
  until: string;
  extraChannels?: number;
}>;


export type DaysToBuyQuery = { balance: { forecast: (
      { daysToBuyUntil: number }
      & ForecastFieldsFragment
    ) } };

export type BalanceAsOfQueryVariables = Exact<{
  accountId?: string | null | undefined;
  at: string;
}>;


export type BalanceAsOfQuery = { balanceAsOf: { accountId: string, at: string, available: number, allocated: number, used: number, sequence: number } };

export type LedgerSealsQueryVariables = Exact<{
  accountId?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type LedgerSealsQuery = { ledgerSeals: { nodes: Array<{ accountId: string, sequence: number, transactions: number, hash: string, sealedAt: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CostedDaysFieldsFragment = { days: number, freeDays: number, uncoveredDays: number, costs: Array<{ days: number, net: MoneyFieldsFragment, total: MoneyFieldsFragment }> };

export type ChannelMarginFieldsFragment = { usedDays: number, explanation: string, revenue: MoneyFieldsFragment, cost: MoneyFieldsFragment | null, margin: MoneyFieldsFragment | null };

export type LotsQueryVariables = Exact<{
  accountId?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
  filter?: LotFilter | null | undefined;
}>;


export type LotsQuery = { lots: { nodes: Array<{ accountId: string, sequence: number, kind: LedgerTransactionKind, receivedAt: string, days: number, daysLeft: number, price: { days: number, text: string, net: MoneyFieldsFragment, total: MoneyFieldsFragment } | null, invoice: { id: string, number: string | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ChannelCostQueryVariables = Exact<{
  id: string;
}>;


export type ChannelCostQuery = { channel: { id: string, cost: { used: CostedDaysFieldsFragment, unused: CostedDaysFieldsFragment }, price: MoneyFieldsFragment | null, margin: ChannelMarginFieldsFragment | null } | null };

export type ChannelMarginsQueryVariables = Exact<{
  accountId?: string | null | undefined;
  from?: string | null | undefined;
  to?: string | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type ChannelMarginsQuery = { channelMargins: { nodes: Array<(
      { channel: { id: string, name: string } }
      & ChannelMarginFieldsFragment
    )>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SetChannelPriceMutationVariables = Exact<{
  channelId: string;
  amount?: number | null | undefined;
  currency?: string | null | undefined;
}>;


export type SetChannelPriceMutation = { setChannelPrice: { id: string, price: MoneyFieldsFragment | null } };

export type RebuildLotsMutationVariables = Exact<{
  accountId: string;
}>;


export type RebuildLotsMutation = { rebuildLots: { accountId: string, violations: Array<string> } };

export type MailFieldsFragment = { id: string, accountId: string, kind: MailKind, template: string, subjectId: string | null, recipient: string | null, subject: string, text: string | null, state: MailState, attempts: number, nextAttemptAt: string | null, error: string | null, createdAt: string, sentAt: string | null };

export type MailsQueryVariables = Exact<{
  accountId?: string | null | undefined;
  state?: MailState | null | undefined;
  first?: number;
  after?: string | null | undefined;
}>;


export type MailsQuery = { mails: { nodes: Array<MailFieldsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MailPreferencesQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type MailPreferencesQuery = { mailPreferences: { accountId: string, unwanted: Array<MailKind> } };

export type SetMailPreferencesMutationVariables = Exact<{
  accountId?: string | null | undefined;
  unwanted: Array<MailKind>;
}>;


export type SetMailPreferencesMutation = { setMailPreferences: { accountId: string, unwanted: Array<MailKind> } };

export type ResendMailMutationVariables = Exact<{
  id: string;
}>;


export type ResendMailMutation = { resendMail: MailFieldsFragment };

export type DunningScheduleQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type DunningScheduleQuery = { dunningSchedule: { accountId: string, beforeDays: number | null, afterDays: Array<number>, uncollectibleAfterDays: number | null } };

export type SetDunningScheduleMutationVariables = Exact<{
  accountId: string;
  beforeDays?: number | null | undefined;
  afterDays?: Array<number> | null | undefined;
  uncollectibleAfterDays?: number | null | undefined;
}>;


export type SetDunningScheduleMutation = { setDunningSchedule: { accountId: string, beforeDays: number | null, afterDays: Array<number>, uncollectibleAfterDays: number | null } };

export type StopDunningMutationVariables = Exact<{
  invoiceId: string;
  reason: string;
}>;


export type StopDunningMutation = { stopDunning: { invoice: { id: string, dunning: { nextAt: string | null, stoppedAt: string | null, uncollectibleProposedAt: string | null } | null } } };

export type ResumeDunningMutationVariables = Exact<{
  invoiceId: string;
}>;


export type ResumeDunningMutation = { resumeDunning: { invoice: { id: string, dunning: { nextAt: string | null, stoppedAt: string | null, uncollectibleProposedAt: string | null } | null } } };

export type NodeQueryVariables = Exact<{
  id: string;
}>;


export type NodeQuery = { node:
    | { __typename: 'Account', id: string }
    | { __typename: 'ApiToken', id: string }
    | { __typename: 'Channel', id: string }
    | { __typename: 'ChannelSubscription', id: string }
    | { __typename: 'CreditNote', id: string }
    | { __typename: 'Invoice', id: string }
    | { __typename: 'LedgerTransaction', id: string }
    | { __typename: 'Mail', id: string }
    | { __typename: 'Plan', id: string }
    | { __typename: 'PriceAgreement', id: string }
    | { __typename: 'WebhookEndpoint', id: string }
    | { __typename: 'WebhookReplay', id: string }
   | null };

export type PostalAddressFieldsFragment = { lines: Array<string>, postcode: string | null, city: string, region: string | null, country: string };

export type TaxIdFieldsFragment = { kind: TaxIdKind, country: string | null, value: string, verification: TaxIdVerification | null };

export type ProviderProfileFieldsFragment = { legalName: string, email: string | null, footer: string | null, series: string, sandboxSeries: string, sample: boolean, createdAt: string, address: PostalAddressFieldsFragment, taxId: TaxIdFieldsFragment | null, bankAccount: { holder: string, iban: string | null, bic: string | null, instructions: string | null } | null };

export type BillingDetailsFieldsFragment = { legalName: string | null, email: string | null, purchaseOrder: string | null, address: PostalAddressFieldsFragment | null, taxIds: Array<TaxIdFieldsFragment> };

export type ProviderProfileQueryVariables = Exact<{ [key: string]: never; }>;


export type ProviderProfileQuery = { providerProfile: ProviderProfileFieldsFragment | null };

export type SetProviderProfileMutationVariables = Exact<{
  legalName: string;
  address: PostalAddressInput;
  taxId?: TaxIdInput | null | undefined;
  email?: string | null | undefined;
  bankAccount?: BankAccountInput | null | undefined;
  footer?: string | null | undefined;
  series?: string | null | undefined;
  sandboxSeries?: string | null | undefined;
}>;


export type SetProviderProfileMutation = { setProviderProfile: ProviderProfileFieldsFragment };

export type BillingDetailsQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type BillingDetailsQuery = { account: { id: string, billingDetails: BillingDetailsFieldsFragment | null } };

export type SetBillingDetailsMutationVariables = Exact<{
  accountId?: string | null | undefined;
  legalName?: string | null | undefined;
  address?: PostalAddressInput | null | undefined;
  email?: string | null | undefined;
  purchaseOrder?: string | null | undefined;
  taxIds?: Array<TaxIdInput> | null | undefined;
}>;


export type SetBillingDetailsMutation = { setBillingDetails: { id: string, billingDetails: BillingDetailsFieldsFragment | null } };

export type InvoiceParticularsQueryVariables = Exact<{
  invoiceId: string;
}>;


export type InvoiceParticularsQuery = { invoice: { id: string, number: string | null, particulars: { provider: { legalName: string, email: string | null, footer: string | null, sample: boolean, address: PostalAddressFieldsFragment, taxId: TaxIdFieldsFragment | null, bankAccount: { holder: string, iban: string | null, bic: string | null, instructions: string | null } | null }, customer: { legalName: string, email: string | null, purchaseOrder: string | null, address: PostalAddressFieldsFragment | null, taxIds: Array<TaxIdFieldsFragment> }, tax: { partsPerMillion: number, reverseCharge: boolean, sentence: string | null } } | null } | null };

export type ProviderEventFieldsFragment = { id: string, provider: string, type: string, livemode: boolean, apiVersion: string | null, objectKind: string | null, objectId: string | null, createdAt: string, receivedAt: string, state: ProviderEventState, attempts: number, nextAttemptAt: string | null, lastError: string | null };

export type ProviderEventsQueryVariables = Exact<{
  state?: ProviderEventState | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ProviderEventsQuery = { providerEvents: { totalCount: number, nodes: Array<ProviderEventFieldsFragment>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReplayProviderEventMutationVariables = Exact<{
  id: string;
}>;


export type ReplayProviderEventMutation = { replayProviderEvent: ProviderEventFieldsFragment };

export type PersonFieldsFragment = { id: string, name: string, email: string, role: PersonRole, hasSecondFactor: boolean, lastSignedInAt: string | null, createdAt: string };

export type InvitationFieldsFragment = { id: string, email: string, name: string, role: PersonRole, createdAt: string, expiresAt: string };

export type SessionFieldsFragment = { id: string, createdAt: string, lastUsedAt: string, expiresAt: string, userAgent: string | null, address: string | null, current: boolean };

export type PeopleQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type PeopleQuery = { people: Array<PersonFieldsFragment> };

export type InvitationsQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type InvitationsQuery = { invitations: Array<InvitationFieldsFragment> };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { sessions: Array<SessionFieldsFragment> };

export type InvitePersonMutationVariables = Exact<{
  accountId?: string | null | undefined;
  email: string;
  name: string;
  role: PersonRole;
}>;


export type InvitePersonMutation = { invitePerson: InvitationFieldsFragment };

export type RevokeInvitationMutationVariables = Exact<{
  id: string;
}>;


export type RevokeInvitationMutation = { revokeInvitation: InvitationFieldsFragment };

export type ChangePersonRoleMutationVariables = Exact<{
  id: string;
  role: PersonRole;
}>;


export type ChangePersonRoleMutation = { changePersonRole: PersonFieldsFragment };

export type RemovePersonMutationVariables = Exact<{
  id: string;
}>;


export type RemovePersonMutation = { removePerson: PersonFieldsFragment };

export type RevokeSessionMutationVariables = Exact<{
  id: string;
}>;


export type RevokeSessionMutation = { revokeSession: SessionFieldsFragment };

export type RevokeOtherSessionsMutationVariables = Exact<{ [key: string]: never; }>;


export type RevokeOtherSessionsMutation = { revokeOtherSessions: number };

export type StartSecondFactorMutationVariables = Exact<{ [key: string]: never; }>;


export type StartSecondFactorMutation = { startSecondFactor: { secret: string, otpauthUrl: string } };

export type ConfirmSecondFactorMutationVariables = Exact<{
  code: string;
}>;


export type ConfirmSecondFactorMutation = { confirmSecondFactor: { recoveryCodes: Array<string> } };

export type RemoveSecondFactorMutationVariables = Exact<{
  password: string;
}>;


export type RemoveSecondFactorMutation = { removeSecondFactor: PersonFieldsFragment };

export type ChangePasswordMutationVariables = Exact<{
  current: string;
  new: string;
}>;


export type ChangePasswordMutation = { changePassword: PersonFieldsFragment };

export type ChannelPreviewFieldsFragment = { channelId: string, status: ChannelStatus, paidUntil: string | null, unusedDays: number };

export type MovementPreviewFieldsFragment = { at: string, days: number, balanceAfter: number, channel: ChannelPreviewFieldsFragment };

export type PreviewAllocationQueryVariables = Exact<{
  channelId: string;
  days: number;
}>;


export type PreviewAllocationQuery = { previewAllocation: MovementPreviewFieldsFragment };

export type PreviewBulkAllocationQueryVariables = Exact<{
  items: Array<AllocationItem>;
  mode?: BulkMode;
}>;


export type PreviewBulkAllocationQuery = { previewBulkAllocation: { at: string, allocatedDays: number, balanceAfter: number, items: Array<{ channelId: string, channel: ChannelPreviewFieldsFragment | null, error: { code: ErrorCode, message: string, details: Record<string, unknown> | null } | null }> } };

export type PreviewReleaseQueryVariables = Exact<{
  channelId: string;
  days?: number | null | undefined;
}>;


export type PreviewReleaseQuery = { previewRelease: MovementPreviewFieldsFragment };

export type PreviewTransferQueryVariables = Exact<{
  fromChannelId: string;
  toChannelId: string;
  days: number;
}>;


export type PreviewTransferQuery = { previewTransfer: { at: string, days: number, balanceAfter: number, from: ChannelPreviewFieldsFragment, to: ChannelPreviewFieldsFragment } };

export type PreviewDeletionQueryVariables = Exact<{
  channelId: string;
}>;


export type PreviewDeletionQuery = { previewDeletion: MovementPreviewFieldsFragment };

export type PreviewAutoRenewQueryVariables = Exact<{
  channelId: string;
  days?: number | null | undefined;
  leadHours?: number;
}>;


export type PreviewAutoRenewQuery = { previewAutoRenew: { at: string, days: number, renewalFails: boolean, balanceAfter: number, channel: ChannelPreviewFieldsFragment } };

export type PreviewKeepAliveQueryVariables = Exact<{
  accountId?: string | null | undefined;
  minDays?: number | null | undefined;
  dailyCap?: number | null | undefined;
  order?: KeepAliveOrder;
  first?: number;
  after?: string | null | undefined;
}>;


export type PreviewKeepAliveQuery = { previewKeepAlive: { at: string, target: string, neededDays: number, days: number, missingDays: number, servedChannels: number, unservedChannels: number, shortage: KeepAliveShortage | null, capLeft: number | null, balanceAfter: number, allocations: { nodes: Array<{ channelId: string, place: number, neededDays: number, days: number, served: boolean, paidUntil: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } };

export type PreviewInvoiceQueryVariables = Exact<{
  accountId?: string | null | undefined;
  channels?: number | null | undefined;
  looseDays?: number | null | undefined;
}>;


export type PreviewInvoiceQuery = { previewInvoice: { at: string, days: number, taxRounding: string | null, opensAtOnce: boolean, paymentTermDays: number, lines: Array<InvoiceLineFieldsFragment>, subtotal: MoneyFieldsFragment, tax: MoneyFieldsFragment, total: MoneyFieldsFragment } };

export type PreviewCreationQueryVariables = Exact<{
  accountId?: string | null | undefined;
  externalId?: string | null | undefined;
  trial?: boolean;
  days?: number | null | undefined;
}>;


export type PreviewCreationQuery = { previewCreation: { at: string, days: number, balanceAfter: number, channel: { status: ChannelStatus, paidUntil: string | null, unusedDays: number } } };

export type PreviewAdjustmentQueryVariables = Exact<{
  accountId: string;
  days: number;
}>;


export type PreviewAdjustmentQuery = { previewAdjustment: { at: string, balanceAfter: number } };

export type PreviewPaymentQueryVariables = Exact<{
  invoiceId: string;
  amount: number;
  currency?: string | null | undefined;
}>;


export type PreviewPaymentQuery = { previewPayment: { at: string, days: number, balanceAfter: number, paid: MoneyFieldsFragment, outstanding: MoneyFieldsFragment } };

export type PreviewPlanChangeQueryVariables = Exact<{
  channelId: string;
  planId: string;
}>;


export type PreviewPlanChangeQuery = { previewPlanChange: { at: string, currency: string, amountDue: number, lines: Array<{ description: string, amount: number }> } };

export type PreviewCreditNoteQueryVariables = Exact<{
  invoiceId: string;
  days?: number | null | undefined;
  amount?: number | null | undefined;
}>;


export type PreviewCreditNoteQuery = { previewCreditNote: { at: string, days: number, balanceAfter: number, creditedDays: number, remainingDays: number, rounding: Array<string>, lines: Array<CreditNoteLineFieldsFragment>, net: MoneyFieldsFragment, tax: MoneyFieldsFragment, total: MoneyFieldsFragment, price: MoneyFieldsFragment } };

export type PriceAgreementFieldsFragment = { id: string, currency: string, yearlyDiscountBasisPoints: number, taxPartsPerMillion: number, taxId: string | null, reverseCharge: boolean, autoPrepare: boolean, paymentTermDays: number, validFrom: string, channelMonth: MoneyFieldsFragment, looseDay: MoneyFieldsFragment | null, tiers: Array<{ fromChannels: number, channelMonth: MoneyFieldsFragment }> };

export type PriceAgreementsQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type PriceAgreementsQuery = { account: { id: string, priceAgreement: PriceAgreementFieldsFragment | null, priceAgreements: Array<PriceAgreementFieldsFragment> } };

export type SetPriceAgreementMutationVariables = Exact<{
  accountId: string;
  currency: string;
  channelMonthAmount: number;
  looseDayAmount?: number | null | undefined;
  tiers?: Array<PriceTierInput>;
  yearlyDiscountBasisPoints?: number;
  taxPartsPerMillion?: number;
  taxId?: string | null | undefined;
  reverseCharge?: boolean;
  validFrom?: string | null | undefined;
  autoPrepare?: boolean;
  paymentTermDays?: number;
}>;


export type SetPriceAgreementMutation = { setPriceAgreement: { id: string, priceAgreement: PriceAgreementFieldsFragment | null, priceAgreements: Array<PriceAgreementFieldsFragment> } };

export type SavedCardQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type SavedCardQuery = { account: { id: string, savedCard: { brand: string, lastFour: string, expiryMonth: number, expiryYear: number, savedAt: string } | null } };

export type SaveCardMutationVariables = Exact<{
  accountId?: string | null | undefined;
  successUrl?: string | null | undefined;
  cancelUrl?: string | null | undefined;
}>;


export type SaveCardMutation = { saveCard: { url: string } };

export type RemoveSavedCardMutationVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type RemoveSavedCardMutation = { removeSavedCard: { id: string, savedCard: { lastFour: string } | null } };

export type TokenFieldsFragment = { id: string, name: string, prefix: string, scopes: Array<Scope>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null };

export type TokensQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type TokensQuery = { tokens: Array<TokenFieldsFragment> };

export type CreateTokenMutationVariables = Exact<{
  accountId?: string | null | undefined;
  name: string;
  scopes: Array<Scope>;
  expiresAt?: string | null | undefined;
}>;


export type CreateTokenMutation = { createToken: { secret: string, token: TokenFieldsFragment } };

export type RevokeTokenMutationVariables = Exact<{
  id: string;
}>;


export type RevokeTokenMutation = { revokeToken: TokenFieldsFragment };

export type WebhookEndpointFieldsFragment = { id: string, accountId: string, url: string, description: string | null, eventTypes: Array<string> | null, createdAt: string, deliveredUntil: number, failures: number, failingSince: string | null, nextAttemptAt: string | null, previousSecretUntil: string | null, disabledAt: string | null, disabledReason: WebhookDisabledReason | null };

export type WebhookReplayFieldsFragment = { id: string, endpointId: string, fromSequence: number, toSequence: number, deliveredUntil: number, state: WebhookReplayState, createdAt: string, endedAt: string | null };

export type WebhookEndpointsQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type WebhookEndpointsQuery = { webhookEndpoints: Array<WebhookEndpointFieldsFragment> };

export type WebhookEndpointQueryVariables = Exact<{
  id: string;
}>;


export type WebhookEndpointQuery = { webhookEndpoint: (
    { replays: Array<WebhookReplayFieldsFragment> }
    & WebhookEndpointFieldsFragment
  ) };

export type WebhookDeliveriesQueryVariables = Exact<{
  id: string;
  first?: number;
  after?: string | null | undefined;
  undeliveredOnly?: boolean;
}>;


export type WebhookDeliveriesQuery = { webhookEndpoint: { id: string, deliveries: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, sequence: number, eventType: string, delivered: boolean, attempts: Array<{ createdAt: string, kind: WebhookAttemptKind, delivered: boolean, status: number | null, durationMs: number, answer: string | null, error: string | null }> }> } } };

export type CreateWebhookEndpointMutationVariables = Exact<{
  accountId?: string | null | undefined;
  url: string;
  description?: string | null | undefined;
  eventTypes?: Array<string> | null | undefined;
  after?: number | null | undefined;
}>;


export type CreateWebhookEndpointMutation = { createWebhookEndpoint: { secret: string, endpoint: WebhookEndpointFieldsFragment } };

export type UpdateWebhookEndpointMutationVariables = Exact<{
  id: string;
  url?: string | null | undefined;
  description?: string | null | undefined;
  eventTypes?: Array<string> | null | undefined;
}>;


export type UpdateWebhookEndpointMutation = { updateWebhookEndpoint: WebhookEndpointFieldsFragment };

export type DeleteWebhookEndpointMutationVariables = Exact<{
  id: string;
}>;


export type DeleteWebhookEndpointMutation = { deleteWebhookEndpoint: string };

export type RotateWebhookSecretMutationVariables = Exact<{
  id: string;
  overlapHours?: number;
}>;


export type RotateWebhookSecretMutation = { rotateWebhookSecret: { secret: string, endpoint: WebhookEndpointFieldsFragment } };

export type EnableWebhookEndpointMutationVariables = Exact<{
  id: string;
  from?: WebhookResume;
}>;


export type EnableWebhookEndpointMutation = { enableWebhookEndpoint: WebhookEndpointFieldsFragment };

export type DisableWebhookEndpointMutationVariables = Exact<{
  id: string;
}>;


export type DisableWebhookEndpointMutation = { disableWebhookEndpoint: WebhookEndpointFieldsFragment };

export type SendTestWebhookMutationVariables = Exact<{
  id: string;
}>;


export type SendTestWebhookMutation = { sendTestWebhook: { delivered: boolean, status: number | null, durationMs: number, answer: string | null, error: string | null } };

export type ReplayWebhookDeliveryMutationVariables = Exact<{
  id: string;
}>;


export type ReplayWebhookDeliveryMutation = { replayWebhookDelivery: WebhookReplayFieldsFragment };

export type ReplayWebhookEventsMutationVariables = Exact<{
  endpointId: string;
  fromSequence: number;
  toSequence: number;
}>;


export type ReplayWebhookEventsMutation = { replayWebhookEvents: WebhookReplayFieldsFragment };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const BalanceFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
    `, {"fragmentName":"BalanceFields"}) as unknown as TypedDocumentString<BalanceFieldsFragment, unknown>;
export const AccountFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}`, {"fragmentName":"AccountFields"}) as unknown as TypedDocumentString<AccountFieldsFragment, unknown>;
export const KeepAliveFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment KeepAliveFields on KeepAlivePolicy {
  minDays
  dailyCap
  order
  spentToday
  shortSince
  shortage
}
    `, {"fragmentName":"KeepAliveFields"}) as unknown as TypedDocumentString<KeepAliveFieldsFragment, unknown>;
export const MoneyFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment MoneyFields on Money {
  amount
  currency
}
    `, {"fragmentName":"MoneyFields"}) as unknown as TypedDocumentString<MoneyFieldsFragment, unknown>;
export const PlanFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"PlanFields"}) as unknown as TypedDocumentString<PlanFieldsFragment, unknown>;
export const ChannelSubscriptionFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"ChannelSubscriptionFields"}) as unknown as TypedDocumentString<ChannelSubscriptionFieldsFragment, unknown>;
export const ChannelFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"ChannelFields"}) as unknown as TypedDocumentString<ChannelFieldsFragment, unknown>;
export const CreditNoteLineFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"CreditNoteLineFields"}) as unknown as TypedDocumentString<CreditNoteLineFieldsFragment, unknown>;
export const RefundFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
    fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"RefundFields"}) as unknown as TypedDocumentString<RefundFieldsFragment, unknown>;
export const CreditNoteFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"CreditNoteFields"}) as unknown as TypedDocumentString<CreditNoteFieldsFragment, unknown>;
export const MoneyBackFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment MoneyBackFields on Invoice {
  id
  status
  paid {
    ...MoneyFields
  }
  creditNotes {
    ...CreditNoteFields
  }
  paymentReturns {
    id
    paymentId
    amount {
      ...MoneyFields
    }
    reason
    returnedAt
  }
  refunds {
    ...RefundFields
  }
  chargebacks {
    id
    paymentId
    status
    amount {
      ...MoneyFields
    }
    days
    openedAt
    closedAt
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"MoneyBackFields"}) as unknown as TypedDocumentString<MoneyBackFieldsFragment, unknown>;
export const LedgerTransactionFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}
    `, {"fragmentName":"LedgerTransactionFields"}) as unknown as TypedDocumentString<LedgerTransactionFieldsFragment, unknown>;
export const BalanceChangeFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment BalanceChangeFields on BalanceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  days
  available
  transaction {
    ...LedgerTransactionFields
  }
}
    fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`, {"fragmentName":"BalanceChangeFields"}) as unknown as TypedDocumentString<BalanceChangeFieldsFragment, unknown>;
export const DayExpiryChangeFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment DayExpiryChangeFields on DayExpiryChange {
  accountId
  sequence
  type
  occurredAt
  actor
  channel {
    id
    name
    externalId
  }
  reason
  previousPaidUntil
  paidUntil
  unusedDays
}
    `, {"fragmentName":"DayExpiryChangeFields"}) as unknown as TypedDocumentString<DayExpiryChangeFieldsFragment, unknown>;
export const InvoiceLineFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
    fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"InvoiceLineFields"}) as unknown as TypedDocumentString<InvoiceLineFieldsFragment, unknown>;
export const InvoiceFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}`, {"fragmentName":"InvoiceFields"}) as unknown as TypedDocumentString<InvoiceFieldsFragment, unknown>;
export const InvoiceChangeFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment InvoiceChangeFields on InvoiceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  status
  invoice {
    ...InvoiceFields
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`, {"fragmentName":"InvoiceChangeFields"}) as unknown as TypedDocumentString<InvoiceChangeFieldsFragment, unknown>;
export const LowBalanceFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment LowBalanceFields on LowBalance {
  accountId
  sequence
  type
  occurredAt
  actor
  measure
  threshold
  available
  runsOutAt
}
    `, {"fragmentName":"LowBalanceFields"}) as unknown as TypedDocumentString<LowBalanceFieldsFragment, unknown>;
export const EventFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment EventFields on Event {
  __typename
  accountId
  sequence
  type
  occurredAt
  actor
  ...BalanceChangeFields
  ...DayExpiryChangeFields
  ...InvoiceChangeFields
  ...LowBalanceFields
  ... on OtherEvent {
    subject
    data
  }
}
    fragment BalanceChangeFields on BalanceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  days
  available
  transaction {
    ...LedgerTransactionFields
  }
}
fragment DayExpiryChangeFields on DayExpiryChange {
  accountId
  sequence
  type
  occurredAt
  actor
  channel {
    id
    name
    externalId
  }
  reason
  previousPaidUntil
  paidUntil
  unusedDays
}
fragment InvoiceChangeFields on InvoiceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  status
  invoice {
    ...InvoiceFields
  }
}
fragment LowBalanceFields on LowBalance {
  accountId
  sequence
  type
  occurredAt
  actor
  measure
  threshold
  available
  runsOutAt
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`, {"fragmentName":"EventFields"}) as unknown as TypedDocumentString<EventFieldsFragment, unknown>;
export const JobFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment JobFields on Job {
  name
  description
  schedule
  nextRunAt
  lastRun {
    startedAt
    finishedAt
    state
    error
    summary
    actor
  }
  failures
  waiting
}
    `, {"fragmentName":"JobFields"}) as unknown as TypedDocumentString<JobFieldsFragment, unknown>;
export const ForecastFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ForecastFields on Forecast {
  at
  runningChannels
  daysPerDay
  runsOutAt
}
    `, {"fragmentName":"ForecastFields"}) as unknown as TypedDocumentString<ForecastFieldsFragment, unknown>;
export const CostedDaysFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment CostedDaysFields on CostedDays {
  days
  freeDays
  uncoveredDays
  costs {
    days
    net {
      ...MoneyFields
    }
    total {
      ...MoneyFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"CostedDaysFields"}) as unknown as TypedDocumentString<CostedDaysFieldsFragment, unknown>;
export const ChannelMarginFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ChannelMarginFields on ChannelMargin {
  usedDays
  revenue {
    ...MoneyFields
  }
  cost {
    ...MoneyFields
  }
  margin {
    ...MoneyFields
  }
  explanation
}
    fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"ChannelMarginFields"}) as unknown as TypedDocumentString<ChannelMarginFieldsFragment, unknown>;
export const MailFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment MailFields on Mail {
  id
  accountId
  kind
  template
  subjectId
  recipient
  subject
  text
  state
  attempts
  nextAttemptAt
  error
  createdAt
  sentAt
}
    `, {"fragmentName":"MailFields"}) as unknown as TypedDocumentString<MailFieldsFragment, unknown>;
export const PostalAddressFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment PostalAddressFields on PostalAddress {
  lines
  postcode
  city
  region
  country
}
    `, {"fragmentName":"PostalAddressFields"}) as unknown as TypedDocumentString<PostalAddressFieldsFragment, unknown>;
export const TaxIdFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment TaxIdFields on TaxId {
  kind
  country
  value
  verification
}
    `, {"fragmentName":"TaxIdFields"}) as unknown as TypedDocumentString<TaxIdFieldsFragment, unknown>;
export const ProviderProfileFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ProviderProfileFields on ProviderProfile {
  legalName
  address {
    ...PostalAddressFields
  }
  taxId {
    ...TaxIdFields
  }
  email
  bankAccount {
    holder
    iban
    bic
    instructions
  }
  footer
  series
  sandboxSeries
  sample
  createdAt
}
    fragment PostalAddressFields on PostalAddress {
  lines
  postcode
  city
  region
  country
}
fragment TaxIdFields on TaxId {
  kind
  country
  value
  verification
}`, {"fragmentName":"ProviderProfileFields"}) as unknown as TypedDocumentString<ProviderProfileFieldsFragment, unknown>;
export const BillingDetailsFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment BillingDetailsFields on BillingDetails {
  legalName
  address {
    ...PostalAddressFields
  }
  email
  purchaseOrder
  taxIds {
    ...TaxIdFields
  }
}
    fragment PostalAddressFields on PostalAddress {
  lines
  postcode
  city
  region
  country
}
fragment TaxIdFields on TaxId {
  kind
  country
  value
  verification
}`, {"fragmentName":"BillingDetailsFields"}) as unknown as TypedDocumentString<BillingDetailsFieldsFragment, unknown>;
export const ProviderEventFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ProviderEventFields on ProviderEvent {
  id
  provider
  type
  livemode
  apiVersion
  objectKind
  objectId
  createdAt
  receivedAt
  state
  attempts
  nextAttemptAt
  lastError
}
    `, {"fragmentName":"ProviderEventFields"}) as unknown as TypedDocumentString<ProviderEventFieldsFragment, unknown>;
export const PersonFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment PersonFields on Person {
  id
  name
  email
  role
  hasSecondFactor
  lastSignedInAt
  createdAt
}
    `, {"fragmentName":"PersonFields"}) as unknown as TypedDocumentString<PersonFieldsFragment, unknown>;
export const InvitationFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment InvitationFields on Invitation {
  id
  email
  name
  role
  createdAt
  expiresAt
}
    `, {"fragmentName":"InvitationFields"}) as unknown as TypedDocumentString<InvitationFieldsFragment, unknown>;
export const SessionFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment SessionFields on Session {
  id
  createdAt
  lastUsedAt
  expiresAt
  userAgent
  address
  current
}
    `, {"fragmentName":"SessionFields"}) as unknown as TypedDocumentString<SessionFieldsFragment, unknown>;
export const ChannelPreviewFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment ChannelPreviewFields on ChannelPreview {
  channelId
  status
  paidUntil
  unusedDays
}
    `, {"fragmentName":"ChannelPreviewFields"}) as unknown as TypedDocumentString<ChannelPreviewFieldsFragment, unknown>;
export const MovementPreviewFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment MovementPreviewFields on MovementPreview {
  at
  days
  channel {
    ...ChannelPreviewFields
  }
  balanceAfter
}
    fragment ChannelPreviewFields on ChannelPreview {
  channelId
  status
  paidUntil
  unusedDays
}`, {"fragmentName":"MovementPreviewFields"}) as unknown as TypedDocumentString<MovementPreviewFieldsFragment, unknown>;
export const PriceAgreementFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment PriceAgreementFields on PriceAgreement {
  id
  currency
  channelMonth {
    ...MoneyFields
  }
  looseDay {
    ...MoneyFields
  }
  tiers {
    fromChannels
    channelMonth {
      ...MoneyFields
    }
  }
  yearlyDiscountBasisPoints
  taxPartsPerMillion
  taxId
  reverseCharge
  autoPrepare
  paymentTermDays
  validFrom
}
    fragment MoneyFields on Money {
  amount
  currency
}`, {"fragmentName":"PriceAgreementFields"}) as unknown as TypedDocumentString<PriceAgreementFieldsFragment, unknown>;
export const TokenFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment TokenFields on ApiToken {
  id
  name
  prefix
  scopes
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}
    `, {"fragmentName":"TokenFields"}) as unknown as TypedDocumentString<TokenFieldsFragment, unknown>;
export const WebhookEndpointFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment WebhookEndpointFields on WebhookEndpoint {
  id
  accountId
  url
  description
  eventTypes
  createdAt
  deliveredUntil
  failures
  failingSince
  nextAttemptAt
  previousSecretUntil
  disabledAt
  disabledReason
}
    `, {"fragmentName":"WebhookEndpointFields"}) as unknown as TypedDocumentString<WebhookEndpointFieldsFragment, unknown>;
export const WebhookReplayFieldsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment WebhookReplayFields on WebhookReplay {
  id
  endpointId
  fromSequence
  toSequence
  deliveredUntil
  state
  createdAt
  endedAt
}
    `, {"fragmentName":"WebhookReplayFields"}) as unknown as TypedDocumentString<WebhookReplayFieldsFragment, unknown>;
export const ViewerDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Viewer {
  viewer {
    role
    scopes
    account {
      ...AccountFields
    }
    person {
      ...PersonFields
    }
    sessionId
    secondFactorNeeded
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}
fragment PersonFields on Person {
  id
  name
  email
  role
  hasSecondFactor
  lastSignedInAt
  createdAt
}`) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const AccountDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Account($id: ID) {
  account(id: $id) {
    ...AccountFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}`) as unknown as TypedDocumentString<AccountQuery, AccountQueryVariables>;
export const AccountsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Accounts($first: Int! = 50, $after: String, $search: String) {
  accounts(first: $first, after: $after, search: $search) {
    nodes {
      ...AccountFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}`) as unknown as TypedDocumentString<AccountsQuery, AccountsQueryVariables>;
export const BalanceDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Balance($accountId: ID) {
  balance(accountId: $accountId) {
    ...BalanceFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}`) as unknown as TypedDocumentString<BalanceQuery, BalanceQueryVariables>;
export const LastSequenceDocument = /*#__PURE__*/ new TypedDocumentString(`
    query LastSequence($accountId: ID) {
  balance(accountId: $accountId) {
    sequence
  }
}
    `) as unknown as TypedDocumentString<LastSequenceQuery, LastSequenceQueryVariables>;
export const CreateAccountDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateAccount($name: String!, $email: String, $billingMode: BillingMode! = PREPAID, $creditLimit: Days! = 0, $sandbox: Boolean! = false, $trialDays: Days! = 5, $maxTrials: Int! = 0, $idempotencyKey: String) {
  createAccount(
    input: {name: $name, email: $email, billingMode: $billingMode, creditLimit: $creditLimit, sandbox: $sandbox, trialDays: $trialDays, maxTrials: $maxTrials, idempotencyKey: $idempotencyKey}
  ) {
    ...AccountFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}`) as unknown as TypedDocumentString<CreateAccountMutation, CreateAccountMutationVariables>;
export const UpdateAccountDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation UpdateAccount($accountId: ID!, $name: String, $email: String, $status: AccountStatus, $billingMode: BillingMode, $creditLimit: Days, $trialDays: Days, $maxTrials: Int) {
  updateAccount(
    input: {accountId: $accountId, name: $name, email: $email, status: $status, billingMode: $billingMode, creditLimit: $creditLimit, trialDays: $trialDays, maxTrials: $maxTrials}
  ) {
    ...AccountFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}`) as unknown as TypedDocumentString<UpdateAccountMutation, UpdateAccountMutationVariables>;
export const SetAlertsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetAlerts($accountId: ID, $noticeDays: [Days!], $lowBalanceDays: [Days!], $lowRunwayDays: [Days!]) {
  setAlerts(
    input: {accountId: $accountId, noticeDays: $noticeDays, lowBalanceDays: $lowBalanceDays, lowRunwayDays: $lowRunwayDays}
  ) {
    ...AccountFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}`) as unknown as TypedDocumentString<SetAlertsMutation, SetAlertsMutationVariables>;
export const SetBillingScheduleDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetBillingSchedule($accountId: ID, $kind: BillingScheduleKind!, $channels: Int) {
  setBillingSchedule(
    input: {accountId: $accountId, kind: $kind, channels: $channels}
  ) {
    ...AccountFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}`) as unknown as TypedDocumentString<SetBillingScheduleMutation, SetBillingScheduleMutationVariables>;
export const SetAutoTopUpDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetAutoTopUp($accountId: ID, $belowDays: Days, $targetDays: Days, $monthlyCapChannels: Int, $coolDownHours: Int! = 24) {
  setAutoTopUp(
    input: {accountId: $accountId, belowDays: $belowDays, targetDays: $targetDays, monthlyCapChannels: $monthlyCapChannels, coolDownHours: $coolDownHours}
  ) {
    ...AccountFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}`) as unknown as TypedDocumentString<SetAutoTopUpMutation, SetAutoTopUpMutationVariables>;
export const SetKeepAliveDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetKeepAlive($accountId: ID, $minDays: Days, $dailyCap: Days, $order: KeepAliveOrder! = ENDING_FIRST) {
  setKeepAlive(
    input: {accountId: $accountId, minDays: $minDays, dailyCap: $dailyCap, order: $order}
  ) {
    ...AccountFields
    keepAlive {
      ...KeepAliveFields
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}
fragment KeepAliveFields on KeepAlivePolicy {
  minDays
  dailyCap
  order
  spentToday
  shortSince
  shortage
}`) as unknown as TypedDocumentString<SetKeepAliveMutation, SetKeepAliveMutationVariables>;
export const KeepAliveDocument = /*#__PURE__*/ new TypedDocumentString(`
    query KeepAlive($accountId: ID) {
  account(id: $accountId) {
    id
    keepAlive {
      ...KeepAliveFields
    }
  }
}
    fragment KeepAliveFields on KeepAlivePolicy {
  minDays
  dailyCap
  order
  spentToday
  shortSince
  shortage
}`) as unknown as TypedDocumentString<KeepAliveQuery, KeepAliveQueryVariables>;
export const AdvanceClockDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation AdvanceClock($accountId: ID, $to: DateTime!) {
  advanceClock(accountId: $accountId, to: $to) {
    ...AccountFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment AccountFields on Account {
  id
  name
  email
  status
  billingMode
  overdue
  sandbox
  trialDays
  maxTrials
  now
  alerts {
    noticeDays
    lowBalanceDays
    lowRunwayDays
  }
  billingSchedule {
    kind
    channels
    nextAt
  }
  autoTopUp {
    belowDays
    targetDays
    monthlyCapChannels
    coolDownHours
    enabled
    failures
    requestedThisMonth
    armed
    nextLookAt
  }
  balance {
    ...BalanceFields
  }
}`) as unknown as TypedDocumentString<AdvanceClockMutation, AdvanceClockMutationVariables>;
export const AuditLogDocument = /*#__PURE__*/ new TypedDocumentString(`
    query AuditLog($accountId: ID, $filter: AuditFilter, $first: Int! = 50, $after: String) {
  auditLog(accountId: $accountId, filter: $filter, first: $first, after: $after) {
    nodes {
      id
      accountId
      occurredAt
      actor
      role
      action
      subjectKind
      subjectId
      input
      before
      after
      outcome
      code
      origin
      requestId
      ip
      userAgent
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AuditLogQuery, AuditLogQueryVariables>;
export const PlansDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Plans($accountId: ID) {
  plans(accountId: $accountId) {
    ...PlanFields
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<PlansQuery, PlansQueryVariables>;
export const SubscribeChannelDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SubscribeChannel($channelId: ID!, $planId: ID!, $successUrl: String, $cancelUrl: String, $idempotencyKey: String) {
  subscribeChannel(
    input: {channelId: $channelId, planId: $planId, successUrl: $successUrl, cancelUrl: $cancelUrl, idempotencyKey: $idempotencyKey}
  ) {
    channel {
      ...ChannelFields
    }
    checkoutUrl
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<SubscribeChannelMutation, SubscribeChannelMutationVariables>;
export const ChangeChannelPlanDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ChangeChannelPlan($channelId: ID!, $planId: ID!, $idempotencyKey: String) {
  changeChannelPlan(
    channelId: $channelId
    planId: $planId
    idempotencyKey: $idempotencyKey
  ) {
    channel {
      ...ChannelFields
    }
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<ChangeChannelPlanMutation, ChangeChannelPlanMutationVariables>;
export const CancelChannelSubscriptionDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CancelChannelSubscription($channelId: ID!, $atPeriodEnd: Boolean! = true, $idempotencyKey: String) {
  cancelChannelSubscription(
    channelId: $channelId
    atPeriodEnd: $atPeriodEnd
    idempotencyKey: $idempotencyKey
  ) {
    channel {
      ...ChannelFields
    }
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<CancelChannelSubscriptionMutation, CancelChannelSubscriptionMutationVariables>;
export const ResumeChannelSubscriptionDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ResumeChannelSubscription($channelId: ID!, $idempotencyKey: String) {
  resumeChannelSubscription(
    channelId: $channelId
    idempotencyKey: $idempotencyKey
  ) {
    channel {
      ...ChannelFields
    }
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<ResumeChannelSubscriptionMutation, ResumeChannelSubscriptionMutationVariables>;
export const BillingPortalDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation BillingPortal($returnUrl: String!, $accountId: ID) {
  billingPortal(returnUrl: $returnUrl, accountId: $accountId) {
    url
  }
}
    `) as unknown as TypedDocumentString<BillingPortalMutation, BillingPortalMutationVariables>;
export const ChannelDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Channel($id: ID!) {
  channel(id: $id) {
    ...ChannelFields
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<ChannelQuery, ChannelQueryVariables>;
export const ChannelsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Channels($accountId: ID, $first: Int! = 50, $after: String, $filter: ChannelFilter) {
  channels(accountId: $accountId, first: $first, after: $after, filter: $filter) {
    nodes {
      ...ChannelFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<ChannelsQuery, ChannelsQueryVariables>;
export const CreateChannelDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateChannel($accountId: ID, $name: String!, $externalId: String, $trial: Boolean! = false, $days: Days, $metadata: JSONObject, $idempotencyKey: String) {
  createChannel(
    input: {accountId: $accountId, name: $name, externalId: $externalId, trial: $trial, days: $days, metadata: $metadata, idempotencyKey: $idempotencyKey}
  ) {
    channel {
      ...ChannelFields
    }
    balance {
      ...BalanceFields
    }
    transaction {
      ...LedgerTransactionFields
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<CreateChannelMutation, CreateChannelMutationVariables>;
export const UpdateChannelDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation UpdateChannel($channelId: ID!, $name: String, $externalId: String, $metadata: JSONObject) {
  updateChannel(
    input: {channelId: $channelId, name: $name, externalId: $externalId, metadata: $metadata}
  ) {
    channel {
      ...ChannelFields
    }
  }
}
    fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<UpdateChannelMutation, UpdateChannelMutationVariables>;
export const AllocateDaysDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation AllocateDays($channelId: ID!, $days: Days!, $comment: String, $idempotencyKey: String) {
  allocateDays(
    input: {channelId: $channelId, days: $days, comment: $comment, idempotencyKey: $idempotencyKey}
  ) {
    channel {
      ...ChannelFields
    }
    balance {
      ...BalanceFields
    }
    transaction {
      ...LedgerTransactionFields
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<AllocateDaysMutation, AllocateDaysMutationVariables>;
export const AllocateDaysInBulkDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation AllocateDaysInBulk($items: [AllocationItem!]!, $mode: BulkMode! = ATOMIC, $comment: String, $idempotencyKey: String) {
  allocateDaysInBulk(
    input: {items: $items, mode: $mode, comment: $comment, idempotencyKey: $idempotencyKey}
  ) {
    items {
      channelId
      channel {
        ...ChannelFields
      }
      error {
        code
        message
        details
      }
    }
    allocatedDays
    balance {
      ...BalanceFields
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<AllocateDaysInBulkMutation, AllocateDaysInBulkMutationVariables>;
export const ReleaseDaysDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReleaseDays($channelId: ID!, $days: Days, $comment: String, $idempotencyKey: String) {
  releaseDays(
    input: {channelId: $channelId, days: $days, comment: $comment, idempotencyKey: $idempotencyKey}
  ) {
    channel {
      ...ChannelFields
    }
    balance {
      ...BalanceFields
    }
    transaction {
      ...LedgerTransactionFields
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<ReleaseDaysMutation, ReleaseDaysMutationVariables>;
export const TransferDaysDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation TransferDays($fromChannelId: ID!, $toChannelId: ID!, $days: Days!, $comment: String, $idempotencyKey: String) {
  transferDays(
    input: {fromChannelId: $fromChannelId, toChannelId: $toChannelId, days: $days, comment: $comment, idempotencyKey: $idempotencyKey}
  ) {
    from {
      ...ChannelFields
    }
    to {
      ...ChannelFields
    }
    balance {
      ...BalanceFields
    }
    transaction {
      ...LedgerTransactionFields
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<TransferDaysMutation, TransferDaysMutationVariables>;
export const DeleteChannelDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation DeleteChannel($channelId: ID!, $comment: String, $idempotencyKey: String) {
  deleteChannel(
    input: {channelId: $channelId, comment: $comment, idempotencyKey: $idempotencyKey}
  ) {
    channel {
      ...ChannelFields
    }
    returnedDays
    balance {
      ...BalanceFields
    }
    transaction {
      ...LedgerTransactionFields
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<DeleteChannelMutation, DeleteChannelMutationVariables>;
export const SetAutoRenewDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetAutoRenew($channelId: ID!, $days: Days, $leadHours: Int! = 24) {
  setAutoRenew(input: {channelId: $channelId, days: $days, leadHours: $leadHours}) {
    channel {
      ...ChannelFields
    }
    balance {
      ...BalanceFields
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment PlanFields on Plan {
  id
  interval
  price {
    ...MoneyFields
  }
  undiscounted {
    ...MoneyFields
  }
}
fragment ChannelSubscriptionFields on ChannelSubscription {
  id
  status
  currentPeriodEnd
  cancelAtPeriodEnd
  plan {
    ...PlanFields
  }
}
fragment ChannelFields on Channel {
  id
  accountId
  name
  externalId
  status
  billing
  trialUntil
  paidUntil
  unusedDays
  autoRenew {
    days
    leadHours
  }
  subscription {
    ...ChannelSubscriptionFields
  }
  metadata
  createdAt
  deletedAt
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<SetAutoRenewMutation, SetAutoRenewMutationVariables>;
export const CreditNoteDocument = /*#__PURE__*/ new TypedDocumentString(`
    query CreditNote($id: ID!) {
  creditNote(id: $id) {
    ...CreditNoteFields
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<CreditNoteQuery, CreditNoteQueryVariables>;
export const CreditNotesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query CreditNotes($accountId: ID, $invoiceId: ID, $first: Int! = 50, $after: String) {
  creditNotes(
    accountId: $accountId
    invoiceId: $invoiceId
    first: $first
    after: $after
  ) {
    totalCount
    nodes {
      ...CreditNoteFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<CreditNotesQuery, CreditNotesQueryVariables>;
export const MoneyBackDocument = /*#__PURE__*/ new TypedDocumentString(`
    query MoneyBack($invoiceId: ID!) {
  invoice(id: $invoiceId) {
    ...MoneyBackFields
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
fragment MoneyBackFields on Invoice {
  id
  status
  paid {
    ...MoneyFields
  }
  creditNotes {
    ...CreditNoteFields
  }
  paymentReturns {
    id
    paymentId
    amount {
      ...MoneyFields
    }
    reason
    returnedAt
  }
  refunds {
    ...RefundFields
  }
  chargebacks {
    id
    paymentId
    status
    amount {
      ...MoneyFields
    }
    days
    openedAt
    closedAt
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<MoneyBackQuery, MoneyBackQueryVariables>;
export const IssueCreditNoteDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation IssueCreditNote($invoiceId: ID!, $days: Days, $amount: MinorUnits, $reason: String!, $refundCards: Boolean! = true, $idempotencyKey: String!) {
  issueCreditNote(
    input: {invoiceId: $invoiceId, days: $days, amount: $amount, reason: $reason, refundCards: $refundCards, idempotencyKey: $idempotencyKey}
  ) {
    creditNote {
      ...CreditNoteFields
    }
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<IssueCreditNoteMutation, IssueCreditNoteMutationVariables>;
export const RecordRefundDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RecordRefund($invoiceId: ID!, $creditNoteId: ID, $paymentReturnId: ID, $method: PaymentMethod!, $amount: MinorUnits!, $reference: String, $refundedAt: DateTime, $idempotencyKey: String!) {
  recordRefund(
    input: {invoiceId: $invoiceId, creditNoteId: $creditNoteId, paymentReturnId: $paymentReturnId, method: $method, amount: $amount, reference: $reference, refundedAt: $refundedAt, idempotencyKey: $idempotencyKey}
  ) {
    invoice {
      ...MoneyBackFields
    }
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
fragment MoneyBackFields on Invoice {
  id
  status
  paid {
    ...MoneyFields
  }
  creditNotes {
    ...CreditNoteFields
  }
  paymentReturns {
    id
    paymentId
    amount {
      ...MoneyFields
    }
    reason
    returnedAt
  }
  refunds {
    ...RefundFields
  }
  chargebacks {
    id
    paymentId
    status
    amount {
      ...MoneyFields
    }
    days
    openedAt
    closedAt
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<RecordRefundMutation, RecordRefundMutationVariables>;
export const ReturnPaymentDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReturnPayment($invoiceId: ID!, $paymentId: ID!, $amount: MinorUnits, $reason: String!, $method: PaymentMethod, $reference: String, $returnedAt: DateTime, $idempotencyKey: String!) {
  returnPayment(
    input: {invoiceId: $invoiceId, paymentId: $paymentId, amount: $amount, reason: $reason, method: $method, reference: $reference, returnedAt: $returnedAt, idempotencyKey: $idempotencyKey}
  ) {
    invoice {
      ...MoneyBackFields
    }
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
fragment MoneyBackFields on Invoice {
  id
  status
  paid {
    ...MoneyFields
  }
  creditNotes {
    ...CreditNoteFields
  }
  paymentReturns {
    id
    paymentId
    amount {
      ...MoneyFields
    }
    reason
    returnedAt
  }
  refunds {
    ...RefundFields
  }
  chargebacks {
    id
    paymentId
    status
    amount {
      ...MoneyFields
    }
    days
    openedAt
    closedAt
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<ReturnPaymentMutation, ReturnPaymentMutationVariables>;
export const ReturnUnappliedPaymentDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReturnUnappliedPayment($invoiceId: ID!, $paymentId: ID!, $amount: MinorUnits, $reason: String!, $method: PaymentMethod, $reference: String, $returnedAt: DateTime, $idempotencyKey: String!) {
  returnUnappliedPayment(
    input: {invoiceId: $invoiceId, paymentId: $paymentId, amount: $amount, reason: $reason, method: $method, reference: $reference, returnedAt: $returnedAt, idempotencyKey: $idempotencyKey}
  ) {
    invoice {
      ...MoneyBackFields
    }
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment RefundFields on Refund {
  id
  method
  amount {
    ...MoneyFields
  }
  status
  creditNoteId
  paymentReturnId
  unapplied
  reference
  failure
  refundedAt
}
fragment CreditNoteFields on CreditNote {
  id
  accountId
  number
  days
  reason
  pdfUrl
  issuedAt
  lines {
    ...CreditNoteLineFields
  }
  net {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  refunds {
    ...RefundFields
  }
}
fragment MoneyBackFields on Invoice {
  id
  status
  paid {
    ...MoneyFields
  }
  creditNotes {
    ...CreditNoteFields
  }
  paymentReturns {
    id
    paymentId
    amount {
      ...MoneyFields
    }
    reason
    returnedAt
  }
  refunds {
    ...RefundFields
  }
  chargebacks {
    id
    paymentId
    status
    amount {
      ...MoneyFields
    }
    days
    openedAt
    closedAt
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<ReturnUnappliedPaymentMutation, ReturnUnappliedPaymentMutationVariables>;
export const WriteOffInvoiceDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation WriteOffInvoice($invoiceId: ID!, $comment: String!, $idempotencyKey: String) {
  writeOffInvoice(
    invoiceId: $invoiceId
    comment: $comment
    idempotencyKey: $idempotencyKey
  ) {
    invoice {
      ...InvoiceFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<WriteOffInvoiceMutation, WriteOffInvoiceMutationVariables>;
export const EventsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Events($accountId: ID, $after: Sequence, $first: Int! = 100) {
  events(accountId: $accountId, after: $after, first: $first) {
    nodes {
      ...EventFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment BalanceChangeFields on BalanceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  days
  available
  transaction {
    ...LedgerTransactionFields
  }
}
fragment DayExpiryChangeFields on DayExpiryChange {
  accountId
  sequence
  type
  occurredAt
  actor
  channel {
    id
    name
    externalId
  }
  reason
  previousPaidUntil
  paidUntil
  unusedDays
}
fragment InvoiceChangeFields on InvoiceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  status
  invoice {
    ...InvoiceFields
  }
}
fragment LowBalanceFields on LowBalance {
  accountId
  sequence
  type
  occurredAt
  actor
  measure
  threshold
  available
  runsOutAt
}
fragment EventFields on Event {
  __typename
  accountId
  sequence
  type
  occurredAt
  actor
  ...BalanceChangeFields
  ...DayExpiryChangeFields
  ...InvoiceChangeFields
  ...LowBalanceFields
  ... on OtherEvent {
    subject
    data
  }
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<EventsQuery, EventsQueryVariables>;
export const FollowEventsDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription FollowEvents($accountId: ID, $after: Sequence) {
  events(accountId: $accountId, after: $after) {
    ...EventFields
  }
}
    fragment BalanceChangeFields on BalanceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  days
  available
  transaction {
    ...LedgerTransactionFields
  }
}
fragment DayExpiryChangeFields on DayExpiryChange {
  accountId
  sequence
  type
  occurredAt
  actor
  channel {
    id
    name
    externalId
  }
  reason
  previousPaidUntil
  paidUntil
  unusedDays
}
fragment InvoiceChangeFields on InvoiceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  status
  invoice {
    ...InvoiceFields
  }
}
fragment LowBalanceFields on LowBalance {
  accountId
  sequence
  type
  occurredAt
  actor
  measure
  threshold
  available
  runsOutAt
}
fragment EventFields on Event {
  __typename
  accountId
  sequence
  type
  occurredAt
  actor
  ...BalanceChangeFields
  ...DayExpiryChangeFields
  ...InvoiceChangeFields
  ...LowBalanceFields
  ... on OtherEvent {
    subject
    data
  }
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<FollowEventsSubscription, FollowEventsSubscriptionVariables>;
export const BalanceChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription BalanceChanged($accountId: ID, $after: Sequence) {
  balanceChanged(accountId: $accountId, after: $after) {
    ...BalanceChangeFields
  }
}
    fragment BalanceChangeFields on BalanceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  days
  available
  transaction {
    ...LedgerTransactionFields
  }
}
fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<BalanceChangedSubscription, BalanceChangedSubscriptionVariables>;
export const DayExpiryChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription DayExpiryChanged($accountId: ID, $channelId: ID, $after: Sequence) {
  dayExpiryChanged(accountId: $accountId, channelId: $channelId, after: $after) {
    ...DayExpiryChangeFields
  }
}
    fragment DayExpiryChangeFields on DayExpiryChange {
  accountId
  sequence
  type
  occurredAt
  actor
  channel {
    id
    name
    externalId
  }
  reason
  previousPaidUntil
  paidUntil
  unusedDays
}`) as unknown as TypedDocumentString<DayExpiryChangedSubscription, DayExpiryChangedSubscriptionVariables>;
export const InvoiceChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription InvoiceChanged($accountId: ID, $after: Sequence) {
  invoiceChanged(accountId: $accountId, after: $after) {
    ...InvoiceChangeFields
  }
}
    fragment InvoiceChangeFields on InvoiceChange {
  accountId
  sequence
  type
  occurredAt
  actor
  status
  invoice {
    ...InvoiceFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<InvoiceChangedSubscription, InvoiceChangedSubscriptionVariables>;
export const LowBalanceDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription LowBalance($accountId: ID, $after: Sequence) {
  lowBalance(accountId: $accountId, after: $after) {
    ...LowBalanceFields
  }
}
    fragment LowBalanceFields on LowBalance {
  accountId
  sequence
  type
  occurredAt
  actor
  measure
  threshold
  available
  runsOutAt
}`) as unknown as TypedDocumentString<LowBalanceSubscription, LowBalanceSubscriptionVariables>;
export const InvoiceDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Invoice($id: ID!) {
  invoice(id: $id) {
    ...InvoiceFields
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<InvoiceQuery, InvoiceQueryVariables>;
export const InvoicesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Invoices($accountId: ID, $first: Int! = 50, $after: String, $filter: InvoiceFilter) {
  invoices(accountId: $accountId, first: $first, after: $after, filter: $filter) {
    nodes {
      ...InvoiceFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<InvoicesQuery, InvoicesQueryVariables>;
export const RequestInvoiceDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RequestInvoice($accountId: ID, $channels: Int, $looseDays: Days, $purchaseOrder: String, $idempotencyKey: String) {
  requestInvoice(
    input: {accountId: $accountId, channels: $channels, looseDays: $looseDays, purchaseOrder: $purchaseOrder, idempotencyKey: $idempotencyKey}
  ) {
    invoice {
      ...InvoiceFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<RequestInvoiceMutation, RequestInvoiceMutationVariables>;
export const CancelInvoiceRequestDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CancelInvoiceRequest($invoiceId: ID!, $idempotencyKey: String) {
  cancelInvoiceRequest(invoiceId: $invoiceId, idempotencyKey: $idempotencyKey) {
    invoice {
      ...InvoiceFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<CancelInvoiceRequestMutation, CancelInvoiceRequestMutationVariables>;
export const PrepareInvoiceDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation PrepareInvoice($invoiceId: ID!, $idempotencyKey: String) {
  prepareInvoice(invoiceId: $invoiceId, idempotencyKey: $idempotencyKey) {
    invoice {
      ...InvoiceFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<PrepareInvoiceMutation, PrepareInvoiceMutationVariables>;
export const RecordPaymentDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RecordPayment($invoiceId: ID!, $method: PaymentMethod!, $amount: MinorUnits!, $currency: String, $reference: String, $receivedAt: DateTime, $idempotencyKey: String!) {
  recordPayment(
    input: {invoiceId: $invoiceId, method: $method, amount: $amount, currency: $currency, reference: $reference, receivedAt: $receivedAt, idempotencyKey: $idempotencyKey}
  ) {
    invoice {
      ...InvoiceFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<RecordPaymentMutation, RecordPaymentMutationVariables>;
export const VoidInvoiceDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation VoidInvoice($invoiceId: ID!, $comment: String!, $idempotencyKey: String) {
  voidInvoice(
    invoiceId: $invoiceId
    comment: $comment
    idempotencyKey: $idempotencyKey
  ) {
    invoice {
      ...InvoiceFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<VoidInvoiceMutation, VoidInvoiceMutationVariables>;
export const PostponeInvoiceDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation PostponeInvoice($invoiceId: ID!, $until: DateTime!, $comment: String, $idempotencyKey: String) {
  postponeInvoice(
    invoiceId: $invoiceId
    until: $until
    comment: $comment
    idempotencyKey: $idempotencyKey
  ) {
    invoice {
      ...InvoiceFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}
fragment InvoiceFields on Invoice {
  id
  accountId
  number
  status
  cause
  overdue
  lines {
    ...InvoiceLineFields
  }
  days
  subtotal {
    ...MoneyFields
  }
  tax {
    ...MoneyFields
  }
  total {
    ...MoneyFields
  }
  paid {
    ...MoneyFields
  }
  requestedAt
  prepareBy
  openedAt
  dueAt
  postponedUntil
  paidAt
  payments {
    id
    method
    amount {
      ...MoneyFields
    }
    unapplied {
      ...MoneyFields
    }
    reference
    receivedAt
  }
  paymentUrl
  pdfUrl
  purchaseOrder
  periodStart
  periodEnd
}`) as unknown as TypedDocumentString<PostponeInvoiceMutation, PostponeInvoiceMutationVariables>;
export const InvoicePromiseDocument = /*#__PURE__*/ new TypedDocumentString(`
    query InvoicePromise($from: DateTime!, $to: DateTime!) {
  invoicePromise(from: $from, to: $to) {
    requested
    kept
    broken
    waiting
    medianMinutes
    longestMinutes
  }
}
    `) as unknown as TypedDocumentString<InvoicePromiseQuery, InvoicePromiseQueryVariables>;
export const UnappliedPaymentsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query UnappliedPayments($accountId: ID, $first: Int! = 50, $after: String) {
  unappliedPayments(accountId: $accountId, first: $first, after: $after) {
    nodes {
      id
      accountId
      invoiceId
      method
      amount {
        ...MoneyFields
      }
      unapplied {
        ...MoneyFields
      }
      reference
      receivedAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<UnappliedPaymentsQuery, UnappliedPaymentsQueryVariables>;
export const JobsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Jobs {
  jobs {
    ...JobFields
  }
}
    fragment JobFields on Job {
  name
  description
  schedule
  nextRunAt
  lastRun {
    startedAt
    finishedAt
    state
    error
    summary
    actor
  }
  failures
  waiting
}`) as unknown as TypedDocumentString<JobsQuery, JobsQueryVariables>;
export const RunJobDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RunJob($name: String!) {
  runJob(name: $name) {
    ...JobFields
  }
}
    fragment JobFields on Job {
  name
  description
  schedule
  nextRunAt
  lastRun {
    startedAt
    finishedAt
    state
    error
    summary
    actor
  }
  failures
  waiting
}`) as unknown as TypedDocumentString<RunJobMutation, RunJobMutationVariables>;
export const ClockHealthDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ClockHealth {
  clockHealth {
    now
    oldestDueAt
    secondsBehind
  }
}
    `) as unknown as TypedDocumentString<ClockHealthQuery, ClockHealthQueryVariables>;
export const LedgerDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Ledger($accountId: ID, $first: Int! = 50, $after: String, $channelId: ID) {
  ledger(
    accountId: $accountId
    first: $first
    after: $after
    channelId: $channelId
  ) {
    nodes {
      ...LedgerTransactionFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment LedgerTransactionFields on LedgerTransaction {
  id
  accountId
  kind
  sequence
  occurredAt
  comment
  actor
  channel {
    id
    name
    externalId
  }
  toChannel {
    id
    name
    externalId
  }
  invoice {
    id
    number
  }
  entries {
    account
    days
    balanceAfter
  }
}`) as unknown as TypedDocumentString<LedgerQuery, LedgerQueryVariables>;
export const LedgerAuditDocument = /*#__PURE__*/ new TypedDocumentString(`
    query LedgerAudit($accountId: ID) {
  ledgerAudit(accountId: $accountId) {
    ok
    accountsChecked
    transactionsChecked
    violations
  }
}
    `) as unknown as TypedDocumentString<LedgerAuditQuery, LedgerAuditQueryVariables>;
export const AdjustBalanceDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation AdjustBalance($accountId: ID!, $days: Days!, $comment: String!, $idempotencyKey: String!) {
  adjustBalance(
    accountId: $accountId
    days: $days
    comment: $comment
    idempotencyKey: $idempotencyKey
  ) {
    ...BalanceFields
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}`) as unknown as TypedDocumentString<AdjustBalanceMutation, AdjustBalanceMutationVariables>;
export const ForecastDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Forecast($accountId: ID, $extraChannels: Int! = 0, $days: Int! = 30) {
  balance(accountId: $accountId) {
    ...BalanceFields
    forecast(extraChannels: $extraChannels) {
      ...ForecastFields
      series(days: $days) {
        startsAt
        renewals
        daysLeft
        unpaid
      }
    }
  }
}
    fragment BalanceFields on Balance {
  accountId
  available
  allocated
  used
  creditLimit
  sequence
}
fragment ForecastFields on Forecast {
  at
  runningChannels
  daysPerDay
  runsOutAt
}`) as unknown as TypedDocumentString<ForecastQuery, ForecastQueryVariables>;
export const DaysToBuyDocument = /*#__PURE__*/ new TypedDocumentString(`
    query DaysToBuy($accountId: ID, $until: DateTime!, $extraChannels: Int! = 0) {
  balance(accountId: $accountId) {
    forecast(extraChannels: $extraChannels) {
      ...ForecastFields
      daysToBuyUntil(date: $until)
    }
  }
}
    fragment ForecastFields on Forecast {
  at
  runningChannels
  daysPerDay
  runsOutAt
}`) as unknown as TypedDocumentString<DaysToBuyQuery, DaysToBuyQueryVariables>;
export const BalanceAsOfDocument = /*#__PURE__*/ new TypedDocumentString(`
    query BalanceAsOf($accountId: ID, $at: DateTime!) {
  balanceAsOf(accountId: $accountId, at: $at) {
    accountId
    at
    available
    allocated
    used
    sequence
  }
}
    `) as unknown as TypedDocumentString<BalanceAsOfQuery, BalanceAsOfQueryVariables>;
export const LedgerSealsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query LedgerSeals($accountId: ID, $first: Int! = 50, $after: String) {
  ledgerSeals(accountId: $accountId, first: $first, after: $after) {
    nodes {
      accountId
      sequence
      transactions
      hash
      sealedAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<LedgerSealsQuery, LedgerSealsQueryVariables>;
export const LotsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Lots($accountId: ID, $first: Int! = 50, $after: String, $filter: LotFilter) {
  lots(accountId: $accountId, first: $first, after: $after, filter: $filter) {
    nodes {
      accountId
      sequence
      kind
      receivedAt
      days
      daysLeft
      price {
        net {
          ...MoneyFields
        }
        total {
          ...MoneyFields
        }
        days
        text
      }
      invoice {
        id
        number
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<LotsQuery, LotsQueryVariables>;
export const ChannelCostDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ChannelCost($id: ID!) {
  channel(id: $id) {
    id
    cost {
      used {
        ...CostedDaysFields
      }
      unused {
        ...CostedDaysFields
      }
    }
    price {
      ...MoneyFields
    }
    margin {
      ...ChannelMarginFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment CostedDaysFields on CostedDays {
  days
  freeDays
  uncoveredDays
  costs {
    days
    net {
      ...MoneyFields
    }
    total {
      ...MoneyFields
    }
  }
}
fragment ChannelMarginFields on ChannelMargin {
  usedDays
  revenue {
    ...MoneyFields
  }
  cost {
    ...MoneyFields
  }
  margin {
    ...MoneyFields
  }
  explanation
}`) as unknown as TypedDocumentString<ChannelCostQuery, ChannelCostQueryVariables>;
export const ChannelMarginsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ChannelMargins($accountId: ID, $from: DateTime, $to: DateTime, $first: Int! = 50, $after: String) {
  channelMargins(
    accountId: $accountId
    from: $from
    to: $to
    first: $first
    after: $after
  ) {
    nodes {
      channel {
        id
        name
      }
      ...ChannelMarginFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment ChannelMarginFields on ChannelMargin {
  usedDays
  revenue {
    ...MoneyFields
  }
  cost {
    ...MoneyFields
  }
  margin {
    ...MoneyFields
  }
  explanation
}`) as unknown as TypedDocumentString<ChannelMarginsQuery, ChannelMarginsQueryVariables>;
export const SetChannelPriceDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetChannelPrice($channelId: ID!, $amount: MinorUnits, $currency: String) {
  setChannelPrice(
    input: {channelId: $channelId, amount: $amount, currency: $currency}
  ) {
    id
    price {
      ...MoneyFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<SetChannelPriceMutation, SetChannelPriceMutationVariables>;
export const RebuildLotsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RebuildLots($accountId: ID!) {
  rebuildLots(accountId: $accountId) {
    accountId
    violations
  }
}
    `) as unknown as TypedDocumentString<RebuildLotsMutation, RebuildLotsMutationVariables>;
export const MailsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Mails($accountId: ID, $state: MailState, $first: Int! = 50, $after: String) {
  mails(accountId: $accountId, state: $state, first: $first, after: $after) {
    nodes {
      ...MailFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment MailFields on Mail {
  id
  accountId
  kind
  template
  subjectId
  recipient
  subject
  text
  state
  attempts
  nextAttemptAt
  error
  createdAt
  sentAt
}`) as unknown as TypedDocumentString<MailsQuery, MailsQueryVariables>;
export const MailPreferencesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query MailPreferences($accountId: ID) {
  mailPreferences(accountId: $accountId) {
    accountId
    unwanted
  }
}
    `) as unknown as TypedDocumentString<MailPreferencesQuery, MailPreferencesQueryVariables>;
export const SetMailPreferencesDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetMailPreferences($accountId: ID, $unwanted: [MailKind!]!) {
  setMailPreferences(input: {accountId: $accountId, unwanted: $unwanted}) {
    accountId
    unwanted
  }
}
    `) as unknown as TypedDocumentString<SetMailPreferencesMutation, SetMailPreferencesMutationVariables>;
export const ResendMailDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ResendMail($id: ID!) {
  resendMail(id: $id) {
    ...MailFields
  }
}
    fragment MailFields on Mail {
  id
  accountId
  kind
  template
  subjectId
  recipient
  subject
  text
  state
  attempts
  nextAttemptAt
  error
  createdAt
  sentAt
}`) as unknown as TypedDocumentString<ResendMailMutation, ResendMailMutationVariables>;
export const DunningScheduleDocument = /*#__PURE__*/ new TypedDocumentString(`
    query DunningSchedule($accountId: ID) {
  dunningSchedule(accountId: $accountId) {
    accountId
    beforeDays
    afterDays
    uncollectibleAfterDays
  }
}
    `) as unknown as TypedDocumentString<DunningScheduleQuery, DunningScheduleQueryVariables>;
export const SetDunningScheduleDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetDunningSchedule($accountId: ID!, $beforeDays: Int, $afterDays: [Int!], $uncollectibleAfterDays: Int) {
  setDunningSchedule(
    input: {accountId: $accountId, beforeDays: $beforeDays, afterDays: $afterDays, uncollectibleAfterDays: $uncollectibleAfterDays}
  ) {
    accountId
    beforeDays
    afterDays
    uncollectibleAfterDays
  }
}
    `) as unknown as TypedDocumentString<SetDunningScheduleMutation, SetDunningScheduleMutationVariables>;
export const StopDunningDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation StopDunning($invoiceId: ID!, $reason: String!) {
  stopDunning(invoiceId: $invoiceId, reason: $reason) {
    invoice {
      id
      dunning {
        nextAt
        stoppedAt
        uncollectibleProposedAt
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StopDunningMutation, StopDunningMutationVariables>;
export const ResumeDunningDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ResumeDunning($invoiceId: ID!) {
  resumeDunning(invoiceId: $invoiceId) {
    invoice {
      id
      dunning {
        nextAt
        stoppedAt
        uncollectibleProposedAt
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ResumeDunningMutation, ResumeDunningMutationVariables>;
export const NodeDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Node($id: ID!) {
  node(id: $id) {
    __typename
    id
  }
}
    `) as unknown as TypedDocumentString<NodeQuery, NodeQueryVariables>;
export const ProviderProfileDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ProviderProfile {
  providerProfile {
    ...ProviderProfileFields
  }
}
    fragment PostalAddressFields on PostalAddress {
  lines
  postcode
  city
  region
  country
}
fragment TaxIdFields on TaxId {
  kind
  country
  value
  verification
}
fragment ProviderProfileFields on ProviderProfile {
  legalName
  address {
    ...PostalAddressFields
  }
  taxId {
    ...TaxIdFields
  }
  email
  bankAccount {
    holder
    iban
    bic
    instructions
  }
  footer
  series
  sandboxSeries
  sample
  createdAt
}`) as unknown as TypedDocumentString<ProviderProfileQuery, ProviderProfileQueryVariables>;
export const SetProviderProfileDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetProviderProfile($legalName: String!, $address: PostalAddressInput!, $taxId: TaxIdInput, $email: String, $bankAccount: BankAccountInput, $footer: String, $series: String, $sandboxSeries: String) {
  setProviderProfile(
    input: {legalName: $legalName, address: $address, taxId: $taxId, email: $email, bankAccount: $bankAccount, footer: $footer, series: $series, sandboxSeries: $sandboxSeries}
  ) {
    ...ProviderProfileFields
  }
}
    fragment PostalAddressFields on PostalAddress {
  lines
  postcode
  city
  region
  country
}
fragment TaxIdFields on TaxId {
  kind
  country
  value
  verification
}
fragment ProviderProfileFields on ProviderProfile {
  legalName
  address {
    ...PostalAddressFields
  }
  taxId {
    ...TaxIdFields
  }
  email
  bankAccount {
    holder
    iban
    bic
    instructions
  }
  footer
  series
  sandboxSeries
  sample
  createdAt
}`) as unknown as TypedDocumentString<SetProviderProfileMutation, SetProviderProfileMutationVariables>;
export const BillingDetailsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query BillingDetails($accountId: ID) {
  account(id: $accountId) {
    id
    billingDetails {
      ...BillingDetailsFields
    }
  }
}
    fragment PostalAddressFields on PostalAddress {
  lines
  postcode
  city
  region
  country
}
fragment TaxIdFields on TaxId {
  kind
  country
  value
  verification
}
fragment BillingDetailsFields on BillingDetails {
  legalName
  address {
    ...PostalAddressFields
  }
  email
  purchaseOrder
  taxIds {
    ...TaxIdFields
  }
}`) as unknown as TypedDocumentString<BillingDetailsQuery, BillingDetailsQueryVariables>;
export const SetBillingDetailsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetBillingDetails($accountId: ID, $legalName: String, $address: PostalAddressInput, $email: String, $purchaseOrder: String, $taxIds: [TaxIdInput!]) {
  setBillingDetails(
    input: {accountId: $accountId, legalName: $legalName, address: $address, email: $email, purchaseOrder: $purchaseOrder, taxIds: $taxIds}
  ) {
    id
    billingDetails {
      ...BillingDetailsFields
    }
  }
}
    fragment PostalAddressFields on PostalAddress {
  lines
  postcode
  city
  region
  country
}
fragment TaxIdFields on TaxId {
  kind
  country
  value
  verification
}
fragment BillingDetailsFields on BillingDetails {
  legalName
  address {
    ...PostalAddressFields
  }
  email
  purchaseOrder
  taxIds {
    ...TaxIdFields
  }
}`) as unknown as TypedDocumentString<SetBillingDetailsMutation, SetBillingDetailsMutationVariables>;
export const InvoiceParticularsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query InvoiceParticulars($invoiceId: ID!) {
  invoice(id: $invoiceId) {
    id
    number
    particulars {
      provider {
        legalName
        address {
          ...PostalAddressFields
        }
        taxId {
          ...TaxIdFields
        }
        email
        bankAccount {
          holder
          iban
          bic
          instructions
        }
        footer
        sample
      }
      customer {
        legalName
        address {
          ...PostalAddressFields
        }
        email
        taxIds {
          ...TaxIdFields
        }
        purchaseOrder
      }
      tax {
        partsPerMillion
        reverseCharge
        sentence
      }
    }
  }
}
    fragment PostalAddressFields on PostalAddress {
  lines
  postcode
  city
  region
  country
}
fragment TaxIdFields on TaxId {
  kind
  country
  value
  verification
}`) as unknown as TypedDocumentString<InvoiceParticularsQuery, InvoiceParticularsQueryVariables>;
export const ProviderEventsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ProviderEvents($state: ProviderEventState, $first: Int, $after: String) {
  providerEvents(state: $state, first: $first, after: $after) {
    nodes {
      ...ProviderEventFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment ProviderEventFields on ProviderEvent {
  id
  provider
  type
  livemode
  apiVersion
  objectKind
  objectId
  createdAt
  receivedAt
  state
  attempts
  nextAttemptAt
  lastError
}`) as unknown as TypedDocumentString<ProviderEventsQuery, ProviderEventsQueryVariables>;
export const ReplayProviderEventDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReplayProviderEvent($id: ID!) {
  replayProviderEvent(id: $id) {
    ...ProviderEventFields
  }
}
    fragment ProviderEventFields on ProviderEvent {
  id
  provider
  type
  livemode
  apiVersion
  objectKind
  objectId
  createdAt
  receivedAt
  state
  attempts
  nextAttemptAt
  lastError
}`) as unknown as TypedDocumentString<ReplayProviderEventMutation, ReplayProviderEventMutationVariables>;
export const PeopleDocument = /*#__PURE__*/ new TypedDocumentString(`
    query People($accountId: ID) {
  people(accountId: $accountId) {
    ...PersonFields
  }
}
    fragment PersonFields on Person {
  id
  name
  email
  role
  hasSecondFactor
  lastSignedInAt
  createdAt
}`) as unknown as TypedDocumentString<PeopleQuery, PeopleQueryVariables>;
export const InvitationsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Invitations($accountId: ID) {
  invitations(accountId: $accountId) {
    ...InvitationFields
  }
}
    fragment InvitationFields on Invitation {
  id
  email
  name
  role
  createdAt
  expiresAt
}`) as unknown as TypedDocumentString<InvitationsQuery, InvitationsQueryVariables>;
export const SessionsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Sessions {
  sessions {
    ...SessionFields
  }
}
    fragment SessionFields on Session {
  id
  createdAt
  lastUsedAt
  expiresAt
  userAgent
  address
  current
}`) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const InvitePersonDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation InvitePerson($accountId: ID, $email: String!, $name: String!, $role: PersonRole!) {
  invitePerson(
    input: {accountId: $accountId, email: $email, name: $name, role: $role}
  ) {
    ...InvitationFields
  }
}
    fragment InvitationFields on Invitation {
  id
  email
  name
  role
  createdAt
  expiresAt
}`) as unknown as TypedDocumentString<InvitePersonMutation, InvitePersonMutationVariables>;
export const RevokeInvitationDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeInvitation($id: ID!) {
  revokeInvitation(id: $id) {
    ...InvitationFields
  }
}
    fragment InvitationFields on Invitation {
  id
  email
  name
  role
  createdAt
  expiresAt
}`) as unknown as TypedDocumentString<RevokeInvitationMutation, RevokeInvitationMutationVariables>;
export const ChangePersonRoleDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ChangePersonRole($id: ID!, $role: PersonRole!) {
  changePersonRole(id: $id, role: $role) {
    ...PersonFields
  }
}
    fragment PersonFields on Person {
  id
  name
  email
  role
  hasSecondFactor
  lastSignedInAt
  createdAt
}`) as unknown as TypedDocumentString<ChangePersonRoleMutation, ChangePersonRoleMutationVariables>;
export const RemovePersonDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemovePerson($id: ID!) {
  removePerson(id: $id) {
    ...PersonFields
  }
}
    fragment PersonFields on Person {
  id
  name
  email
  role
  hasSecondFactor
  lastSignedInAt
  createdAt
}`) as unknown as TypedDocumentString<RemovePersonMutation, RemovePersonMutationVariables>;
export const RevokeSessionDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeSession($id: ID!) {
  revokeSession(id: $id) {
    ...SessionFields
  }
}
    fragment SessionFields on Session {
  id
  createdAt
  lastUsedAt
  expiresAt
  userAgent
  address
  current
}`) as unknown as TypedDocumentString<RevokeSessionMutation, RevokeSessionMutationVariables>;
export const RevokeOtherSessionsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeOtherSessions {
  revokeOtherSessions
}
    `) as unknown as TypedDocumentString<RevokeOtherSessionsMutation, RevokeOtherSessionsMutationVariables>;
export const StartSecondFactorDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation StartSecondFactor {
  startSecondFactor {
    secret
    otpauthUrl
  }
}
    `) as unknown as TypedDocumentString<StartSecondFactorMutation, StartSecondFactorMutationVariables>;
export const ConfirmSecondFactorDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ConfirmSecondFactor($code: String!) {
  confirmSecondFactor(code: $code) {
    recoveryCodes
  }
}
    `) as unknown as TypedDocumentString<ConfirmSecondFactorMutation, ConfirmSecondFactorMutationVariables>;
export const RemoveSecondFactorDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemoveSecondFactor($password: String!) {
  removeSecondFactor(password: $password) {
    ...PersonFields
  }
}
    fragment PersonFields on Person {
  id
  name
  email
  role
  hasSecondFactor
  lastSignedInAt
  createdAt
}`) as unknown as TypedDocumentString<RemoveSecondFactorMutation, RemoveSecondFactorMutationVariables>;
export const ChangePasswordDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ChangePassword($current: String!, $new: String!) {
  changePassword(current: $current, new: $new) {
    ...PersonFields
  }
}
    fragment PersonFields on Person {
  id
  name
  email
  role
  hasSecondFactor
  lastSignedInAt
  createdAt
}`) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const PreviewAllocationDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewAllocation($channelId: ID!, $days: Days!) {
  previewAllocation(channelId: $channelId, days: $days) {
    ...MovementPreviewFields
  }
}
    fragment ChannelPreviewFields on ChannelPreview {
  channelId
  status
  paidUntil
  unusedDays
}
fragment MovementPreviewFields on MovementPreview {
  at
  days
  channel {
    ...ChannelPreviewFields
  }
  balanceAfter
}`) as unknown as TypedDocumentString<PreviewAllocationQuery, PreviewAllocationQueryVariables>;
export const PreviewBulkAllocationDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewBulkAllocation($items: [AllocationItem!]!, $mode: BulkMode! = ATOMIC) {
  previewBulkAllocation(items: $items, mode: $mode) {
    at
    items {
      channelId
      channel {
        ...ChannelPreviewFields
      }
      error {
        code
        message
        details
      }
    }
    allocatedDays
    balanceAfter
  }
}
    fragment ChannelPreviewFields on ChannelPreview {
  channelId
  status
  paidUntil
  unusedDays
}`) as unknown as TypedDocumentString<PreviewBulkAllocationQuery, PreviewBulkAllocationQueryVariables>;
export const PreviewReleaseDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewRelease($channelId: ID!, $days: Days) {
  previewRelease(channelId: $channelId, days: $days) {
    ...MovementPreviewFields
  }
}
    fragment ChannelPreviewFields on ChannelPreview {
  channelId
  status
  paidUntil
  unusedDays
}
fragment MovementPreviewFields on MovementPreview {
  at
  days
  channel {
    ...ChannelPreviewFields
  }
  balanceAfter
}`) as unknown as TypedDocumentString<PreviewReleaseQuery, PreviewReleaseQueryVariables>;
export const PreviewTransferDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewTransfer($fromChannelId: ID!, $toChannelId: ID!, $days: Days!) {
  previewTransfer(
    fromChannelId: $fromChannelId
    toChannelId: $toChannelId
    days: $days
  ) {
    at
    days
    from {
      ...ChannelPreviewFields
    }
    to {
      ...ChannelPreviewFields
    }
    balanceAfter
  }
}
    fragment ChannelPreviewFields on ChannelPreview {
  channelId
  status
  paidUntil
  unusedDays
}`) as unknown as TypedDocumentString<PreviewTransferQuery, PreviewTransferQueryVariables>;
export const PreviewDeletionDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewDeletion($channelId: ID!) {
  previewDeletion(channelId: $channelId) {
    ...MovementPreviewFields
  }
}
    fragment ChannelPreviewFields on ChannelPreview {
  channelId
  status
  paidUntil
  unusedDays
}
fragment MovementPreviewFields on MovementPreview {
  at
  days
  channel {
    ...ChannelPreviewFields
  }
  balanceAfter
}`) as unknown as TypedDocumentString<PreviewDeletionQuery, PreviewDeletionQueryVariables>;
export const PreviewAutoRenewDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewAutoRenew($channelId: ID!, $days: Days, $leadHours: Int! = 24) {
  previewAutoRenew(channelId: $channelId, days: $days, leadHours: $leadHours) {
    at
    days
    renewalFails
    channel {
      ...ChannelPreviewFields
    }
    balanceAfter
  }
}
    fragment ChannelPreviewFields on ChannelPreview {
  channelId
  status
  paidUntil
  unusedDays
}`) as unknown as TypedDocumentString<PreviewAutoRenewQuery, PreviewAutoRenewQueryVariables>;
export const PreviewKeepAliveDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewKeepAlive($accountId: ID, $minDays: Days, $dailyCap: Days, $order: KeepAliveOrder! = ENDING_FIRST, $first: Int! = 50, $after: String) {
  previewKeepAlive(
    accountId: $accountId
    minDays: $minDays
    dailyCap: $dailyCap
    order: $order
    first: $first
    after: $after
  ) {
    at
    target
    neededDays
    days
    missingDays
    servedChannels
    unservedChannels
    shortage
    capLeft
    balanceAfter
    allocations {
      nodes {
        channelId
        place
        neededDays
        days
        served
        paidUntil
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PreviewKeepAliveQuery, PreviewKeepAliveQueryVariables>;
export const PreviewInvoiceDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewInvoice($accountId: ID, $channels: Int, $looseDays: Days) {
  previewInvoice(
    accountId: $accountId
    channels: $channels
    looseDays: $looseDays
  ) {
    at
    lines {
      ...InvoiceLineFields
    }
    days
    subtotal {
      ...MoneyFields
    }
    tax {
      ...MoneyFields
    }
    taxRounding
    total {
      ...MoneyFields
    }
    opensAtOnce
    paymentTermDays
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment InvoiceLineFields on InvoiceLine {
  kind
  description
  quantity
  unitPrice {
    ...MoneyFields
  }
  per
  amount {
    ...MoneyFields
  }
  rounding
  days
}`) as unknown as TypedDocumentString<PreviewInvoiceQuery, PreviewInvoiceQueryVariables>;
export const PreviewCreationDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewCreation($accountId: ID, $externalId: String, $trial: Boolean! = false, $days: Days) {
  previewCreation(
    accountId: $accountId
    externalId: $externalId
    trial: $trial
    days: $days
  ) {
    at
    days
    balanceAfter
    channel {
      status
      paidUntil
      unusedDays
    }
  }
}
    `) as unknown as TypedDocumentString<PreviewCreationQuery, PreviewCreationQueryVariables>;
export const PreviewAdjustmentDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewAdjustment($accountId: ID!, $days: Days!) {
  previewAdjustment(accountId: $accountId, days: $days) {
    at
    balanceAfter
  }
}
    `) as unknown as TypedDocumentString<PreviewAdjustmentQuery, PreviewAdjustmentQueryVariables>;
export const PreviewPaymentDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewPayment($invoiceId: ID!, $amount: MinorUnits!, $currency: String) {
  previewPayment(invoiceId: $invoiceId, amount: $amount, currency: $currency) {
    at
    days
    balanceAfter
    paid {
      ...MoneyFields
    }
    outstanding {
      ...MoneyFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<PreviewPaymentQuery, PreviewPaymentQueryVariables>;
export const PreviewPlanChangeDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewPlanChange($channelId: ID!, $planId: ID!) {
  previewPlanChange(channelId: $channelId, planId: $planId) {
    at
    currency
    amountDue
    lines {
      description
      amount
    }
  }
}
    `) as unknown as TypedDocumentString<PreviewPlanChangeQuery, PreviewPlanChangeQueryVariables>;
export const PreviewCreditNoteDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PreviewCreditNote($invoiceId: ID!, $days: Days, $amount: MinorUnits) {
  previewCreditNote(invoiceId: $invoiceId, days: $days, amount: $amount) {
    at
    days
    balanceAfter
    lines {
      ...CreditNoteLineFields
    }
    net {
      ...MoneyFields
    }
    tax {
      ...MoneyFields
    }
    total {
      ...MoneyFields
    }
    price {
      ...MoneyFields
    }
    creditedDays
    remainingDays
    rounding
  }
}
    fragment CreditNoteLineFields on CreditNoteLine {
  kind
  description
  days
  net {
    ...MoneyFields
  }
}
fragment MoneyFields on Money {
  amount
  currency
}`) as unknown as TypedDocumentString<PreviewCreditNoteQuery, PreviewCreditNoteQueryVariables>;
export const PriceAgreementsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PriceAgreements($accountId: ID) {
  account(id: $accountId) {
    id
    priceAgreement {
      ...PriceAgreementFields
    }
    priceAgreements {
      ...PriceAgreementFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment PriceAgreementFields on PriceAgreement {
  id
  currency
  channelMonth {
    ...MoneyFields
  }
  looseDay {
    ...MoneyFields
  }
  tiers {
    fromChannels
    channelMonth {
      ...MoneyFields
    }
  }
  yearlyDiscountBasisPoints
  taxPartsPerMillion
  taxId
  reverseCharge
  autoPrepare
  paymentTermDays
  validFrom
}`) as unknown as TypedDocumentString<PriceAgreementsQuery, PriceAgreementsQueryVariables>;
export const SetPriceAgreementDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetPriceAgreement($accountId: ID!, $currency: String!, $channelMonthAmount: MinorUnits!, $looseDayAmount: MinorUnits, $tiers: [PriceTierInput!]! = [], $yearlyDiscountBasisPoints: Int! = 0, $taxPartsPerMillion: Int! = 0, $taxId: String, $reverseCharge: Boolean! = false, $validFrom: DateTime, $autoPrepare: Boolean! = true, $paymentTermDays: Int! = 14) {
  setPriceAgreement(
    input: {accountId: $accountId, currency: $currency, channelMonthAmount: $channelMonthAmount, looseDayAmount: $looseDayAmount, tiers: $tiers, yearlyDiscountBasisPoints: $yearlyDiscountBasisPoints, taxPartsPerMillion: $taxPartsPerMillion, taxId: $taxId, reverseCharge: $reverseCharge, validFrom: $validFrom, autoPrepare: $autoPrepare, paymentTermDays: $paymentTermDays}
  ) {
    id
    priceAgreement {
      ...PriceAgreementFields
    }
    priceAgreements {
      ...PriceAgreementFields
    }
  }
}
    fragment MoneyFields on Money {
  amount
  currency
}
fragment PriceAgreementFields on PriceAgreement {
  id
  currency
  channelMonth {
    ...MoneyFields
  }
  looseDay {
    ...MoneyFields
  }
  tiers {
    fromChannels
    channelMonth {
      ...MoneyFields
    }
  }
  yearlyDiscountBasisPoints
  taxPartsPerMillion
  taxId
  reverseCharge
  autoPrepare
  paymentTermDays
  validFrom
}`) as unknown as TypedDocumentString<SetPriceAgreementMutation, SetPriceAgreementMutationVariables>;
export const SavedCardDocument = /*#__PURE__*/ new TypedDocumentString(`
    query SavedCard($accountId: ID) {
  account(id: $accountId) {
    id
    savedCard {
      brand
      lastFour
      expiryMonth
      expiryYear
      savedAt
    }
  }
}
    `) as unknown as TypedDocumentString<SavedCardQuery, SavedCardQueryVariables>;
export const SaveCardDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SaveCard($accountId: ID, $successUrl: String, $cancelUrl: String) {
  saveCard(
    input: {accountId: $accountId, successUrl: $successUrl, cancelUrl: $cancelUrl}
  ) {
    url
  }
}
    `) as unknown as TypedDocumentString<SaveCardMutation, SaveCardMutationVariables>;
export const RemoveSavedCardDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemoveSavedCard($accountId: ID) {
  removeSavedCard(accountId: $accountId) {
    id
    savedCard {
      lastFour
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveSavedCardMutation, RemoveSavedCardMutationVariables>;
export const TokensDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Tokens($accountId: ID) {
  tokens(accountId: $accountId) {
    ...TokenFields
  }
}
    fragment TokenFields on ApiToken {
  id
  name
  prefix
  scopes
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`) as unknown as TypedDocumentString<TokensQuery, TokensQueryVariables>;
export const CreateTokenDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateToken($accountId: ID, $name: String!, $scopes: [Scope!]!, $expiresAt: DateTime) {
  createToken(
    input: {accountId: $accountId, name: $name, scopes: $scopes, expiresAt: $expiresAt}
  ) {
    token {
      ...TokenFields
    }
    secret
  }
}
    fragment TokenFields on ApiToken {
  id
  name
  prefix
  scopes
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`) as unknown as TypedDocumentString<CreateTokenMutation, CreateTokenMutationVariables>;
export const RevokeTokenDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeToken($id: ID!) {
  revokeToken(id: $id) {
    ...TokenFields
  }
}
    fragment TokenFields on ApiToken {
  id
  name
  prefix
  scopes
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`) as unknown as TypedDocumentString<RevokeTokenMutation, RevokeTokenMutationVariables>;
export const WebhookEndpointsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query WebhookEndpoints($accountId: ID) {
  webhookEndpoints(accountId: $accountId) {
    ...WebhookEndpointFields
  }
}
    fragment WebhookEndpointFields on WebhookEndpoint {
  id
  accountId
  url
  description
  eventTypes
  createdAt
  deliveredUntil
  failures
  failingSince
  nextAttemptAt
  previousSecretUntil
  disabledAt
  disabledReason
}`) as unknown as TypedDocumentString<WebhookEndpointsQuery, WebhookEndpointsQueryVariables>;
export const WebhookEndpointDocument = /*#__PURE__*/ new TypedDocumentString(`
    query WebhookEndpoint($id: ID!) {
  webhookEndpoint(id: $id) {
    ...WebhookEndpointFields
    replays {
      ...WebhookReplayFields
    }
  }
}
    fragment WebhookEndpointFields on WebhookEndpoint {
  id
  accountId
  url
  description
  eventTypes
  createdAt
  deliveredUntil
  failures
  failingSince
  nextAttemptAt
  previousSecretUntil
  disabledAt
  disabledReason
}
fragment WebhookReplayFields on WebhookReplay {
  id
  endpointId
  fromSequence
  toSequence
  deliveredUntil
  state
  createdAt
  endedAt
}`) as unknown as TypedDocumentString<WebhookEndpointQuery, WebhookEndpointQueryVariables>;
export const WebhookDeliveriesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query WebhookDeliveries($id: ID!, $first: Int! = 20, $after: String, $undeliveredOnly: Boolean! = false) {
  webhookEndpoint(id: $id) {
    id
    deliveries(first: $first, after: $after, undeliveredOnly: $undeliveredOnly) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        sequence
        eventType
        delivered
        attempts {
          createdAt
          kind
          delivered
          status
          durationMs
          answer
          error
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<WebhookDeliveriesQuery, WebhookDeliveriesQueryVariables>;
export const CreateWebhookEndpointDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateWebhookEndpoint($accountId: ID, $url: String!, $description: String, $eventTypes: [String!], $after: Sequence) {
  createWebhookEndpoint(
    input: {accountId: $accountId, url: $url, description: $description, eventTypes: $eventTypes, after: $after}
  ) {
    endpoint {
      ...WebhookEndpointFields
    }
    secret
  }
}
    fragment WebhookEndpointFields on WebhookEndpoint {
  id
  accountId
  url
  description
  eventTypes
  createdAt
  deliveredUntil
  failures
  failingSince
  nextAttemptAt
  previousSecretUntil
  disabledAt
  disabledReason
}`) as unknown as TypedDocumentString<CreateWebhookEndpointMutation, CreateWebhookEndpointMutationVariables>;
export const UpdateWebhookEndpointDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation UpdateWebhookEndpoint($id: ID!, $url: String, $description: String, $eventTypes: [String!]) {
  updateWebhookEndpoint(
    input: {id: $id, url: $url, description: $description, eventTypes: $eventTypes}
  ) {
    ...WebhookEndpointFields
  }
}
    fragment WebhookEndpointFields on WebhookEndpoint {
  id
  accountId
  url
  description
  eventTypes
  createdAt
  deliveredUntil
  failures
  failingSince
  nextAttemptAt
  previousSecretUntil
  disabledAt
  disabledReason
}`) as unknown as TypedDocumentString<UpdateWebhookEndpointMutation, UpdateWebhookEndpointMutationVariables>;
export const DeleteWebhookEndpointDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation DeleteWebhookEndpoint($id: ID!) {
  deleteWebhookEndpoint(id: $id)
}
    `) as unknown as TypedDocumentString<DeleteWebhookEndpointMutation, DeleteWebhookEndpointMutationVariables>;
export const RotateWebhookSecretDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RotateWebhookSecret($id: ID!, $overlapHours: Int! = 24) {
  rotateWebhookSecret(id: $id, overlapHours: $overlapHours) {
    endpoint {
      ...WebhookEndpointFields
    }
    secret
  }
}
    fragment WebhookEndpointFields on WebhookEndpoint {
  id
  accountId
  url
  description
  eventTypes
  createdAt
  deliveredUntil
  failures
  failingSince
  nextAttemptAt
  previousSecretUntil
  disabledAt
  disabledReason
}`) as unknown as TypedDocumentString<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>;
export const EnableWebhookEndpointDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation EnableWebhookEndpoint($id: ID!, $from: WebhookResume! = WHERE_IT_STOPPED) {
  enableWebhookEndpoint(id: $id, from: $from) {
    ...WebhookEndpointFields
  }
}
    fragment WebhookEndpointFields on WebhookEndpoint {
  id
  accountId
  url
  description
  eventTypes
  createdAt
  deliveredUntil
  failures
  failingSince
  nextAttemptAt
  previousSecretUntil
  disabledAt
  disabledReason
}`) as unknown as TypedDocumentString<EnableWebhookEndpointMutation, EnableWebhookEndpointMutationVariables>;
export const DisableWebhookEndpointDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation DisableWebhookEndpoint($id: ID!) {
  disableWebhookEndpoint(id: $id) {
    ...WebhookEndpointFields
  }
}
    fragment WebhookEndpointFields on WebhookEndpoint {
  id
  accountId
  url
  description
  eventTypes
  createdAt
  deliveredUntil
  failures
  failingSince
  nextAttemptAt
  previousSecretUntil
  disabledAt
  disabledReason
}`) as unknown as TypedDocumentString<DisableWebhookEndpointMutation, DisableWebhookEndpointMutationVariables>;
export const SendTestWebhookDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SendTestWebhook($id: ID!) {
  sendTestWebhook(id: $id) {
    delivered
    status
    durationMs
    answer
    error
  }
}
    `) as unknown as TypedDocumentString<SendTestWebhookMutation, SendTestWebhookMutationVariables>;
export const ReplayWebhookDeliveryDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReplayWebhookDelivery($id: ID!) {
  replayWebhookDelivery(id: $id) {
    ...WebhookReplayFields
  }
}
    fragment WebhookReplayFields on WebhookReplay {
  id
  endpointId
  fromSequence
  toSequence
  deliveredUntil
  state
  createdAt
  endedAt
}`) as unknown as TypedDocumentString<ReplayWebhookDeliveryMutation, ReplayWebhookDeliveryMutationVariables>;
export const ReplayWebhookEventsDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ReplayWebhookEvents($endpointId: ID!, $fromSequence: Sequence!, $toSequence: Sequence!) {
  replayWebhookEvents(
    endpointId: $endpointId
    fromSequence: $fromSequence
    toSequence: $toSequence
  ) {
    ...WebhookReplayFields
  }
}
    fragment WebhookReplayFields on WebhookReplay {
  id
  endpointId
  fromSequence
  toSequence
  deliveredUntil
  state
  createdAt
  endedAt
}`) as unknown as TypedDocumentString<ReplayWebhookEventsMutation, ReplayWebhookEventsMutationVariables>;