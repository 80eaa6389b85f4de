import { Select } from '@mantine/core'
import { skipToken, useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { StaffAccountChoiceDocument, StaffAccountChoicesDocument } from './audit.generated'

/** Chooses an account by a part of its name or e-mail; none of them is all. */
export function AccountPicker(props: {
  value: string | null
  onChange: (accountId: string | null) => void
  label?: string
  placeholder?: string
}) {
  const { value, onChange, label = 'Account', placeholder = 'All accounts' } = props
  const [typed, setTyped] = useState('')
  const chosen = useQuery(StaffAccountChoiceDocument, value === null ? skipToken : { variables: { id: value } })
  const chosenAccount = value === null ? undefined : chosen.data?.account
  const isName = typed === '' || typed === chosenAccount?.name
  const [search] = useDebouncedValue(isName ? null : typed, 200)
  const found = useQuery(StaffAccountChoicesDocument, { variables: { search } })
  const choices = (found.data ?? found.previousData)?.accounts.nodes ?? []
  const shown =
    chosenAccount === undefined || choices.some(({ id }) => id === chosenAccount.id)
      ? choices
      : [chosenAccount, ...choices]
  return (
    <Select
      label={label}
      placeholder={placeholder}
      data={shown.map(({ id, name, sandbox }) => ({ value: id, label: sandbox ? `${name} (sandbox)` : name }))}
      value={value}
      onChange={onChange}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'All accounts' }}
      // The gateway has searched: by the e-mail too, which isn't shown.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      nothingFoundMessage="No account is like that"
    />
  )
}
