export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant, written by RFC 3339: answered in UTC with milliseconds, such as 2026-01-31T09:30:00.000Z; taken with "Z" or an offset. Years 1970 to 9999. */
  DateTime: { input: string; output: string; }
  /** Days of channel time, whole and exact; negative only where a field says so. */
  Days: { input: number; output: number; }
  /** A JSON object (never a list or a lone value) of at most 4 KiB, nested at most 32 deep. */
  JSONObject: { input: Record<string, unknown>; output: Record<string, unknown>; }
  /** Money in the smallest unit of its currency, such as cents: whole and exact; negative only where a field says so. */
  MinorUnits: { input: number; output: number; }
  /** A whole number that every JSON reader holds exactly: up to 2^53 - 1. */
  SafeInt: { input: number; output: number; }
  /** The place of an event in its account's log, counted from 1 without a gap; 0 stands before the first. */
  Sequence: { input: number; output: number; }
};

/** Whether anything in an account can change. */
export type AccountStatus =
  /** It can do everything. */
  | 'ACTIVE'
  /** It can read, and nothing else, for good. */
  | 'CLOSED'
  /** It can read, and nothing else. */
  | 'SUSPENDED';

/** At most 10,000 items, each of another channel. */
export type AllocateDaysInBulkInput = {
  /** Why, for whoever reads the ledger or the audit log later. */
  comment?: InputMaybe<Scalars['String']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At most 10,000, each of another channel. */
  items: Array<AllocationItem>;
  /** Whether one that is refused refuses all. */
  mode?: BulkMode;
};

/** What `allocateDays` is asked with. */
export type AllocateDaysInput = {
  /** The channel that it is about. */
  channelId: Scalars['ID']['input'];
  /** Why, for whoever reads the ledger or the audit log later. */
  comment?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 36,500. */
  days: Scalars['Days']['input'];
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Days for one channel of a bulk allocation. */
export type AllocationItem = {
  /** The channel that it is about. */
  channelId: Scalars['ID']['input'];
  /** 1 to 36,500. */
  days: Scalars['Days']['input'];
};

/** Which deeds to show. */
export type AuditFilter = {
  /** The name of a mutation. */
  action?: InputMaybe<Scalars['String']['input']>;
  /** As it is shown: the id of a token, or `staff`. */
  actor?: InputMaybe<Scalars['String']['input']>;
  /** Not before this instant. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** What came of it. */
  outcome?: InputMaybe<AuditOutcome>;
  /** The id of what it was done to, or the name of a job. */
  subject?: InputMaybe<Scalars['String']['input']>;
  /** Itself not in it. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
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
  bic?: InputMaybe<Scalars['String']['input']>;
  /** In whose name the account is. */
  holder: Scalars['String']['input'];
  /** The account’s number by ISO 13616. */
  iban?: InputMaybe<Scalars['String']['input']>;
  /** At most 2,000 characters. */
  instructions?: InputMaybe<Scalars['String']['input']>;
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
  endsBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Part of the name or the externalId, in any case. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** Any of these. */
  status?: InputMaybe<Array<ChannelStatus>>;
  /** Whether a subscription of its own lives, one that is cancelled at the end of its period too. */
  subscribed?: InputMaybe<Scalars['Boolean']['input']>;
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

/** A new account. */
export type CreateAccountInput = {
  /** Whether days are bought ahead, or billed once they are used. */
  billingMode?: BillingMode;
  /** How far below 0 a postpaid account’s available days may go. */
  creditLimit?: Scalars['Days']['input'];
  /** An address for mail. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Trials at once. */
  maxTrials?: Scalars['Int']['input'];
  /** What it is called. */
  name: Scalars['String']['input'];
  /** With a clock of its own and no real money. */
  sandbox?: Scalars['Boolean']['input'];
  /** The length of a trial. */
  trialDays?: Scalars['Days']['input'];
};

/** What `createChannel` is asked with. */
export type CreateChannelInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Allocated at once from the balance. */
  days?: InputMaybe<Scalars['Days']['input']>;
  /** The partner’s own name for it. */
  externalId?: InputMaybe<Scalars['String']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The partner’s own facts about it, 4 KiB at the most. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** What it is called. */
  name: Scalars['String']['input'];
  /** It starts with the account’s trial. */
  trial?: Scalars['Boolean']['input'];
};

/** What `createToken` is asked with. */
export type CreateTokenInput = {
  /** A partner’s own; staff name one, or none for a token of staff. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Never, unless given. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What it is called. */
  name: Scalars['String']['input'];
  /** What it may do. */
  scopes: Array<Scope>;
};

/** What `createWebhookEndpoint` is asked with. */
export type CreateWebhookEndpointInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** The last sequence that is not sent; 0 for all from the first on. From now on, unless given. */
  after?: InputMaybe<Scalars['Sequence']['input']>;
  /** In words, for a person. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Types, or all of a noun as `invoice.*`; all, unless given. */
  eventTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** With https, on the public internet. */
  url: Scalars['String']['input'];
};

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

