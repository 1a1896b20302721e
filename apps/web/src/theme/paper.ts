import { useEffect } from 'react'

const attribute = 'data-mantine-color-scheme'

/** Paper is white and browsers print no grounds: what is printed is light, whichever theme is on the screen. */
export const useLightOnPaper = () => {
  useEffect(() => {
    const root = document.documentElement
    const paper = window.matchMedia('print')
    let onScreen: string | null = null
    const lay = () => {
      onScreen ??= root.getAttribute(attribute)
      root.setAttribute(attribute, 'light')
    }
    const lift = () => {
      if (onScreen !== null) root.setAttribute(attribute, onScreen)
      onScreen = null
    }
    // Not every browser tells of both.
    const follow = () => (paper.matches ? lay() : lift())
    paper.addEventListener('change', follow)
    window.addEventListener('beforeprint', lay)
    window.addEventListener('afterprint', lift)
    // Printing that began before the page came to life.
    if (paper.matches) lay()
    return () => {
      paper.removeEventListener('change', follow)
      window.removeEventListener('beforeprint', lay)
      window.removeEventListener('afterprint', lift)
    }
  }, [])
}
