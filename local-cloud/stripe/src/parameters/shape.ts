/** What a parameter may be; a name ending in `!` in `object` must be sent. `other` is the SDK's open end of an enumeration. */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'decimal'
  | 'any'
  | 'other'
  | { enum: string[] }
  | { array: Shape }
  | { emptyable: Shape }
  | { map: Shape }
  | { oneOf: Shape[] }
  | { object: Record<string, Shape> }