/** What `deleteChannel` is asked with. */
export type DeleteChannelInput = {
  /** The channel that it is about. */
  channelId: Scalars['ID']['input'];
  /** Why, for whoever reads the ledger or the audit log later. */
  comment?: InputMaybe<Scalars['String']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

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

/** What `invitePerson` is asked with. */
export type InvitePersonInput = {
  /** A partner’s own; staff name one, or none for a person of staff. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** An address for mail. */
  email: Scalars['String']['input'];
  /** What it is called. */
  name: Scalars['String']['input'];
  /** What a person or a token is here. */
  role: PersonRole;
};

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
  overdue?: InputMaybe<Scalars['Boolean']['input']>;
  /** Any of these. */
  status?: InputMaybe<Array<InvoiceStatus>>;
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

/** What `issueCreditNote` is asked with. */
export type IssueCreditNoteInput = {
  /** 0 to the price of the days, which it is unless given. */
  amount?: InputMaybe<Scalars['MinorUnits']['input']>;
  /** All that are left of the invoice, unless given. */
  days?: InputMaybe<Scalars['Days']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey: Scalars['String']['input'];
  /** A paid one. */
  invoiceId: Scalars['ID']['input'];
  /** Why, for whoever reads it later. */
  reason: Scalars['String']['input'];
  /** Whether cards that paid the invoice are refunded at once; else staff record how the money went back. */
  refundCards?: Scalars['Boolean']['input'];
};

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
  open?: InputMaybe<Scalars['Boolean']['input']>;
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
  city: Scalars['String']['input'];
  /** ISO 3166, two letters. */
  country: Scalars['String']['input'];
  /** 1 to 4: street and house, building, care of. */
  lines: Array<Scalars['String']['input']>;
  /** As the country writes it; null where there is none. */
  postcode?: InputMaybe<Scalars['String']['input']>;
  /** A state or a province. */
  region?: InputMaybe<Scalars['String']['input']>;
};

