import { z } from 'zod'
import { Action, Letter, Paragraph } from './letter.tsx'
import { defineTemplate } from './template.ts'

export const welcome = defineTemplate({
  variables: z.strictObject({ name: z.string() }),
  link: { kind: 'page', path: '/' },
  subject: () => 'Welcome to Insula',
  body: ({ variables, link }) => (
    <Letter preview="Three steps to begin with." title={`Welcome, ${variables.name}`}>
      <Paragraph>Good to have you here. Three steps to begin with:</Paragraph>
      <Paragraph>
        1. Create your organisation.
        <br />
        2. Invite the people you work with.
        <br />
        3. Drop your first files.
      </Paragraph>
      <Action href={link}>Open the console</Action>
    </Letter>
  ),
})
