'use client'

import { useTenant } from '../../api/me.ts'
import { notify } from '../../patterns/notify.tsx'
import { FormModal } from '../../patterns/sheet.tsx'
import { InviteForm } from './invite-form.tsx'

/** Invites somebody into the tenant. */
export const InviteModal = ({ onClose }: { onClose: () => void }) => {
  const tenant = useTenant()
  return (
    <FormModal
      opened
      onClose={onClose}
      title={
        <>
          Invite to <bdi>{tenant.name}</bdi>
        </>
      }
    >
      <InviteForm
        held={tenant.permissions}
        onInvited={(email) => {
          onClose()
          notify(`Invitation sent to ${email}`)
        }}
      />
    </FormModal>
  )
}
