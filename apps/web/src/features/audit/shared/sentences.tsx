'use client'

import { createContext, useContext } from 'react'
import type { Sentences } from '../sentences.ts'

/** Lets what is below tell audit entries as sentences. */
export const SentencesContext = createContext<Sentences>({})
export const useSentences = () => useContext(SentencesContext)
