import { z } from 'zod'
import { Action, Letter, Paragraph, Words } from './letter.tsx'
import { defineTemplate } from './template.ts'

export const subscriptionActivated = defineTemplate({
  variables: z.strictObject({ tenantName: z.string(), planName: z.string() }),
  link: { kind: 'page', path: '/billing' },
  ofTenants: true,
  subject: ({ tenantName, planName }) => `${tenantName} is now on ${planName}`,
  body: ({ variables, link, own }) => (
    <Letter
      own={own}
      preview={`The limits of ${variables.planName} are yours.`}
      title={`${variables.tenantName} is now on ${variables.planName}`}
    >
      <Words own={own}>
        <Paragraph>
          Thank you. The limits of {variables.planName} hold from this moment; the invoice is on the billing
          page.
        </Paragraph>
      </Words>
      <Action href={link}>Open billing</Action>
    </Letter>
  ),
})
