/** How an account pays, as a choice of a form. */
export const BILLING_MODES = [
  { value: 'PREPAID', label: 'Prepaid' },
  { value: 'POSTPAID', label: 'Postpaid' },
]
