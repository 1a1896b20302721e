'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import type { Place } from '../patterns/manifest.ts'
import classes from './frame.module.css'

/** A line of the navigation. Its page is fetched as soon as a hand or the focus comes near. */
export const PlaceLink = ({ place, onFollow }: { place: Place; onFollow?: () => void }) => {
  const pathname = usePathname()
  const [near, setNear] = useState(false)
  const current = pathname === place.href || (place.href !== '/' && pathname.startsWith(`${place.href}/`))
  return (
    <Link
      href={place.href}
      prefetch={near}
      className={classes.place}
      title={place.label}
      aria-current={current ? 'page' : undefined}
      onMouseEnter={() => setNear(true)}
      onFocus={() => setNear(true)}
      onClick={onFollow}
    >
      <place.icon size={18} stroke={1.6} aria-hidden="true" />
      <span>{place.label}</span>
    </Link>
  )
}
