/**
 * Reads off the pinned `stripe` SDK's own declarations which parameters each operation of the resources below can
 * send, and of which type. Stripe refuses what it does not know; so must we, without guessing.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'rolldown/parseAst'
import type { Shape } from './shape.ts'

const resources = [
  ...[
    'Accounts',
    'Balance',
    'Charges',
    'Coupons',
    'CreditNotes',
    'Customers',
    'Disputes',
    'Events',
    'InvoiceItems',
  ],
  ...[
    'InvoicePayments',
    'Invoices',
    'PaymentIntents',
    'PaymentMethods',
    'Prices',
    'Products',
    'PromotionCodes',
  ],
  ...[
    'Refunds',
    'SetupIntents',
    'SubscriptionItems',
    'Subscriptions',
    'WebhookEndpoints',
    'Checkout/Sessions',
  ],
  ...['BillingPortal/Configurations', 'BillingPortal/Sessions', 'Billing/Meters', 'Billing/MeterEvents'],
  ...['Billing/MeterEventSummaries', 'Billing/MeterEventAdjustments', 'TestHelpers/TestClocks'],
]

// Whole continents of other payment methods: their names are known, their insides are never read here.
const opaque = new Set([
  'payment_method_data',
  'shipping_options',
  'custom_fields',
  'on_behalf_of',
  'transfer_data',
])

interface Node {
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: an ESTree node's fields depend on its type
  [field: string]: any
}
type Scope = Map<string, Node[]>

const sdk = dirname(fileURLToPath(import.meta.resolve('stripe')))
const parsed = new Map<string, Scope>()

function declarations(body: Node[]): Scope {
  const scope: Scope = new Map()
  for (const statement of body) {
    const node: Node = statement.declaration ?? statement
    const name = node.id?.name
    if (name) scope.set(name, [...(scope.get(name) ?? []), node])
  }
  return scope
}

function fileScope(file: string): Scope {
  const known = parsed.get(file)
  if (known) return known
  const scope = declarations(parseAst(readFileSync(join(sdk, file), 'utf8'), { lang: 'dts' }).body as Node[])
  parsed.set(file, scope)
  return scope
}

const inside = (nodes: Node[]): Scope =>
  declarations(nodes.filter((node) => node.type === 'TSModuleDeclaration').flatMap((node) => node.body.body))

function lookup(names: string[], scopes: Scope[]): { nodes: Node[]; scopes: Scope[] } | undefined {
  for (let depth = 0; depth < scopes.length; depth++) {
    let around = scopes.slice(depth)
    let nodes = around[0]?.get(names[0]!)
    for (const name of names.slice(1)) {
      if (!nodes) break
      around = [inside(nodes), ...around]
      nodes = around[0]?.get(name)
    }
    if (nodes) return { nodes, scopes: around }
  }
}

const path = (name: Node): string[] =>
  name.type === 'TSQualifiedName' ? [...path(name.left), name.right.name] : [name.name]

function reference(node: Node, scopes: Scope[]): Shape {
  const names = path(node.typeName)
  const [argument] = (node.typeArguments?.params ?? []) as Node[]
  if (names[0] === 'Array') return { array: shape(argument!, scopes) }
  if (names[0] === 'Emptyable') return { emptyable: shape(argument!, scopes) }
  if (names[0] === 'Decimal') return 'decimal'
  if (names[0] === 'MetadataParam') return { emptyable: { map: { emptyable: 'string' } } }
  if (names[0] === 'OtherString') return 'other'
  const found = lookup(names, scopes) ?? lookup(names, [fileScope('shared.d.ts')])
  if (!found) return 'any'
  const alias = found.nodes.find((one) => one.type === 'TSTypeAliasDeclaration')
  if (alias) return shape(alias.typeAnnotation, found.scopes)
  return { object: properties(found.nodes, [inside(found.nodes), ...found.scopes]) }
}

function properties(nodes: Node[], scopes: Scope[]): Record<string, Shape> {
  const fields: Record<string, Shape> = {}
  for (const node of nodes.filter((one) => one.type === 'TSInterfaceDeclaration')) {
    for (const parent of node.extends ?? []) {
      const found = lookup([parent.expression.name], [...scopes, fileScope('shared.d.ts')])
      if (found) Object.assign(fields, properties(found.nodes, found.scopes))
    }
    for (const member of node.body.body as Node[]) {
      const name = member.key.name ?? member.key.value
      const value = opaque.has(name) ? 'any' : shape(member.typeAnnotation.typeAnnotation, scopes)
      fields[member.optional ? name : `${name}!`] = value
    }
  }
  return fields
}

function union(node: Node, scopes: Scope[]): Shape {
  const members = (node.types as Node[]).map((one) => shape(one, scopes)).filter((one) => one !== 'other')
  const literals = members.flatMap((one) => (typeof one === 'object' && 'enum' in one ? one.enum : []))
  const rest = members.filter((one) => !(typeof one === 'object' && 'enum' in one))
  const all = literals.length > 0 ? [{ enum: literals }, ...rest] : rest
  return all.length === 1 ? all[0]! : { oneOf: all }
}

function shape(node: Node, scopes: Scope[]): Shape {
  switch (node.type) {
    case 'TSStringKeyword':
      return 'string'
    case 'TSNumberKeyword':
      return 'number'
    case 'TSBooleanKeyword':
      return 'boolean'
    case 'TSLiteralType':
      return { enum: [String(node.literal.value)] }
    case 'TSTypeReference':
      return reference(node, scopes)
    case 'TSUnionType':
      return union(node, scopes)
    case 'TSTypeLiteral':
      return { map: shape(node.members[0].typeAnnotation.typeAnnotation, scopes) }
    default:
      throw new Error(
        `parameters/generate.ts does not understand ${node.type}: teach it, the SDK has changed`,
      )
  }
}

/** The verb and path behind each method, read off the SDK's JavaScript. */
function endpoints(file: string): Map<string, string> {
  const code = readFileSync(join(sdk, 'resources', `${file}.js`), 'utf8')
  const found = new Map<string, string>()
  for (const call of code.matchAll(
    /^ {4}(\w+)\([^)]*\) \{\s+return this\._makeRequest\('(\w+)', [`']([^`']+)[`']/gm,
  )) {
    found.set(call[1]!, `${call[2]} ${call[3]!.replaceAll(/\$\{[^}]*\}/g, '{}')}`)
  }
  return found
}

/** The lock file's text: one operation a line, sorted. */
export function parameterLock(): string {
  const operations: Record<string, Shape> = {}
  for (const file of resources) collect(file, operations)
  // Connected accounts are another product; Insula only asks whose account it talks to.
  const lines = Object.keys(operations)
    .filter((operation) => !operation.includes('/accounts'))
    .sort()
    .map((operation) => `${JSON.stringify(operation)}: ${JSON.stringify(operations[operation])}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

function collect(file: string, operations: Record<string, Shape>): void {
  const scope = fileScope(`resources/${file}.d.ts`)
  const paths = endpoints(file)
  for (const resource of [...scope.values()].flat().filter((node) => node.type === 'ClassDeclaration')) {
    for (const method of resource.body.body as Node[]) {
      const endpoint = paths.get(method.key.name)
      if (!endpoint) continue
      const last = (method.value.params as Node[]).find((one) => one.name === 'params')
      operations[endpoint] ??= last ? shape(last.typeAnnotation.typeAnnotation, [scope]) : { object: {} }
    }
  }
}
