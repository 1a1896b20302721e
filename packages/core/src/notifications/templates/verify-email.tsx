import { z } from 'zod'
import { Action, Aside, Letter, Paragraph, PlainLink } from './letter.tsx'
import { defineTemplate, spellOut } from './template.ts'

export const verifyEmail = defineTemplate({
  variables: z.strictObject({ name: z.string() }),
  link: { kind: 'secret', lifetimeMs: 60 * 60_000 },
  perHour: 5,
  subject: () => 'Confirm your e-mail address',
  body: ({ variables, link, linkExpiresAt }) => (
    <Letter preview="One click, and your account is ready." title="Confirm your e-mail address">
      <Paragraph>Hello {variables.name}, please confirm that this address is yours.</Paragraph>
      <Action href={link}>Confirm my address</Action>
      <Aside>
        The button does not work? Open <PlainLink href={link} /> instead. The link can be used
        {linkExpiresAt && ` until ${spellOut(linkExpiresAt)}`}. If you did not sign up, leave this mail alone:
        nothing will happen.
      </Aside>
    </Letter>
  ),
})
