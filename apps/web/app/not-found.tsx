import type { Metadata } from 'next'
import { NotFoundPage } from '../src/frame/in-place-of-pages.tsx'

export const metadata: Metadata = { title: 'Page not found' }

const NotFound = () => <NotFoundPage />

export default NotFound
