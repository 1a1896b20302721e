'use client'

import { createContext, useContext } from 'react'

/** Whom to write to for more than the largest plan; null where whoever runs this has not said. */
export const ContactContext = createContext<string | null>(null)
export const useContact = () => useContext(ContactContext)
