import { type Break, breaksOf } from './break.ts'
import { suites } from './suites.ts'

/** What keeps one tenant from another. */
export const tenancy: readonly Break[] = [
  ...breaksOf(
    'tenancy',
    'packages/db/src/operations.ts',
    [suites.tenancy],
    ["  'deleteMany',\n", '', 'deleteMany needs no tenant'],
    ["'distinct', ", '', 'distinct needs no tenant'],
    ["  'findOneAndReplace',\n", '', 'findOneAndReplace needs no tenant'],
    ["'countDocuments', ", '', 'countDocuments needs no tenant'],
  ),
  ...breaksOf(
    'tenancy',
    'packages/db/src/tenancy.ts',
    [suites.tenancy],
    [
      "typeof value === 'string' && value.startsWith('ten_')",
      'true',
      'the tenant guard lets everything through',
    ],
    [
      "if (!isExcused(this) && !isTenant(tenantId)) throw missing(this.model.modelName, 'query')",
      '',
      'queries need no tenant',
    ],
    ['    refuseOtherOwner(this, tenantId)\n', '', 'a change may hand a row over'],
    [
      "if (!isExcused(this)) throw missing(this.model.modelName, 'estimatedDocumentCount')",
      '',
      'all tenants are counted',
    ],
    ["if (!named) throw missing(this.model().modelName, 'aggregate')", '', 'aggregations need no tenant'],
    ["throw missing('document', 'insertMany')", 'continue', 'insertMany files rows under nobody'],
    ["if (!belongs(tenantId)) throw missing('document', 'save')", '', 'save files rows under nobody'],
    [
      'if (!this.isNew) this.$where = { ...this.$where, tenantId }',
      '',
      'a document is changed by its id alone',
    ],
    ["schema.pre('bulkWrite', always(beforeBulkWrite))", '', 'bulkWrite is open'],
    [
      "Object.assign(hook, { [Symbol.for('mongoose:built-in-middleware')]: true })",
      'hook',
      'an option turns the guard off',
    ],
    ['if (tenantId !== owner) throw handedOver', '', 'a replacement hands a row over'],
    [
      "const may = operator === '$set' || operator === '$setOnInsert'",
      'const may = true',
      '$unset takes the tenant away',
    ],
    ["(operator === '$rename' && isOwnerPath(value))", 'false', '$rename overwrites the tenant'],
    ["const reaching = ['$lookup', ", 'const reaching = [', '$lookup reaches into another tenant'],
    ["name === '$facet' ? ", "name === '$none' ? ", 'a join hides in a $facet'],
    [
      "if (name === '$unset') return [fields].flat().some(isOwnerPath)",
      "if (name === '$unset') return false",
      'a pipeline takes the tenant away',
    ],
  ),
]
