import { z } from 'zod'
import { Action, Letter, Paragraph } from './letter.tsx'
import { defineTemplate } from './template.ts'

export const subscriptionPaused = defineTemplate({
  variables: z.strictObject({ tenantName: z.string(), planName: z.string() }),
  link: { kind: 'page', path: '/billing' },
  subject: ({ tenantName, planName }) => `${planName} is paused for ${tenantName}`,
  body: ({ variables, link }) => (
    <Letter
      preview="The trial ended without a payment method."
      title={`${variables.planName} is paused for ${variables.tenantName}`}
    >
      <Paragraph>
        The trial ended and there was no payment method, so nothing was charged. What you stored is kept.
      </Paragraph>
      <Paragraph>Resume {variables.planName} on the billing page whenever you like.</Paragraph>
      <Action href={link}>Open billing</Action>
    </Letter>
  ),
})
