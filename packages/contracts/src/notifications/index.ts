export * from './mail.machine.ts'
export * from './mails.ts'
