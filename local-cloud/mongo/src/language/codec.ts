export { decode, decodeString } from './decode.ts'
export { type Encodable, type EncodableDoc, encode, RawDocument } from './encode.ts'
