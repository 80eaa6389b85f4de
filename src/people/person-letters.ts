import type { Letter } from '../mail/mail-letter'
import { dateText } from '../documents/document-words'
import type { Invitation } from './invitation.entity'
import { PersonRole } from './person-role'

const WHAT: Readonly<Record<PersonRole, string>> = {
  [PersonRole.OWNER]: 'as an owner',
  [PersonRole.BILLING]: 'for its billing',
  [PersonRole.VIEWER]: 'to look at it',
  [PersonRole.OPERATOR]: 'as an operator',
  [PersonRole.ADMIN]: 'as an administrator',
}

/** A link is in no address that a server sees: behind a # it stays in the browser. */
export function invitationLetter(
  { name, role, expiresAt }: Pick<Invitation, 'name' | 'role' | 'expiresAt'>,
  where: string,
  publicUrl: string,
  token: string,
): Letter {
  return {
    subject: `You are invited to ${where}`,
    preheader: `Set a password, and you can sign in.`,
    heading: `You are invited to ${where}`,
    paragraphs: [`Hello ${name},`, `You are invited to ${where}, ${WHAT[role]}. Set a password, and you can sign in.`],
    figures: [['Good until', dateText(expiresAt)]],
    button: { label: 'Accept the invitation', url: `${publicUrl}/invitation#${token}` },
    closing: ['The link is good once. If you don’t know what this is about, leave it be: nothing happens.'],
  }
}

export function resetLetter(name: string, minutes: number, publicUrl: string, token: string): Letter {
  return {
    subject: 'Set a new password',
    preheader: 'Somebody has asked for a new password.',
    heading: 'Set a new password',
    paragraphs: [
      `Hello ${name},`,
      'Somebody, you we hope, has asked for a new password. Once it is set, all that are signed in with the old one are signed out.',
    ],
    figures: [['Good for', `${minutes} minutes`]],
    button: { label: 'Set a new password', url: `${publicUrl}/reset-password#${token}` },
    closing: ['The link is good once. If it was not you, leave it be: your password stays as it is.'],
  }
}
