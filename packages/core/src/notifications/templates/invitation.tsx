import { Role } from '@insula/contracts'
import { z } from 'zod'
import { Action, Aside, Letter, Paragraph, PlainLink, Words } from './letter.tsx'
import { clipped, defineTemplate, spellOut } from './template.ts'

const day = 24 * 60 * 60_000

export const invitation = defineTemplate({
  variables: z.strictObject({ tenantName: z.string(), invitedBy: z.string(), role: Role }),
  link: { kind: 'secret', lifetimeMs: 7 * day },
  ofTenants: true,
  perHour: 5,
  // It begins and ends with words of ours, so that nobody who invites writes a subject of their own.
  subject: ({ tenantName }) => `You are invited to ${clipped(tenantName)} on Insula`,
  body: ({ variables, link, linkExpiresAt, own }) => (
    <Letter
      own={own}
      preview={`Join ${variables.tenantName} on Insula.`}
      title={`Join ${variables.tenantName} on Insula`}
    >
      <Words own={own}>
        <Paragraph>
          {variables.invitedBy} invites you to work with them in {variables.tenantName}, as {variables.role}.
        </Paragraph>
      </Words>
      <Action href={link}>See the invitation</Action>
      <Aside>
        The button does not work? Open <PlainLink href={link} /> instead. The invitation is for this address
        alone
        {linkExpiresAt && ` and stands until ${spellOut(linkExpiresAt)}`}. If you do not know{' '}
        {variables.invitedBy}, leave this mail alone.
      </Aside>
    </Letter>
  ),
})
