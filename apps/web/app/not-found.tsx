import type { Metadata } from 'next'
import { NotFoundPage } from '../src/frame/not-found-page.tsx'

export const metadata: Metadata = { title: 'Page not found' }

const NotFound = () => <NotFoundPage />

export default NotFound
