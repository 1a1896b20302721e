'use client'

import { ScrollArea } from '@mantine/core'
import { useMe } from '../api/me.ts'
import classes from './frame.module.css'
import { placesFor } from './navigation.ts'
import { PlaceLink } from './place-link.tsx'
import { TenantSwitcher } from './tenant-switcher.tsx'

/** The left navigation: the tenant on top, then every place that this person may open. */
export const Nav = ({ onFollow }: { onFollow?: () => void }) => {
  const me = useMe()
  return (
    <div className={classes.nav}>
      <TenantSwitcher />
      <ScrollArea type="auto" flex={1} mt={4}>
        <nav aria-label="Main">
          {placesFor(me).map((group) => (
            <div key={group.places[0]?.href} className={classes.group}>
              {group.label ? <div className={classes.groupLabel}>{group.label}</div> : null}
              {group.places.map((place) => (
                <PlaceLink key={place.href} place={place} onFollow={onFollow} />
              ))}
            </div>
          ))}
        </nav>
      </ScrollArea>
    </div>
  )
}
