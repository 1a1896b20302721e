'use client'

import { type ReactNode, useEffect, useRef, useState } from 'react'

/** Keeps room for what weighs, and puts it there once somebody scrolls near it, or prints the page. */
export const WhenSeen = ({ height, children }: { height: number; children: ReactNode }) => {
  const room = useRef<HTMLDivElement>(null)
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    if (seen || !room.current) return
    const show = () => setSeen(true)
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && show(),
      { rootMargin: '100px' },
    )
    observer.observe(room.current)
    window.addEventListener('beforeprint', show)
    return () => {
      observer.disconnect()
      window.removeEventListener('beforeprint', show)
    }
  }, [seen])
  return (
    <div ref={room} style={{ minHeight: height }}>
      {seen ? children : null}
    </div>
  )
}
