export { getMail, listMails, resendMail, retryMail } from './service/log.ts'
export { type NewMail, queueMail } from './service/queue.ts'
export { MailNotSent, sendMail } from './service/send.ts'
export { sweepMails } from './service/sweep.ts'
