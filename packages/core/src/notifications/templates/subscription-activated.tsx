import { z } from 'zod'
import { Action, Letter, Paragraph } from './letter.tsx'
import { defineTemplate } from './template.ts'

export const subscriptionActivated = defineTemplate({
  variables: z.strictObject({ tenantName: z.string(), planName: z.string() }),
  link: { kind: 'page', path: '/billing' },
  subject: ({ tenantName, planName }) => `${tenantName} is now on ${planName}`,
  body: ({ variables, link }) => (
    <Letter
      preview={`The limits of ${variables.planName} are yours.`}
      title={`${variables.tenantName} is now on ${variables.planName}`}
    >
      <Paragraph>
        Thank you. The limits of {variables.planName} hold from this moment; the invoice is on the billing
        page.
      </Paragraph>
      <Action href={link}>Open billing</Action>
    </Letter>
  ),
})
