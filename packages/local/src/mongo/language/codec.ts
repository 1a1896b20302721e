export { decode } from './decode.ts'
export { encode, RawDocument } from './encode.ts'
