/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Types from '../schema.generated';

import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

/** What a threshold is measured in. */
export type LowBalanceMeasure =
  /** Available days. */
  | 'DAYS'
  /** Days that the balance lasts. */
  | 'RUNWAY_DAYS';

export type TimeMachineQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type TimeMachineQuery = { account: { id: string, now: string, sandbox: boolean, balance: { accountId: string, available: number, sequence: number } } };

export type TimeMachineAdvanceMutationVariables = Exact<{
  accountId?: string | null | undefined;
  to: string;
}>;


export type TimeMachineAdvanceMutation = { advanceClock: { id: string, now: string, balance: { accountId: string, available: number, sequence: number } } };

export type TimeMachineEventsQueryVariables = Exact<{
  accountId?: string | null | undefined;
  after?: number | null | undefined;
}>;


export type TimeMachineEventsQuery = { events: { nodes: Array<
      | { __typename: 'BalanceChange', days: number, available: number, sequence: number, type: string, occurredAt: string, transaction: { id: string, kind: Types.LedgerTransactionKind, channel: { id: string, name: string } | null } }
      | { __typename: 'DayExpiryChange', reason: Types.DayExpiryReason, paidUntil: string | null, sequence: number, type: string, occurredAt: string, channel: { id: string, name: string } }
      | { __typename: 'InvoiceChange', status: Types.InvoiceStatus, sequence: number, type: string, occurredAt: string, invoice: { id: string, number: string | null } }
      | { __typename: 'LowBalance', measure: Types.LowBalanceMeasure, threshold: number, available: number, sequence: number, type: string, occurredAt: string }
      | { __typename: 'OtherEvent', subject: string | null, sequence: number, type: string, occurredAt: string }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };


export const TimeMachineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TimeMachine"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"now"}},{"kind":"Field","name":{"kind":"Name","value":"sandbox"}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}}]}}]}}]}}]} as unknown as DocumentNode<TimeMachineQuery, TimeMachineQueryVariables>;
export const TimeMachineAdvanceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TimeMachineAdvance"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"advanceClock"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"now"}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}}]}}]}}]}}]} as unknown as DocumentNode<TimeMachineAdvanceMutation, TimeMachineAdvanceMutationVariables>;
export const TimeMachineEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TimeMachineEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Sequence"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BalanceChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"days"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"transaction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DayExpiryChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"paidUntil"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvoiceChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"invoice"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"number"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LowBalance"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"measure"}},{"kind":"Field","name":{"kind":"Name","value":"threshold"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OtherEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subject"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<TimeMachineEventsQuery, TimeMachineEventsQueryVariables>;