import { platformRoles } from '@insula/contracts'
import { useMe } from '../../api/me.ts'

/** Whether the person may edit plans; others who run the platform look at them. */
export const useMayPlans = () => {
  const { platformRole } = useMe().user
  return platformRole !== null && platformRoles[platformRole].some((held) => held === 'plans:write')
}
