import PDFDocument from 'pdfkit'
import { formatMoney } from '../billing/money.ts'
import type { Kinds } from '../store.ts'

type Invoice = Kinds['invoice']

const margin = 50
const right = 545
const day = (moment: number): string => new Date(moment * 1000).toISOString().slice(0, 10)

/** The invoice on paper: A4, one table, its sums. The same invoice gives the same bytes. */
export function invoicePdf(invoice: Invoice): Promise<Buffer> {
  const made = new Date((invoice.status_transitions.finalized_at ?? invoice.created) * 1000)
  const info = {
    Title: `Invoice ${invoice.number ?? invoice.id}`,
    Producer: 'Insula local Stripe',
    CreationDate: made,
  }
  const document = new PDFDocument({ size: 'A4', margin, info })
  const parts: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (part: Buffer) => parts.push(part))
    document.on('end', () => resolve(Buffer.concat(parts)))
    document.on('error', reject)
  })
  head(document, invoice)
  table(document, invoice)
  sums(document, invoice)
  document.end()
  return done
}

function head(document: PDFKit.PDFDocument, invoice: Invoice): void {
  document.fontSize(22).text('Invoice', margin, margin)
  document.fontSize(10).fillColor('#555').text('Local Stripe, test mode: no money has moved.')
  document.moveDown().fillColor('#000').fontSize(11)
  document.text(`Number: ${invoice.number ?? 'draft'}`)
  document.text(`Date: ${day(invoice.status_transitions.finalized_at ?? invoice.created)}`)
  document.text(`Status: ${invoice.status}`)
  document.text(`From: ${invoice.account_name}`)
  document.text(
    `Bill to: ${[invoice.customer_name, invoice.customer_email].filter(Boolean).join(', ') || invoice.customer}`,
  )
  document.moveDown()
}

function row(document: PDFKit.PDFDocument, left: string, amount: string, bold = false): void {
  if (document.y > 760) document.addPage()
  const { y } = document
  document.font(bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(10)
  document.text(left, margin, y, { width: 360 })
  const after = document.y
  document.text(amount, margin + 360, y, { width: right - margin - 360, align: 'right' })
  document.y = Math.max(after, document.y) + 4
  document.x = margin
}

function table(document: PDFKit.PDFDocument, invoice: Invoice): void {
  row(document, 'Description', 'Amount', true)
  document.moveTo(margin, document.y).lineTo(right, document.y).stroke('#999')
  document.y += 6
  for (const line of invoice.lines.data) {
    const span =
      line.period.end > line.period.start ? ` (${day(line.period.start)} to ${day(line.period.end)})` : ''
    row(document, `${line.description ?? ''}${span}`, formatMoney(line.amount, line.currency))
  }
  document.moveTo(margin, document.y).lineTo(right, document.y).stroke('#999')
  document.y += 6
}

function sums(document: PDFKit.PDFDocument, invoice: Invoice): void {
  const money = (amount: number): string => formatMoney(amount, invoice.currency)
  row(document, 'Subtotal', money(invoice.subtotal))
  for (const one of invoice.total_discount_amounts ?? []) row(document, 'Discount', money(-one.amount))
  row(document, 'Total', money(invoice.total), true)
  if (invoice.starting_balance !== 0)
    row(document, 'Applied balance', money(invoice.amount_due - invoice.total))
  row(document, 'Amount paid', money(invoice.amount_paid))
  row(document, 'Amount due', money(invoice.amount_remaining), true)
}
