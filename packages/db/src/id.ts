import { type IdKind, idPrefixes } from '@insula/contracts'
import { typeid } from 'typeid-js'

/** A fresh id: sortable by time, with the prefix of its kind. */
export const newId = (kind: IdKind): string => typeid(idPrefixes[kind]).toString()
