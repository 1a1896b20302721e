'use client'

import { type BillingNotice, noticeOf } from '@insula/contracts'
import Link from 'next/link'
import { useDates } from '../../../patterns/time.tsx'
import classes from '../billing.module.css'

/** The strip above every page while something about the plan has to be done, for those who may see billing. */
export const BillingBanner = ({ notice }: { notice: BillingNotice }) => {
  const { date } = useDates()
  const { state, planName, graceEndsAt, payUrl } = notice
  const end = graceEndsAt ? date(graceEndsAt) : null
  const words = noticeOf(state, { plan: planName, end })
  if (!words) return null
  return (
    <aside className={classes.banner} aria-label="Billing">
      <span className={classes.bandText} role="status">
        <strong>{words.title}</strong>
        <span className={classes.bannerMore}> · {words.text}</span>
      </span>
      {payUrl ? (
        <a href={payUrl} target="_blank" rel="noreferrer">
          Pay now
        </a>
      ) : (
        <Link href="/billing">Open billing</Link>
      )}
    </aside>
  )
}
