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

/** What a threshold is measured in. */
export type LowBalanceMeasure =
  /** Available days. */
  | 'DAYS'
  /** Days that the balance lasts. */
  | 'RUNWAY_DAYS';

export type AlertsSettingsQueryVariables = Exact<{
  accountId?: string | null | undefined;
}>;


export type AlertsSettingsQuery = { account: { id: string, now: string, alerts: { lowBalanceDays: Array<number>, lowRunwayDays: Array<number>, noticeDays: Array<number> }, balance: { accountId: string, available: number, sequence: number, forecast: { at: string, daysPerDay: number, runningChannels: number, runsOutAt: string | null } } } };

export type SetAlertsMutationVariables = Exact<{
  accountId?: string | null | undefined;
  lowBalanceDays?: Array<number> | null | undefined;
  lowRunwayDays?: Array<number> | null | undefined;
  noticeDays?: Array<number> | null | undefined;
}>;


export type SetAlertsMutation = { setAlerts: { id: string, alerts: { lowBalanceDays: Array<number>, lowRunwayDays: Array<number>, noticeDays: Array<number> } } };

export type AlertsLatelyQueryVariables = Exact<{
  accountId?: string | null | undefined;
  after: number;
}>;


export type AlertsLatelyQuery = { events: { nodes: Array<
      | { accountId: string, sequence: number, type: string, occurredAt: string }
      | { reason: Types.DayExpiryReason, paidUntil: string | null, unusedDays: number, accountId: string, sequence: number, type: string, occurredAt: string, channel: { id: string, name: string } }
      | { accountId: string, sequence: number, type: string, occurredAt: string }
      | { measure: Types.LowBalanceMeasure, threshold: number, available: number, runsOutAt: string | null, accountId: string, sequence: number, type: string, occurredAt: string }
      | { accountId: string, sequence: number, type: string, occurredAt: string }
    > } };


export const AlertsSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AlertsSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"now"}},{"kind":"Field","name":{"kind":"Name","value":"alerts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lowBalanceDays"}},{"kind":"Field","name":{"kind":"Name","value":"lowRunwayDays"}},{"kind":"Field","name":{"kind":"Name","value":"noticeDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"balance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"forecast"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"daysPerDay"}},{"kind":"Field","name":{"kind":"Name","value":"runningChannels"}},{"kind":"Field","name":{"kind":"Name","value":"runsOutAt"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AlertsSettingsQuery, AlertsSettingsQueryVariables>;
export const SetAlertsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetAlerts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"lowBalanceDays"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"lowRunwayDays"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"noticeDays"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Days"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setAlerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"lowBalanceDays"},"value":{"kind":"Variable","name":{"kind":"Name","value":"lowBalanceDays"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"lowRunwayDays"},"value":{"kind":"Variable","name":{"kind":"Name","value":"lowRunwayDays"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"noticeDays"},"value":{"kind":"Variable","name":{"kind":"Name","value":"noticeDays"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alerts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lowBalanceDays"}},{"kind":"Field","name":{"kind":"Name","value":"lowRunwayDays"}},{"kind":"Field","name":{"kind":"Name","value":"noticeDays"}}]}}]}}]}}]} as unknown as DocumentNode<SetAlertsMutation, SetAlertsMutationVariables>;
export const AlertsLatelyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AlertsLately"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Sequence"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"sequence"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"DayExpiryChange"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"paidUntil"}},{"kind":"Field","name":{"kind":"Name","value":"unusedDays"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"LowBalance"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"measure"}},{"kind":"Field","name":{"kind":"Name","value":"threshold"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"runsOutAt"}}]}}]}}]}}]}}]} as unknown as DocumentNode<AlertsLatelyQuery, AlertsLatelyQueryVariables>;