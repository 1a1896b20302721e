/** A price's `recurring`, as far as the calendar is concerned. */
export interface Every {
  interval: string
  interval_count: number
}

const daySeconds = 86_400

/** `anchor` plus `times` intervals. Months keep the anchor's day, or take the month's last: Jan 31, Feb 28, Mar 31. */
export function plus(anchor: number, every: Every, times = 1): number {
  const count = every.interval_count * times
  if (every.interval === 'day') return anchor + count * daySeconds
  if (every.interval === 'week') return anchor + count * 7 * daySeconds
  const months = every.interval === 'year' ? count * 12 : count
  const from = new Date(anchor * 1000)
  const to = new Date(anchor * 1000)
  to.setUTCDate(1)
  to.setUTCMonth(from.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate()
  to.setUTCDate(Math.min(from.getUTCDate(), lastDay))
  return Math.floor(to.getTime() / 1000)
}

/** The first boundary of the cycle through `anchor` that lies after `moment`. */
export function boundaryAfter(anchor: number, every: Every, moment: number): number {
  if (anchor > moment) return anchor
  let low = 0
  let high = 1
  while (plus(anchor, every, high) <= moment) high *= 2
  while (low < high - 1) {
    const middle = Math.floor((low + high) / 2)
    if (plus(anchor, every, middle) <= moment) low = middle
    else high = middle
  }
  return plus(anchor, every, high)
}
