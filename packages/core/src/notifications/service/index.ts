export { getMail, listMails, resendMail, retryMail } from './log.ts'
export { type NewMail, queueMail } from './queue.ts'
export { MailNotSent, sendMail } from './send.ts'
export { sweepMails } from './sweep.ts'
