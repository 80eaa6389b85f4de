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

export type AccountStatus =
  | 'ACTIVE'
  /** It can read, and nothing else, for good. */
  | 'CLOSED'
  /** It can read, and nothing else. */
  | 'SUSPENDED';

/** At most 10,000 items, each of another channel. */
export type AllocateDaysInBulkInput = {
  comment?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  items: Array<AllocationItem>;
  mode?: BulkMode;
};

export type AllocateDaysInput = {
  channelId: Scalars['ID']['input'];
  comment?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 36,500. */
  days: Scalars['Days']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type AllocationItem = {
  channelId: Scalars['ID']['input'];
  /** 1 to 36,500. */
  days: Scalars['Days']['input'];
};

export type AuditFilter = {
  /** The name of a mutation. */
  action?: InputMaybe<Scalars['String']['input']>;
  /** As it is shown: the id of a token, or `staff`. */
  actor?: InputMaybe<Scalars['String']['input']>;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  outcome?: InputMaybe<AuditOutcome>;
  /** The id of what it was done to, or the name of a job. */
  subject?: InputMaybe<Scalars['String']['input']>;
  /** Itself not in it. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
};

export type AuditOrigin =
  | 'HTTP'
  | 'SOCKET';

export type AuditOutcome =
  | 'DONE'
  | 'REFUSED';

/** With an IBAN, or with instructions. */
export type BankAccountInput = {
  bic?: InputMaybe<Scalars['String']['input']>;
  holder: Scalars['String']['input'];
  iban?: InputMaybe<Scalars['String']['input']>;
  /** At most 2,000 characters. */
  instructions?: InputMaybe<Scalars['String']['input']>;
};

export type BillingMode =
  /** The balance may run down to minus the credit limit. */
  | 'POSTPAID'
  /** Days are bought before they are allocated. */
  | 'PREPAID';

export type BillingScheduleKind =
  /** At the start of each UTC month, for a number of channels. */
  | 'MONTHLY_FIXED'
  /** At the start of each UTC month, for the channels that the account manages then: not deleted, and running or within 30 days of their end. */
  | 'MONTHLY_MANAGED'
  /** Invoices are asked for one by one. */
  | 'ON_REQUEST';

export type BulkMode =
  /** All items or none. */
  | 'ATOMIC'
  /** Each item for itself, in their order. */
  | 'PARTIAL';

/** What pays for a channel. */
export type ChannelBilling =
  | 'BALANCE'
  | 'SUBSCRIPTION';

export type ChannelFilter = {
  /** Only those whose time ends before this. */
  endsBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Part of the name or the externalId, in any case. */
  search?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<Array<ChannelStatus>>;
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

export type ChannelSubscriptionStatus =
  /** It is paid. */
  | 'ACTIVE'
  /** It has ended. */
  | 'CANCELED'
  /** Its first period is not paid yet. */
  | 'INCOMPLETE'
  /** A later period is not paid: the channel runs on for 3 days. */
  | 'PAST_DUE';

export type ChargebackStatus =
  /** The days stay taken back. */
  | 'LOST'
  /** The money is withdrawn, and the bank has not decided: the days are taken back. */
  | 'OPEN'
  /** The money is back, and so are the days. */
  | 'WON';

export type CreateAccountInput = {
  billingMode?: BillingMode;
  creditLimit?: Scalars['Days']['input'];
  email?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  maxTrials?: Scalars['Int']['input'];
  name: Scalars['String']['input'];
  sandbox?: Scalars['Boolean']['input'];
  trialDays?: Scalars['Days']['input'];
};

export type CreateChannelInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Allocated at once from the balance. */
  days?: InputMaybe<Scalars['Days']['input']>;
  externalId?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  name: Scalars['String']['input'];
  trial?: Scalars['Boolean']['input'];
};

export type CreateTokenInput = {
  /** A partner’s own; staff name one, or none for a token of staff. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Never, unless given. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  name: Scalars['String']['input'];
  scopes: Array<Scope>;
};

export type CreateWebhookEndpointInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** The last sequence that is not sent; 0 for all from the first on. From now on, unless given. */
  after?: InputMaybe<Scalars['Sequence']['input']>;
  description?: InputMaybe<Scalars['String']['input']>;
  /** Types, or all of a noun as `invoice.*`; all, unless given. */
  eventTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** With https, on the public internet. */
  url: Scalars['String']['input'];
};

/** Why the end of a channel’s days moved. */
export type DayExpiryReason =
  | 'ALLOCATED'
  | 'DELETED'
  | 'EXPIRED'
  | 'NEAR'
  | 'RELEASED'
  | 'RENEWAL_FAILED'
  | 'RENEWED'
  | 'SUBSCRIPTION'
  | 'TRANSFERRED'
  | 'TRIAL';

export type DeleteChannelInput = {
  channelId: Scalars['ID']['input'];
  comment?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Every failure is an entry of `errors` whose `extensions.code` is one of these, with the figures a program needs beside it. A mutation does all that it says, or nothing. */
export type ErrorCode =
  | 'ACCOUNT_CLOSED'
  | 'ACCOUNT_OVERDUE'
  | 'ACCOUNT_SUSPENDED'
  | 'BAD_REQUEST'
  | 'BAD_USER_INPUT'
  | 'CHANNEL_DELETED'
  | 'CHANNEL_NOT_ON_SUBSCRIPTION'
  | 'CHANNEL_ON_SUBSCRIPTION'
  | 'CONFLICT'
  | 'DAYS_OWED'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'IDEMPOTENCY_CONFLICT'
  | 'INSUFFICIENT_DAYS'
  | 'INTERNAL'
  | 'INVOICE_STATE'
  | 'NOTHING_TO_RELEASE'
  | 'NOT_FOUND'
  | 'NO_PRICE_AGREEMENT'
  | 'NO_PROVIDER_PROFILE'
  | 'PAYMENT_AMOUNT'
  | 'PAYMENT_PROVIDER'
  | 'QUERY_TOO_EXPENSIVE'
  | 'RATE_LIMITED'
  | 'TRIAL_NOT_ALLOWED'
  | 'UNAUTHENTICATED'
  | 'UNAVAILABLE';

export type InvitePersonInput = {
  /** A partner’s own; staff name one, or none for a person of staff. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  email: Scalars['String']['input'];
  name: Scalars['String']['input'];
  role: PersonRole;
};

export type InvoiceCause =
  /** The balance had fallen below the threshold of the account’s top-up. */
  | 'AUTO_TOP_UP'
  /** Somebody asked for it. */
  | 'REQUEST'
  /** The account’s billing schedule. */
  | 'SCHEDULE'
  /** The close of a month: it bills days that were used. */
  | 'USAGE';

export type InvoiceFilter = {
  overdue?: InputMaybe<Scalars['Boolean']['input']>;
  status?: InputMaybe<Array<InvoiceStatus>>;
};

export type InvoiceLineKind =
  | 'CHANNELS'
  | 'LOOSE_DAYS'
  | 'USAGE';

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

export type IssueCreditNoteInput = {
  /** 0 to the price of the days, which it is unless given. */
  amount?: InputMaybe<Scalars['MinorUnits']['input']>;
  /** All that are left of the invoice, unless given. */
  days?: InputMaybe<Scalars['Days']['input']>;
  idempotencyKey: Scalars['String']['input'];
  /** A paid one. */
  invoiceId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  /** Whether cards that paid the invoice are refunded at once; else staff record how the money went back. */
  refundCards?: Scalars['Boolean']['input'];
};

export type JobRunState =
  /** It failed for good. The next instant of the schedule, or runJob, runs it anew. */
  | 'FAILED'
  /** It failed and is tried again, later each time. */
  | 'RETRYING'
  | 'RUNNING'
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

export type LedgerAccount =
  | 'ALLOCATED'
  | 'AVAILABLE'
  | 'ISSUED'
  | 'USED';

export type LedgerTransactionKind =
  | 'ALLOCATION'
  | 'BURN'
  | 'CHARGEBACK'
  | 'CHARGEBACK_REVERSAL'
  | 'CORRECTION'
  | 'CREDIT_NOTE'
  | 'GRANT'
  | 'PURCHASE'
  | 'RELEASE'
  | 'TRANSFER';

export type LotFilter = {
  /** Whether days of it are left. */
  open?: InputMaybe<Scalars['Boolean']['input']>;
};

export type LowBalanceMeasure =
  | 'DAYS'
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

export type MailState =
  /** The mail server refused it for good, or did not take it for three days. */
  | 'FAILED'
  /** It waits for its next attempt, or is under way. */
  | 'PENDING'
  /** The mail server has taken it. */
  | 'SENT'
  /** There was no address, or nobody wants it any longer: error says why. */
  | 'SKIPPED';

export type PaymentMethod =
  | 'BANK_TRANSFER'
  | 'CARD'
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

export type PlanInterval =
  | 'MONTH'
  | 'YEAR';

export type PostalAddressInput = {
  city: Scalars['String']['input'];
  /** ISO 3166, two letters. */
  country: Scalars['String']['input'];
  /** 1 to 4: street and house, building, care of. */
  lines: Array<Scalars['String']['input']>;
  postcode?: InputMaybe<Scalars['String']['input']>;
  /** A state or a province. */
  region?: InputMaybe<Scalars['String']['input']>;
};

export type PriceTierInput = {
  channelMonthAmount: Scalars['MinorUnits']['input'];
  /** 1 to 1,000,000, and more than the tier before it. */
  fromChannels: Scalars['Int']['input'];
};

export type ProviderEventState =
  /** What it was about has been fetched and applied. */
  | 'DONE'
  /** Of the other mode, of somebody else’s objects, or about nothing that is applied here. */
  | 'IGNORED'
  /** It failed too often, and waits for `replayProviderEvent`. */
  | 'PARKED'
  /** It is looked at next, or tried again. */
  | 'PENDING';

export type RecordPaymentInput = {
  /** 1 to what is outstanding. */
  amount: Scalars['MinorUnits']['input'];
  /** Refused where it is not the invoice’s. */
  currency?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey: Scalars['String']['input'];
  invoiceId: Scalars['ID']['input'];
  method: PaymentMethod;
  /** Now, unless given; never in the future. */
  receivedAt?: InputMaybe<Scalars['DateTime']['input']>;
  reference?: InputMaybe<Scalars['String']['input']>;
};

/** Of a credit note, or of a returned payment. */
export type RecordRefundInput = {
  /** 1 to what has still to go back. */
  amount: Scalars['MinorUnits']['input'];
  creditNoteId?: InputMaybe<Scalars['ID']['input']>;
  idempotencyKey: Scalars['String']['input'];
  invoiceId: Scalars['ID']['input'];
  method: PaymentMethod;
  paymentReturnId?: InputMaybe<Scalars['ID']['input']>;
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Now, unless given; never in the future. */
  refundedAt?: InputMaybe<Scalars['DateTime']['input']>;
};

export type RefundStatus =
  /** The money has still to go back, in another way. */
  | 'FAILED'
  /** The payment provider is at it. */
  | 'PENDING'
  /** The money has gone back. */
  | 'SUCCEEDED';

export type ReleaseDaysInput = {
  channelId: Scalars['ID']['input'];
  comment?: InputMaybe<Scalars['String']['input']>;
  /** All that are unused, unless given. */
  days?: InputMaybe<Scalars['Days']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Channels, loose days, or both. */
export type RequestInvoiceInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 1,000,000, each for 30 days. */
  channels?: InputMaybe<Scalars['Int']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 36,500,000. */
  looseDays?: InputMaybe<Scalars['Days']['input']>;
  purchaseOrder?: InputMaybe<Scalars['String']['input']>;
};

export type ReturnPaymentInput = {
  /** 1 to what is left of the payment, which it is unless given. */
  amount?: InputMaybe<Scalars['MinorUnits']['input']>;
  idempotencyKey: Scalars['String']['input'];
  /** One that is not paid in full. */
  invoiceId: Scalars['ID']['input'];
  /** How it was paid back. CARD, unless given where a card has paid: then the card is refunded by this. */
  method?: InputMaybe<PaymentMethod>;
  paymentId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Now, unless given; never in the future. */
  returnedAt?: InputMaybe<Scalars['DateTime']['input']>;
};

export type ReturnUnappliedPaymentInput = {
  /** 1 to what of the payment is unapplied, which it is unless given. */
  amount?: InputMaybe<Scalars['MinorUnits']['input']>;
  idempotencyKey: Scalars['String']['input'];
  /** That the payment came for. */
  invoiceId: Scalars['ID']['input'];
  /** How it was paid back. CARD, unless given where a card has paid: then the card is refunded by this. */
  method?: InputMaybe<PaymentMethod>;
  paymentId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  reference?: InputMaybe<Scalars['String']['input']>;
  /** Now, unless given; never in the future. */
  returnedAt?: InputMaybe<Scalars['DateTime']['input']>;
};

export type Role =
  | 'PARTNER'
  | 'STAFF';

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

export type SetAutoRenewInput = {
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
  address?: InputMaybe<PostalAddressInput>;
  email?: InputMaybe<Scalars['String']['input']>;
  legalName?: InputMaybe<Scalars['String']['input']>;
  purchaseOrder?: InputMaybe<Scalars['String']['input']>;
  /** At most 5, the first of which counts most. */
  taxIds?: InputMaybe<Array<TaxIdInput>>;
};

export type SetBillingScheduleInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Of MONTHLY_FIXED, and only of it: 1 to 1,000,000. */
  channels?: InputMaybe<Scalars['Int']['input']>;
  kind: BillingScheduleKind;
};

export type SetChannelPriceInput = {
  /** Minor units that you ask for 30 days, up to 1,000,000,000. Null, with the currency, takes it away. */
  amount?: InputMaybe<Scalars['MinorUnits']['input']>;
  channelId: Scalars['ID']['input'];
  /** ISO 4217. */
  currency?: InputMaybe<Scalars['String']['input']>;
};

export type SetDunningScheduleInput = {
  accountId: Scalars['ID']['input'];
  /** At most 10, each 1 to 365. */
  afterDays?: InputMaybe<Array<Scalars['Int']['input']>>;
  /** 1 to 365; null takes the step away. */
  beforeDays?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 365; null takes the step away. */
  uncollectibleAfterDays?: InputMaybe<Scalars['Int']['input']>;
};

export type SetKeepAliveInput = {
  /** Staff name the account; a partner’s token implies it. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Days of one UTC day at the most, 1 to 1,000,000,000; without it, as many as it takes. */
  dailyCap?: InputMaybe<Scalars['Days']['input']>;
  /** Off, unless given. 1 to 36,500. */
  minDays?: InputMaybe<Scalars['Days']['input']>;
  order?: KeepAliveOrder;
};

export type SetMailPreferencesInput = {
  /** A partner’s own account; staff name one. */
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** All else is sent. INVOICE, OVERDUE and CREDIT_NOTE can’t be here. */
  unwanted: Array<MailKind>;
};

export type SetPriceAgreementInput = {
  accountId: Scalars['ID']['input'];
  autoPrepare?: Scalars['Boolean']['input'];
  /** Price of one channel for 30 days. */
  channelMonthAmount: Scalars['MinorUnits']['input'];
  /** ISO 4217. */
  currency: Scalars['String']['input'];
  /** Price of one loose day. Without it, a thirtieth of the price of a channel for 30 days. */
  looseDayAmount?: InputMaybe<Scalars['MinorUnits']['input']>;
  /** 0 to 365. */
  paymentTermDays?: Scalars['Int']['input'];
  reverseCharge?: Scalars['Boolean']['input'];
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
  address: PostalAddressInput;
  bankAccount?: InputMaybe<BankAccountInput>;
  email?: InputMaybe<Scalars['String']['input']>;
  /** At most 2,000 characters. */
  footer?: InputMaybe<Scalars['String']['input']>;
  legalName: Scalars['String']['input'];
  /** The same for sandbox accounts. */
  sandboxSeries?: InputMaybe<Scalars['String']['input']>;
  /** Of numbers to come; stays as it is, unless given. */
  series?: InputMaybe<Scalars['String']['input']>;
  taxId?: InputMaybe<TaxIdInput>;
};

export type SubscribeChannelInput = {
  /** Where the payer comes back to without paying. */
  cancelUrl?: InputMaybe<Scalars['String']['input']>;
  channelId: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
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

export type TaxIdKind =
  | 'AU_ABN'
  | 'BR_CNPJ'
  | 'CA_BN'
  | 'CH_VAT'
  | 'EU_VAT'
  | 'GB_VAT'
  | 'IN_GST'
  | 'IS_VAT'
  | 'JP_CN'
  | 'KR_BRN'
  | 'LI_UID'
  | 'MX_RFC'
  | 'NO_VAT'
  | 'NZ_GST'
  /** Of a country whose ids are not checked, or written into a price agreement. */
  | 'OTHER'
  | 'RS_PIB'
  | 'SG_UEN'
  | 'TR_TIN'
  | 'US_EIN'
  | 'ZA_VAT';

export type TaxIdVerification =
  /** The payment provider is asking. */
  | 'PENDING'
  /** Nobody can tell. */
  | 'UNAVAILABLE'
  /** There is no such id, or it is somebody else’s. */
  | 'UNVERIFIED'
  | 'VERIFIED';

export type TransferDaysInput = {
  comment?: InputMaybe<Scalars['String']['input']>;
  days: Scalars['Days']['input'];
  fromChannelId: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  toChannelId: Scalars['ID']['input'];
};

/** A field that is left out stays as it is. */
export type UpdateAccountInput = {
  accountId: Scalars['ID']['input'];
  billingMode?: InputMaybe<BillingMode>;
  creditLimit?: InputMaybe<Scalars['Days']['input']>;
  /** Null takes it away. */
  email?: InputMaybe<Scalars['String']['input']>;
  maxTrials?: InputMaybe<Scalars['Int']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<AccountStatus>;
  trialDays?: InputMaybe<Scalars['Days']['input']>;
};

/** A field that is left out stays as it is. */
export type UpdateChannelInput = {
  channelId: Scalars['ID']['input'];
  /** Null takes it away. */
  externalId?: InputMaybe<Scalars['String']['input']>;
  /** Null takes it away. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
};

/** A field that is left out stays as it is. */
export type UpdateWebhookEndpointInput = {
  /** Null takes it away. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Null for all. */
  eventTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  id: Scalars['ID']['input'];
  url?: InputMaybe<Scalars['String']['input']>;
};

export type WebhookAttemptKind =
  | 'REPLAY'
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

export type WebhookReplayState =
  | 'DONE'
  | 'FAILED'
  | 'PENDING';

/** Where an endpoint that is enabled goes on. */
export type WebhookResume =
  /** With what happens from now on; what came before can be replayed. */
  | 'NOW'
  /** With the first event that was not received. */
  | 'WHERE_IT_STOPPED';
