import { expect } from '@playwright/test'
import { cloud } from './product.ts'

/** All mails that reached an address, the newest first. */
export const mailsTo = (to: string) => cloud.sendgrid.inbox({ to })

/** The link in the mail whose subject matches, once it has arrived. */
export async function linkMailedTo(to: string, subject: RegExp): Promise<string> {
  let link: string | undefined
  await expect
    .poll(
      async () => {
        const mail = (await mailsTo(to)).find((one) => subject.test(one.subject))
        link = mail?.links.find(({ href }) => href.includes('token='))?.href
        return link
      },
      { message: `a mail to ${to} about ${subject}`, timeout: 30_000 },
    )
    .toBeTruthy()
  return link ?? ''
}
