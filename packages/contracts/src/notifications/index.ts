export * from './mail.machine.ts'
export * from './mail-wordings.ts'
export * from './mails.ts'
