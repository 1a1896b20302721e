export {
  acceptInvitation,
  declineInvitation,
  listOwnInvitations,
  previewInvitation,
  proveByInvitation,
} from './acceptance.ts'
export { listAllTenants } from './all.ts'
export { contactsOf } from './contacts.ts'
export { sweepInvitations } from './end-invitation.ts'
export { endGiven } from './given.ts'
export { inviteMember, resendInvitation, revokeInvitation } from './invitations.ts'
export { signUpByInvitation } from './join.ts'
export { listInvitations, listPeople } from './lists.ts'
export { changeRole, leaveTenant, previewRemoval, removeMember } from './members.ts'
export { membershipsOf, switchTenant } from './memberships.ts'
export { addMember } from './seed.ts'
export {
  changePlan,
  changeTenant,
  checkSlug,
  createTenant,
  getTenant,
  nameOfTenant,
  namesOfTenants,
} from './tenant.ts'
