export { decode, decodeString } from './decode.ts'
export { encode, RawDocument } from './encode.ts'
