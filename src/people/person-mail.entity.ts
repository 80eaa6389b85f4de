import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Invitation } from './invitation.entity'
import { Person } from './person.entity'

export enum PersonMailPurpose {
  INVITATION = 'INVITATION',
  PASSWORD_RESET = 'PASSWORD_RESET',
}

/**
 * A mail with a link that waits to be sent; it is gone once it was. What it says is nowhere kept, and its link is made in
 * the moment in which it is sent. One for an address that nobody has is written too, and comes to nothing.
 */
@Entity('person_mail')
@Index('person_mail_due', ['nextAttemptAt'])
@Check('person_mail_purpose_known', `purpose IN ('INVITATION', 'PASSWORD_RESET')`)
@Check('person_mail_about', `(purpose = 'INVITATION') = (invitation_id IS NOT NULL)`)
export class PersonMail {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'person_mail_pkey', collation: 'C' })
  id: string

  @Column('text')
  purpose: PersonMailPurpose

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => Invitation, { name: 'person_mail_invitation' })
  invitationId: string | null

  @Column('text')
  recipient: string

  @Column('integer', { default: 0 })
  attempts: number

  /** Of one under way: until then it is nobody else's. */
  @Column({ type: 'timestamptz', precision: 3 })
  nextAttemptAt: Date

  /** Past it there is no use in sending it. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date
}

/** The digest of a link that was mailed: to accept an invitation, or for a person to set a new password. Good once. */
@Entity('mailed_link')
@Check('mailed_link_digest_sized', 'octet_length(digest) = 32')
@Check('mailed_link_about_one', 'num_nonnulls(invitation_id, person_id) = 1')
@Index('mailed_link_of_invitation', ['invitationId'], { where: 'invitation_id IS NOT NULL' })
@Index('mailed_link_of_person', ['personId'], { where: 'person_id IS NOT NULL' })
export class MailedLink {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'mailed_link_pkey' })
  digest: Buffer

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => Invitation, { name: 'mailed_link_invitation' })
  invitationId: string | null

  @Column({ type: 'text', collation: 'C', nullable: true })
  @ForeignKey(() => Person, { name: 'mailed_link_person' })
  personId: string | null

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date
}
