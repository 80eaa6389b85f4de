import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm'
import { Account } from '../accounts/account.entity'

export enum DocumentKind {
  /** As it was issued: open, or paid where it was of zero. */
  INVOICE = 'INVOICE',
  /** The same with the mark PAID. */
  INVOICE_PAID = 'INVOICE_PAID',
  /** The same with the mark VOID. */
  INVOICE_VOID = 'INVOICE_VOID',
  CREDIT_NOTE = 'CREDIT_NOTE',
}

/** The PDF of an invoice or a credit note. Append-only: whoever asks again, ever, gets these bytes. */
@Entity('document')
@Check('document_kind_known', `kind IN ('INVOICE', 'INVOICE_PAID', 'INVOICE_VOID', 'CREDIT_NOTE')`)
@Check('document_bytes_bounded', 'octet_length(bytes) BETWEEN 1 AND 8388608')
@Check('document_sha256_true', 'sha256 = sha256(bytes)')
@Check('document_file_name_safe', `file_name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$'`)
export class StoredDocument {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_pkey', collation: 'C' })
  @ForeignKey(() => Account, { name: 'document_account' })
  accountId: string

  /** The invoice or the credit note. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_pkey', collation: 'C' })
  subjectId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_pkey' })
  kind: DocumentKind

  @Column('text')
  fileName: string

  @Column('bytea')
  sha256: Buffer

  @Column('bytea')
  bytes: Buffer

  @Column({ type: 'timestamptz', precision: 3, default: () => 'daybook_now()' })
  renderedAt: Date
}

/** What was issued and is to be drawn, written with the issuing itself; gone as soon as it is drawn. */
@Entity('document_wanted')
@Index('document_wanted_in_order', ['wantedAt'])
export class DocumentWanted {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_wanted_pkey', collation: 'C' })
  accountId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_wanted_pkey', collation: 'C' })
  subjectId: string

  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_wanted_pkey' })
  kind: DocumentKind

  @Column({ type: 'timestamptz', precision: 3, default: () => 'daybook_now()' })
  wantedAt: Date
}
