import { z } from 'zod'
import { Action, Letter, Paragraph } from './letter.tsx'
import { defineTemplate } from './template.ts'

export const passwordChanged = defineTemplate({
  variables: z.strictObject({ name: z.string() }),
  link: { kind: 'page', path: '/forgot-password' },
  subject: () => 'Your password was changed',
  body: ({ variables, link }) => (
    <Letter preview="If this was you, all is well." title="Your password was changed">
      <Paragraph>
        Hello {variables.name}, the password of your account was just changed and every other session was
        signed out. If this was you, all is well.
      </Paragraph>
      <Paragraph>If it was not, take your account back now:</Paragraph>
      <Action href={link}>Reset the password</Action>
    </Letter>
  ),
})
