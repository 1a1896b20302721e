'use client'

import { RootErrorPage } from '../src/frame/in-place-of-pages.tsx'

export default RootErrorPage
