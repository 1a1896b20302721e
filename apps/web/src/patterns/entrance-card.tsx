import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './entrance-card.module.css'

interface EntranceCardProps {
  title: ReactNode
  about?: ReactNode
  /** The other way: to sign in rather than up, and so on. */
  below?: ReactNode
  wide?: boolean
  children?: ReactNode
}

export const EntranceCard = ({ title, about, below, wide, children }: EntranceCardProps) => (
  <>
    <div className={`${classes.card} ${wide ? classes.wide : ''}`}>
      <Title order={1}>{title}</Title>
      {about ? (
        <Text c="dimmed" mt={4} component="div">
          {about}
        </Text>
      ) : null}
      {children ? <div style={{ marginTop: 20 }}>{children}</div> : null}
    </div>
    {below ? <div className={classes.below}>{below}</div> : null}
  </>
)
