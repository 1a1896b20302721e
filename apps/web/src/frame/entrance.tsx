import type { ReactNode } from 'react'
import { LeaveGuard } from '../patterns/leave-guard.tsx'
import { Mark } from '../theme/mark.tsx'
import classes from './entrance.module.css'
import { Mismatch } from './mismatch.tsx'
import { OfflineNote } from './offline-note.tsx'
import { SessionEnded } from './session-ended.tsx'

/** The ground of a page outside of the console: the mark above, what it is about, and a line below. */
export const EntranceGround = ({ foot, children }: { foot?: ReactNode; children: ReactNode }) => (
  <div className={classes.entrance}>
    <header className={classes.name}>
      <Mark />
      <span>Insula</span>
    </header>
    <main style={{ display: 'contents' }}>{children}</main>
    <footer className={classes.foot}>{foot ?? <span>Open source, self-hosted</span>}</footer>
    <OfflineNote />
  </div>
)

/** The pages before the console: the mark and one card. In local mode a quiet link opens the mail inbox. */
export const Entrance = ({
  localPageUrl,
  children,
}: {
  localPageUrl: string | null
  children: ReactNode
}) => (
  <EntranceGround
    foot={
      localPageUrl ? (
        <a href={localPageUrl} target="_blank" rel="noreferrer" style={{ color: 'inherit' }}>
          Open the mail inbox
        </a>
      ) : null
    }
  >
    {children}
    <Mismatch />
    <SessionEnded />
    <LeaveGuard />
  </EntranceGround>
)
