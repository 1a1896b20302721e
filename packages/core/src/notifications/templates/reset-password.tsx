import { z } from 'zod'
import { Action, Aside, Letter, Paragraph, PlainLink } from './letter.tsx'
import { defineTemplate, spellOut } from './template.ts'

export const resetPassword = defineTemplate({
  variables: z.strictObject({ name: z.string() }),
  link: { kind: 'secret', lifetimeMs: 60 * 60_000 },
  perHour: 5,
  subject: () => 'Reset your password',
  body: ({ variables, link, linkExpiresAt }) => (
    <Letter preview="Choose a new password." title="Reset your password">
      <Paragraph>Hello {variables.name}, someone asked to reset the password of your account.</Paragraph>
      <Action href={link}>Choose a new password</Action>
      <Aside>
        The button does not work? Open <PlainLink href={link} /> instead. The link works once
        {linkExpiresAt && `, until ${spellOut(linkExpiresAt)}`}. If it was not you, leave this mail alone:
        your password stays as it is.
      </Aside>
    </Letter>
  ),
})