/** A price from a number of channels on. */
export type PriceTierInput = {
  /** Of one channel for 30 days, without tax, in the currency’s smallest unit. */
  channelMonthAmount: Scalars['MinorUnits']['input'];
  /** 1 to 1,000,000, and more than the tier before it. */
  fromChannels: Scalars['Int']['input'];
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

/** What `recordPayment` is asked with. */
export type RecordPaymentInput = {
  /** 1 to what is outstanding. */
  amount: Scalars['MinorUnits']['input'];
  /** Refused where it is not the invoice’s. */
  currency?: InputMaybe<Scalars['String']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey: Scalars['String']['input'];
  /** The invoice that it is about. */
  invoiceId: Scalars['ID']['input'];
  /** How the money went. */
  method: PaymentMethod;
  /** Now, unless given; never in the future. */
  receivedAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What the bank or the provider calls it; null where nothing was said. */
  reference?: InputMaybe<Scalars['String']['input']>;
};

/** Of a credit note, or of a returned payment. */
export type RecordRefundInput = {
  /** 1 to what has still to go back. */
  amount: Scalars['MinorUnits']['input'];
  /** The credit note that it is about. */
  creditNoteId?: InputMaybe<Scalars['ID']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey: Scalars['String']['input'];
  /** The invoice that it is about. */
  invoiceId: Scalars['ID']['input'];
  /** How the money went. */
  method: PaymentMethod;
  /** The return of a payment that it is about. */
  paymentReturnId?: InputMaybe<Scalars['ID']['input']>;
  /** What the bank or the provider calls it; null where nothing was said. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Now, unless given; never in the future. */
  refundedAt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** How far a refund has come. */
export type RefundStatus =
  /** The money has still to go back, in another way. */
  | 'FAILED'
  /** The payment provider is at it. */
  | 'PENDING'
  /** The money has gone back. */
  | 'SUCCEEDED';

/** What `releaseDays` is asked with. */
export type ReleaseDaysInput = {
  /** The channel that it is about. */
  channelId: Scalars['ID']['input'];
  /** Why, for whoever reads the ledger or the audit log later. */
  comment?: InputMaybe<Scalars['String']['input']>;
  /** All that are unused, unless given. */
  days?: InputMaybe<Scalars['Days']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Channels, loose days, or both. */
export type RequestInvoiceInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 1,000,000, each for 30 days. */
  channels?: InputMaybe<Scalars['Int']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 36,500,000. */
  looseDays?: InputMaybe<Scalars['Days']['input']>;
  /** The buyer’s own number for it, as it is printed. */
  purchaseOrder?: InputMaybe<Scalars['String']['input']>;
};

/** What `returnPayment` is asked with. */
export type ReturnPaymentInput = {
  /** 1 to what is left of the payment, which it is unless given. */
  amount?: InputMaybe<Scalars['MinorUnits']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey: Scalars['String']['input'];
  /** One that is not paid in full. */
  invoiceId: Scalars['ID']['input'];
  /** How it was paid back. CARD, unless given where a card has paid: then the card is refunded by this. */
  method?: InputMaybe<PaymentMethod>;
  /** The payment that it is about. */
  paymentId: Scalars['ID']['input'];
  /** Why, for whoever reads it later. */
  reason: Scalars['String']['input'];
  /** What the bank or the provider calls it; null where nothing was said. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Now, unless given; never in the future. */
  returnedAt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What `returnUnappliedPayment` is asked with. */
export type ReturnUnappliedPaymentInput = {
  /** 1 to what of the payment is unapplied, which it is unless given. */
  amount?: InputMaybe<Scalars['MinorUnits']['input']>;
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey: Scalars['String']['input'];
  /** That the payment came for. */
  invoiceId: Scalars['ID']['input'];
  /** How it was paid back. CARD, unless given where a card has paid: then the card is refunded by this. */
  method?: InputMaybe<PaymentMethod>;
  /** The payment that it is about. */
  paymentId: Scalars['ID']['input'];
  /** Why, for whoever reads it later. */
  reason: Scalars['String']['input'];
  /** What the bank or the provider calls it; null where nothing was said. */
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Now, unless given; never in the future. */
  returnedAt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** On which side one stands. */
export type Role =
  /** Of one account. */
  | 'PARTNER'
  /** Of the provider: all accounts. */
  | 'STAFF';

/** What `saveCard` is asked with. */
export type SaveCardInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Where the holder comes back to without. */
  cancelUrl?: InputMaybe<Scalars['String']['input']>;
  /** Where the holder comes back to with the card saved. */
  successUrl?: InputMaybe<Scalars['String']['input']>;
};

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

/** A list that is left out stays as it is; an empty one tells of nothing. */
export type SetAlertsInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** At most 10, each 1 to 1,000,000,000. */
  lowBalanceDays?: InputMaybe<Array<Scalars['Days']['input']>>;
  /** At most 10, each 1 to 36,500. */
  lowRunwayDays?: InputMaybe<Array<Scalars['Days']['input']>>;
  /** At most 10, each 1 to 36,500. */
  noticeDays?: InputMaybe<Array<Scalars['Days']['input']>>;
};

/** What `setAutoRenew` is asked with. */
export type SetAutoRenewInput = {
  /** The channel that it is about. */
  channelId: Scalars['ID']['input'];
  /** Off, unless given. 1 to 36,500. */
  days?: InputMaybe<Scalars['Days']['input']>;
  /** 1 to 8,760. */
  leadHours?: Scalars['Int']['input'];
};

/** Without belowDays and targetDays it is turned off. */
export type SetAutoTopUpInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 29,999,999. */
  belowDays?: InputMaybe<Scalars['Days']['input']>;
  /** 1 to 744. */
  coolDownHours?: Scalars['Int']['input'];
  /** 1 to 1,000,000; as many as it takes, unless given. */
  monthlyCapChannels?: InputMaybe<Scalars['Int']['input']>;
  /** More than belowDays, and at most 30,000,000. */
  targetDays?: InputMaybe<Scalars['Days']['input']>;
};

/** A field that is left out stays as it is; null takes it away. */
export type SetBillingDetailsInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Where it is, as it is printed. */
  address?: InputMaybe<PostalAddressInput>;
  /** An address for mail. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** The full name, as in the register. */
  legalName?: InputMaybe<Scalars['String']['input']>;
  /** The buyer’s own number for it, as it is printed. */
  purchaseOrder?: InputMaybe<Scalars['String']['input']>;
  /** At most 5, the first of which counts most. */
  taxIds?: InputMaybe<Array<TaxIdInput>>;
};

