/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type * as Types from '../schema.generated';

import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

export type StaffProviderProfileQueryVariables = Exact<{ [key: string]: never; }>;


export type StaffProviderProfileQuery = { providerProfile: StaffProfileFragment | null };

export type StaffProfileFragment = { legalName: string, createdAt: string, sample: boolean, email: string | null, footer: string | null, series: string, sandboxSeries: string, address: { lines: Array<string>, city: string, region: string | null, postcode: string | null, country: string }, taxId: { country: string | null, kind: Types.TaxIdKind, value: string } | null, bankAccount: { holder: string, iban: string | null, bic: string | null, instructions: string | null } | null };

export type StaffSetProviderProfileMutationVariables = Exact<{
  legalName: string;
  address: Types.PostalAddressInput;
  taxId?: Types.TaxIdInput | null | undefined;
  bankAccount?: Types.BankAccountInput | null | undefined;
  email?: string | null | undefined;
  footer?: string | null | undefined;
  series?: string | null | undefined;
  sandboxSeries?: string | null | undefined;
}>;


export type StaffSetProviderProfileMutation = { setProviderProfile: StaffProfileFragment };

export const StaffProfileFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"StaffProfile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProfile"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"legalName"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"sample"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"footer"}},{"kind":"Field","name":{"kind":"Name","value":"series"}},{"kind":"Field","name":{"kind":"Name","value":"sandboxSeries"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postcode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}},{"kind":"Field","name":{"kind":"Name","value":"taxId"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"country"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"bankAccount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"holder"}},{"kind":"Field","name":{"kind":"Name","value":"iban"}},{"kind":"Field","name":{"kind":"Name","value":"bic"}},{"kind":"Field","name":{"kind":"Name","value":"instructions"}}]}}]}}]} as unknown as DocumentNode<StaffProfileFragment, unknown>;
export const StaffProviderProfileDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"StaffProviderProfile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"providerProfile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"StaffProfile"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"StaffProfile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProfile"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"legalName"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"sample"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"footer"}},{"kind":"Field","name":{"kind":"Name","value":"series"}},{"kind":"Field","name":{"kind":"Name","value":"sandboxSeries"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postcode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}},{"kind":"Field","name":{"kind":"Name","value":"taxId"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"country"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"bankAccount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"holder"}},{"kind":"Field","name":{"kind":"Name","value":"iban"}},{"kind":"Field","name":{"kind":"Name","value":"bic"}},{"kind":"Field","name":{"kind":"Name","value":"instructions"}}]}}]}}]} as unknown as DocumentNode<StaffProviderProfileQuery, StaffProviderProfileQueryVariables>;
export const StaffSetProviderProfileDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StaffSetProviderProfile"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"legalName"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"address"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PostalAddressInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"taxId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TaxIdInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"bankAccount"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BankAccountInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"email"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"footer"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"series"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sandboxSeries"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setProviderProfile"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"legalName"},"value":{"kind":"Variable","name":{"kind":"Name","value":"legalName"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"address"},"value":{"kind":"Variable","name":{"kind":"Name","value":"address"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"taxId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"taxId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"bankAccount"},"value":{"kind":"Variable","name":{"kind":"Name","value":"bankAccount"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"email"},"value":{"kind":"Variable","name":{"kind":"Name","value":"email"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"footer"},"value":{"kind":"Variable","name":{"kind":"Name","value":"footer"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"series"},"value":{"kind":"Variable","name":{"kind":"Name","value":"series"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"sandboxSeries"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sandboxSeries"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"StaffProfile"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"StaffProfile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderProfile"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"legalName"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"sample"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"footer"}},{"kind":"Field","name":{"kind":"Name","value":"series"}},{"kind":"Field","name":{"kind":"Name","value":"sandboxSeries"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lines"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postcode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}},{"kind":"Field","name":{"kind":"Name","value":"taxId"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"country"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"bankAccount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"holder"}},{"kind":"Field","name":{"kind":"Name","value":"iban"}},{"kind":"Field","name":{"kind":"Name","value":"bic"}},{"kind":"Field","name":{"kind":"Name","value":"instructions"}}]}}]}}]} as unknown as DocumentNode<StaffSetProviderProfileMutation, StaffSetProviderProfileMutationVariables>;