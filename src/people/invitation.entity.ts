import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'
import type { PersonRole } from './person-role'
import { ROLE_FITS } from './person.entity'

/** That somebody may become a person of an account, or of staff where there is none. Good once, for seven days. */
@Entity('invitation')
@Index('invitation_of_account', ['accountId', 'id'])
@Index('invitation_by_email', ['email'], { where: 'accepted_at IS NULL AND revoked_at IS NULL' })
@Check('invitation_email_in_lower_case', 'email = lower(email)')
@Check('invitation_role_fits', ROLE_FITS)
@Check('invitation_ends_once', 'num_nonnulls(accepted_at, revoked_at) < 2')
export class Invitation {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'invitation_pkey', collation: 'C' })
  id: string

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => Account, { name: 'invitation_account' })
  accountId: string | null

  @Column('text')
  email: string

  @Column('text')
  name: string

  @Column('text')
  role: PersonRole

  /** As actors are written down. */
  @Column({ type: 'text', collation: 'C' })
  invitedBy: string

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  acceptedAt: Date | null

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null
}
