import type { Metadata } from 'next'
import { ForgotPassword } from '../../../src/features/identity/forgot-password.tsx'

export const metadata: Metadata = { title: 'Forgot your password?' }

const Page = () => <ForgotPassword />

export default Page
