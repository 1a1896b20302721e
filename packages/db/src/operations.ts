/** A model's queries that read rows, as middleware names them. Counting without a filter is none: it names no row. */
export const reads = ['countDocuments', 'distinct', 'find', 'findOne'] as const

/** Its queries that change rows. */
export const writes = [
  'deleteMany',
  'deleteOne',
  'findOneAndDelete',
  'findOneAndReplace',
  'findOneAndUpdate',
  'replaceOne',
  'updateMany',
  'updateOne',
] as const
