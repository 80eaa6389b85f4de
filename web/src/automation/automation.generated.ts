/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Types from '../schema.generated';

import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

export type AutomationQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type AutomationQuery = { account: { id: string, now: string, billingMode: Types.BillingMode, keepAlive: { minDays: number, dailyCap: number | null, order: Types.KeepAliveOrder, spentToday: number, shortSince: string | null, shortage: Types.KeepAliveShortage | null } | null, autoTopUp: { enabled: boolean, armed: boolean, belowDays: number, targetDays: number, monthlyCapChannels: number | null, requestedThisMonth: number, coolDownHours: number, failures: number, nextLookAt: string | null } | null, billingSchedule: { kind: Types.BillingScheduleKind, channels: number | null, nextAt: string | null }, savedCard: { brand: string, lastFour: string, expiryMonth: number, expiryYear: number } | null, balance: { accountId: string, available: number, sequence: number, forecast: { at: string, daysPerDay: number, runningChannels: number } } } };

export type AutomationKeepAlivePreviewQueryVariables = Exact<{
  accountId?: string | null | undefined;
  minDays?: number | null | undefined;
  dailyCap?: number | null | undefined;
  order: Types.KeepAliveOrder;
  after?: string | null | undefined;
}>;


export type AutomationKeepAlivePreviewQuery = { previewKeepAlive: { at: string, target: string, neededDays: number, days: number, missingDays: number, capLeft: number | null, balanceAfter: number, servedChannels: number, unservedChannels: number, shortage: Types.KeepAliveShortage | null, allocations: { nodes: Array<{ place: number, neededDays: number, days: number, paidUntil: string, served: boolean, channel: { id: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } };

export type AutomationTopUpPreviewQueryVariables = Exact<{
  accountId?: string | null | undefined;
  channels?: number | null | undefined;
}>;


export type AutomationTopUpPreviewQuery = { previewInvoice: { total: { amount: number, currency: string } } };

export type SetKeepAliveMutationVariables = Exact<{
  accountId?: string | null | undefined;
  minDays?: number | null | undefined;
  dailyCap?: number | null | undefined;
  order: Types.KeepAliveOrder;
}>;


export type SetKeepAliveMutation = { setKeepAlive: { id: string, keepAlive: { minDays: number, dailyCap: number | null, order: Types.KeepAliveOrder, spentToday: number, shortSince: string | null, shortage: Types.KeepAliveShortage | null } | null, balance: { accountId: string, available: number, sequence: number } } };

export type SetAutoTopUpMutationVariables = Exact<{
  accountId?: string | null | undefined;
  belowDays?: number | null | undefined;
  targetDays?: number | null | undefined;
  monthlyCapChannels?: number | null | undefined;
  coolDownHours: number;
}>;


export type SetAutoTopUpMutation = { setAutoTopUp: { id: string, autoTopUp: { enabled: boolean, armed: boolean, belowDays: number, targetDays: number, monthlyCapChannels: number | null, requestedThisMonth: number, coolDownHours: number, failures: number, nextLookAt: string | null } | null } };

export type SetBillingScheduleMutationVariables = Exact<{
  accountId?: string | null | undefined;
  kind: Types.BillingScheduleKind;
  channels?: number | null | undefined;
}>;


export type SetBillingScheduleMutation = { setBillingSchedule: { id: string, billingSchedule: { kind: Types.BillingScheduleKind, channels: number | null, nextAt: string | null } } };


export const AutomationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Automation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"now"}},{"kind":"Field","name":{"kind":"Name","value":"billingMode"}},{"kind":"Field","name":{"kind":"Name","value":"keepAlive"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"minDays"}},{"kind":"Field","name":{"kind":"Name","value":"dailyCap"}},{"kind":"Field","name":{"kind":"Name","value":"order"}},{"kind":"Field","name":{"kind":"Name","value":"spentToday"}},{"kind":"Field","name":{"kind":"Name","value":"shortSince"}},{"kind":"Field","name":{"kind":"Name","value":"shortage"}}]}},{"kind":"Field","name":{"kind":"Name","value":"autoTopUp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"armed"}},{"kind":"Field","name":{"kind":"Name","value":"belowDays"}},{"kind":"Field","name":{"kind":"Name","value":"targetDays"}},{"kind":"Field","name":{"kind":"Name","value":"monthlyCapChannels"}},{"kind":"Field","name":{"kind":"Name","value":"requestedThisMonth"}},{"kind":"Field","name":{"kind":"Name","value":"coolDownHours"}},{"kind":"Field","name":{"kind":"Name","value":"failures"}},{"kind":"Field","name":{"kind":"Name","value":"nextLookAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"billingSchedule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"channels"}},{"kind":"Field","name":{"kind":"Name","value":"nextAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"savedCard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"brand"}},{"kind":"Field","name":{"kind":"Name","value":"lastFour"}},{"kind":"Field","name":{"kind":"Name","value":"expiryMonth"}},{"kind":"Field","name":{"kind":"Name","value":"expiryYear"}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"forecast"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"daysPerDay"}},{"kind":"Field","name":{"kind":"Name","value":"runningChannels"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AutomationQuery, AutomationQueryVariables>;
export const AutomationKeepAlivePreviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AutomationKeepAlivePreview"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"minDays"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"dailyCap"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"order"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"KeepAliveOrder"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"previewKeepAlive"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"minDays"},"value":{"kind":"Variable","name":{"kind":"Name","value":"minDays"}}},{"kind":"Argument","name":{"kind":"Name","value":"dailyCap"},"value":{"kind":"Variable","name":{"kind":"Name","value":"dailyCap"}}},{"kind":"Argument","name":{"kind":"Name","value":"order"},"value":{"kind":"Variable","name":{"kind":"Name","value":"order"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"target"}},{"kind":"Field","name":{"kind":"Name","value":"neededDays"}},{"kind":"Field","name":{"kind":"Name","value":"days"}},{"kind":"Field","name":{"kind":"Name","value":"missingDays"}},{"kind":"Field","name":{"kind":"Name","value":"capLeft"}},{"kind":"Field","name":{"kind":"Name","value":"balanceAfter"}},{"kind":"Field","name":{"kind":"Name","value":"servedChannels"}},{"kind":"Field","name":{"kind":"Name","value":"unservedChannels"}},{"kind":"Field","name":{"kind":"Name","value":"shortage"}},{"kind":"Field","name":{"kind":"Name","value":"allocations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"place"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"neededDays"}},{"kind":"Field","name":{"kind":"Name","value":"days"}},{"kind":"Field","name":{"kind":"Name","value":"paidUntil"}},{"kind":"Field","name":{"kind":"Name","value":"served"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AutomationKeepAlivePreviewQuery, AutomationKeepAlivePreviewQueryVariables>;
export const AutomationTopUpPreviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AutomationTopUpPreview"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"channels"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"previewInvoice"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"channels"},"value":{"kind":"Variable","name":{"kind":"Name","value":"channels"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}}]}}]} as unknown as DocumentNode<AutomationTopUpPreviewQuery, AutomationTopUpPreviewQueryVariables>;
export const SetKeepAliveDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetKeepAlive"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"minDays"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"dailyCap"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"order"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"KeepAliveOrder"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setKeepAlive"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"minDays"},"value":{"kind":"Variable","name":{"kind":"Name","value":"minDays"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"dailyCap"},"value":{"kind":"Variable","name":{"kind":"Name","value":"dailyCap"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"order"},"value":{"kind":"Variable","name":{"kind":"Name","value":"order"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"keepAlive"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"minDays"}},{"kind":"Field","name":{"kind":"Name","value":"dailyCap"}},{"kind":"Field","name":{"kind":"Name","value":"order"}},{"kind":"Field","name":{"kind":"Name","value":"spentToday"}},{"kind":"Field","name":{"kind":"Name","value":"shortSince"}},{"kind":"Field","name":{"kind":"Name","value":"shortage"}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}}]}}]}}]}}]} as unknown as DocumentNode<SetKeepAliveMutation, SetKeepAliveMutationVariables>;
export const SetAutoTopUpDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetAutoTopUp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"belowDays"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"targetDays"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"monthlyCapChannels"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"coolDownHours"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setAutoTopUp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"belowDays"},"value":{"kind":"Variable","name":{"kind":"Name","value":"belowDays"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"targetDays"},"value":{"kind":"Variable","name":{"kind":"Name","value":"targetDays"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"monthlyCapChannels"},"value":{"kind":"Variable","name":{"kind":"Name","value":"monthlyCapChannels"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"coolDownHours"},"value":{"kind":"Variable","name":{"kind":"Name","value":"coolDownHours"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"autoTopUp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"armed"}},{"kind":"Field","name":{"kind":"Name","value":"belowDays"}},{"kind":"Field","name":{"kind":"Name","value":"targetDays"}},{"kind":"Field","name":{"kind":"Name","value":"monthlyCapChannels"}},{"kind":"Field","name":{"kind":"Name","value":"requestedThisMonth"}},{"kind":"Field","name":{"kind":"Name","value":"coolDownHours"}},{"kind":"Field","name":{"kind":"Name","value":"failures"}},{"kind":"Field","name":{"kind":"Name","value":"nextLookAt"}}]}}]}}]}}]} as unknown as DocumentNode<SetAutoTopUpMutation, SetAutoTopUpMutationVariables>;
export const SetBillingScheduleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetBillingSchedule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kind"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BillingScheduleKind"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"channels"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setBillingSchedule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kind"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"channels"},"value":{"kind":"Variable","name":{"kind":"Name","value":"channels"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"billingSchedule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"channels"}},{"kind":"Field","name":{"kind":"Name","value":"nextAt"}}]}}]}}]}}]} as unknown as DocumentNode<SetBillingScheduleMutation, SetBillingScheduleMutationVariables>;