import type { ReactNode } from 'react'
import classes from './list-bar.module.css'

/** Above a list: search and filters, and at the end what belongs to the list as a whole. */
export const ListBar = ({ children, end }: { children: ReactNode; end?: ReactNode }) => (
  <div className={classes.bar}>
    {children}
    {end ? <div className={classes.end}>{end}</div> : null}
  </div>
)
