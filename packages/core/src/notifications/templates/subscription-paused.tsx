import { z } from 'zod'
import { Action, Letter, Paragraph, Words } from './letter.tsx'
import { defineTemplate } from './template.ts'

export const subscriptionPaused = defineTemplate({
  variables: z.strictObject({ tenantName: z.string(), planName: z.string() }),
  link: { kind: 'page', path: '/billing' },
  ofTenants: true,
  subject: ({ tenantName, planName }) => `${planName} is paused for ${tenantName}`,
  body: ({ variables, link, own }) => (
    <Letter
      own={own}
      preview="The trial ended without a payment method."
      title={`${variables.planName} is paused for ${variables.tenantName}`}
    >
      <Words own={own}>
        <Paragraph>
          The trial ended and there was no payment method, so nothing was charged. What you stored is kept.
        </Paragraph>
        <Paragraph>Resume {variables.planName} on the billing page whenever you like.</Paragraph>
      </Words>
      <Action href={link}>Open billing</Action>
    </Letter>
  ),
})