/** What `setBillingSchedule` is asked with. */
export type SetBillingScheduleInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Of MONTHLY_FIXED, and only of it: 1 to 1,000,000. */
  channels?: InputMaybe<Scalars['Int']['input']>;
  /** What kind it is of. */
  kind: BillingScheduleKind;
};

/** What `setChannelPrice` is asked with. */
export type SetChannelPriceInput = {
  /** Minor units that you ask for 30 days, up to 1,000,000,000. Null, with the currency, takes it away. */
  amount?: InputMaybe<Scalars['MinorUnits']['input']>;
  /** The channel that it is about. */
  channelId: Scalars['ID']['input'];
  /** ISO 4217. */
  currency?: InputMaybe<Scalars['String']['input']>;
};

/** What `setDunningSchedule` is asked with. */
export type SetDunningScheduleInput = {
  /** The account that it belongs to. */
  accountId: Scalars['ID']['input'];
  /** At most 10, each 1 to 365. */
  afterDays?: InputMaybe<Array<Scalars['Int']['input']>>;
  /** 1 to 365; null takes the step away. */
  beforeDays?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 365; null takes the step away. */
  uncollectibleAfterDays?: InputMaybe<Scalars['Int']['input']>;
};

/** What `setKeepAlive` is asked with. */
export type SetKeepAliveInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Days of one UTC day at the most, 1 to 1,000,000,000; without it, as many as it takes. */
  dailyCap?: InputMaybe<Scalars['Days']['input']>;
  /** Off, unless given. 1 to 36,500. */
  minDays?: InputMaybe<Scalars['Days']['input']>;
  /** Who is served first where days are short. */
  order?: KeepAliveOrder;
};

/** What `setMailPreferences` is asked with. */
export type SetMailPreferencesInput = {
  /** A partner’s own account; staff name one. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** All else is sent. INVOICE, OVERDUE and CREDIT_NOTE can’t be here. */
  unwanted: Array<MailKind>;
};

/** What `setPriceAgreement` is asked with. */
export type SetPriceAgreementInput = {
  /** The account that it belongs to. */
  accountId: Scalars['ID']['input'];
  /** Invoices open as they are requested, without staff. */
  autoPrepare?: Scalars['Boolean']['input'];
  /** Price of one channel for 30 days. */
  channelMonthAmount: Scalars['MinorUnits']['input'];
  /** ISO 4217. */
  currency: Scalars['String']['input'];
  /** Price of one loose day. Without it, a thirtieth of the price of a channel for 30 days. */
  looseDayAmount?: InputMaybe<Scalars['MinorUnits']['input']>;
  /** 0 to 365. */
  paymentTermDays?: Scalars['Int']['input'];
  /** The buyer owes the tax. */
  reverseCharge?: Scalars['Boolean']['input'];
  /** The number under which it is taxed; null where none is printed. */
  taxId?: InputMaybe<Scalars['String']['input']>;
  /** 0 to 1,000,000. */
  taxPartsPerMillion?: Scalars['Int']['input'];
  /** At most 100, rising. */
  tiers?: Array<PriceTierInput>;
  /** Now, unless given; never in the past. */
  validFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** 0 to 10,000. */
  yearlyDiscountBasisPoints?: Scalars['Int']['input'];
};

