export { subscribeLive } from '@insula/providers/live'
