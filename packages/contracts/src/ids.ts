import { gather, type WordsOf } from './gather.ts'
import { typeId } from './type-id.ts'

/** Every kind of thing that has an id of its own, and the prefix its ids carry. */
export const idPrefixes: { readonly event: 'evt' } & WordsOf<'ids'> = { event: 'evt', ...gather('ids') }

export type IdKind = keyof typeof idPrefixes

/** An id of this kind, such as `ten_01h455vb4pex5vsknk084sn02q`. */
export const id = (kind: IdKind) => typeId(idPrefixes[kind])
