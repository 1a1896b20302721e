'use client'

import { Drawer } from '@mantine/core'
import { Nav } from './nav.tsx'

/** The navigation in a hand. */
export const NavDrawer = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => (
  <Drawer
    opened={opened}
    onClose={onClose}
    size={280}
    padding={0}
    styles={{ header: { paddingInline: 20 } }}
    title="Navigation"
    hiddenFrom="sm"
  >
    <Nav onFollow={onClose} />
  </Drawer>
)
