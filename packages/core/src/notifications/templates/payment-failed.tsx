import { z } from 'zod'
import { Action, Letter, Paragraph, Words } from './letter.tsx'
import { defineTemplate } from './template.ts'

export const paymentFailed = defineTemplate({
  variables: z.strictObject({
    tenantName: z.string(),
    number: z.string(),
    amount: z.string(),
    consequence: z.string(),
    payUrl: z.url({ protocol: /^https?$/ }),
  }),
  link: { kind: 'told', variable: 'payUrl' },
  ofTenants: true,
  subject: ({ tenantName, amount }) => `The payment of ${amount} for ${tenantName} did not go through`,
  body: ({ variables, link, own }) => (
    <Letter
      own={own}
      preview="Pay the open invoice or confirm the payment."
      title={`The payment for ${variables.tenantName} did not go through`}
    >
      <Words own={own}>
        <Paragraph>
          The invoice {variables.number} over {variables.amount} is still open. {variables.consequence}
        </Paragraph>
        <Paragraph>
          On Stripe’s page you can pay it with any card, or confirm the payment if your bank asks for it.
        </Paragraph>
      </Words>
      <Action href={link}>Pay now</Action>
    </Letter>
  ),
})
