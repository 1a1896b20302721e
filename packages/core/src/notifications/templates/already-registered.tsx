import { z } from 'zod'
import { Action, Aside, Letter, Paragraph } from './letter.tsx'
import { defineTemplate } from './template.ts'

export const alreadyRegistered = defineTemplate({
  variables: z.strictObject({ name: z.string() }),
  link: { kind: 'page', path: '/forgot-password' },
  perHour: 3,
  subject: () => 'You have an account already',
  body: ({ variables, link }) => (
    <Letter preview="Someone tried to sign up with this address." title="You have an account already">
      <Paragraph>
        Hello {variables.name}, someone tried to sign up with this address. It has an account already, so
        nothing was changed: sign in with the password you have.
      </Paragraph>
      <Paragraph>You do not know it any more?</Paragraph>
      <Action href={link}>Choose a new password</Action>
      <Aside>If it was not you, leave this mail alone.</Aside>
    </Letter>
  ),
})