/** The whole of it: what is left out is taken away. */
export type SetProviderProfileInput = {
  /** Where it is, as it is printed. */
  address: PostalAddressInput;
  /** Where it is paid to by bank transfer; null where none is printed. */
  bankAccount?: InputMaybe<BankAccountInput>;
  /** An address for mail. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** At most 2,000 characters. */
  footer?: InputMaybe<Scalars['String']['input']>;
  /** The full name, as in the register. */
  legalName: Scalars['String']['input'];
  /** The same for sandbox accounts. */
  sandboxSeries?: InputMaybe<Scalars['String']['input']>;
  /** Of numbers to come; stays as it is, unless given. */
  series?: InputMaybe<Scalars['String']['input']>;
  /** The number under which it is taxed; null where none is printed. */
  taxId?: InputMaybe<TaxIdInput>;
};

/** What `subscribeChannel` is asked with. */
export type SubscribeChannelInput = {
  /** Where the payer comes back to without paying. */
  cancelUrl?: InputMaybe<Scalars['String']['input']>;
  /** The channel that it is about. */
  channelId: Scalars['ID']['input'];
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The plan, one of the account’s `plans`. */
  planId: Scalars['ID']['input'];
  /** Where the payer comes back to after paying. */
  successUrl?: InputMaybe<Scalars['String']['input']>;
};

/** Its form and its check digits are checked. */
export type TaxIdInput = {
  /** ISO 3166, two letters: GR for Greece, GB for Northern Ireland too. */
  country: Scalars['String']['input'];
  /** With or without the country’s prefix, blanks and dots. */
  value: Scalars['String']['input'];
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

/** What `transferDays` is asked with. */
export type TransferDaysInput = {
  /** Why, for whoever reads the ledger or the audit log later. */
  comment?: InputMaybe<Scalars['String']['input']>;
  /** How many days. */
  days: Scalars['Days']['input'];
  /** The channel that gives the days. */
  fromChannelId: Scalars['ID']['input'];
  /** Of the caller’s choice, 255 characters at the most, unique in its account: the same call under the same key happens once. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The channel that takes the days. */
  toChannelId: Scalars['ID']['input'];
};

/** A field that is left out stays as it is. */
export type UpdateAccountInput = {
  /** The account that it belongs to. */
  accountId: Scalars['ID']['input'];
  /** Whether days are bought ahead, or billed once they are used. */
  billingMode?: InputMaybe<BillingMode>;
  /** How far below 0 a postpaid account’s available days may go. */
  creditLimit?: InputMaybe<Scalars['Days']['input']>;
  /** Null takes it away. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** Trials at once. */
  maxTrials?: InputMaybe<Scalars['Int']['input']>;
  /** What it is called. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** What it is now. */
  status?: InputMaybe<AccountStatus>;
  /** The length of a trial. */
  trialDays?: InputMaybe<Scalars['Days']['input']>;
};

/** A field that is left out stays as it is. */
export type UpdateChannelInput = {
  /** The channel that it is about. */
  channelId: Scalars['ID']['input'];
  /** Null takes it away. */
  externalId?: InputMaybe<Scalars['String']['input']>;
  /** Null takes it away. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** What it is called. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** A field that is left out stays as it is. */
export type UpdateWebhookEndpointInput = {
  /** Null takes it away. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Null for all. */
  eventTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Its id. */
  id: Scalars['ID']['input'];
  /** Its address. */
  url?: InputMaybe<Scalars['String']['input']>;
};

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
