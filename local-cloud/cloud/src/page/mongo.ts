import { Hono } from 'hono'
import { html } from 'hono/html'
import { BSON, type Document, MongoClient } from 'mongodb'
import { layout, table } from './layout.ts'
import type { CloudView } from './view.ts'

const pageSize = 50
const { EJSON } = BSON

/** Databases, their collections, and documents as extended JSON, whichever MongoDB it is. */
export function mongoPages(view: CloudView): Hono {
  const pages = new Hono()
  const ask = async <T>(work: (client: MongoClient) => Promise<T>): Promise<T> => {
    const client = new MongoClient(view.env.MONGODB_URI, {
      serverSelectionTimeoutMS: 3000,
      socketTimeoutMS: 10_000,
    })
    try {
      return await work(client)
    } finally {
      await client.close()
    }
  }

  pages.get('/mongo', async (context) => {
    const rows = await ask(async (client) => {
      const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
      const own = new Set(['admin', 'config', 'local'])
      const names = databases.map(({ name }) => name).filter((name) => !own.has(name))
      return (await Promise.all(names.map((name) => collectionsOf(client, name)))).flat()
    })
    return context.html(
      layout({
        title: 'MongoDB',
        lead: `It is ${view.mongo}. Connect with ${view.env.MONGODB_URI}`,
        place: '/mongo',
        body: table(
          rows,
          [
            { name: 'Database', cell: (row) => row.database },
            {
              name: 'Collection',
              cell: (row) => html`<a href="/mongo/${row.database}/${row.collection}">${row.collection}</a>`,
            },
            { name: 'Documents', cell: (row) => row.documents, number: true },
            {
              name: 'Indexes',
              cell: (row) => html`<span class="quiet">${row.indexes.join(', ')}</span>`,
              minor: true,
            },
          ],
          'Nothing is stored yet.',
        ),
      }),
    )
  })

  pages.get('/mongo/:database/:collection', async (context) => {
    const { database, collection } = context.req.param()
    const { filter = '{}', skip = '0' } = context.req.query()
    const from = Math.max(0, Number.parseInt(skip, 10) || 0)
    const found = await ask(async (client) => {
      const wanted = EJSON.parse(filter || '{}')
      const documents = client.db(database).collection(collection)
      const [rows, count, indexes] = await Promise.all([
        documents.find(wanted).sort({ _id: -1 }).skip(from).limit(pageSize).maxTimeMS(5000).toArray(),
        documents.countDocuments(wanted, { maxTimeMS: 5000 }),
        documents.indexes(),
      ])
      return { rows, count, indexes }
    }).catch((error: Error) => error)
    const at = (skip: number) => `?${new URLSearchParams({ filter, skip: String(Math.max(0, skip)) })}`
    return context.html(
      layout({
        title: `${database}.${collection}`,
        lead: 'The newest first, as extended JSON.',
        place: '/mongo',
        action: html`<a href="/mongo">All collections</a>`,
        body: html`
          <form method="get" class="search"><label for="filter">Filter</label>
            <input id="filter" name="filter" value="${filter}" class="wide" spellcheck="false" autocomplete="off"
              placeholder='{ "email": "ada@acme.test" }'><button>Find</button></form>
          ${
            found instanceof Error
              ? html`<p class="card pad bad" role="alert">${found.message}</p>`
              : html`
                <p class="quiet">${rangeOf(from, found.rows.length, found.count)}</p>
                ${table(found.rows, [{ name: 'Document', cell: (row) => html`<pre>${compact(EJSON.serialize(row))}</pre>` }], 'No document is like this.')}
                <nav class="pages" aria-label="Pages">
                  ${from > 0 ? html`<a href="${at(from - pageSize)}">Newer</a>` : ''}
                  ${from + pageSize < found.count ? html`<a href="${at(from + pageSize)}">Older</a>` : ''}
                </nav>
                <h2>Indexes</h2>
                ${table(
                  found.indexes,
                  [
                    { name: 'Name', cell: ({ name }) => name },
                    { name: 'Key', cell: ({ key }) => html`<code>${JSON.stringify(key)}</code>` },
                    { name: 'Options', cell: (index) => html`<code>${optionsOf(index)}</code>`, minor: true },
                  ],
                  'The collection is not there.',
                )}`
          }`,
      }),
    )
  })
  return pages
}

const rangeOf = (from: number, shown: number, count: number) =>
  shown === 0 ? `0 of ${count}` : `${from + 1} to ${from + shown} of ${count}`

function optionsOf({ v: _, key: __, name: ___, ...options }: Document): string {
  return Object.keys(options).length === 0 ? '' : EJSON.stringify(options)
}

const lineLength = 90

/** JSON that breaks a line only where one would become too long. */
function compact(value: unknown, indent = ''): string {
  const line = JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ')
  if (typeof value !== 'object' || value === null || line.length + indent.length <= lineLength) return line
  const inner = `${indent}  `
  const list = Array.isArray(value)
  const parts = list
    ? value.map((item) => inner + compact(item, inner))
    : Object.entries(value).map(([name, item]) => `${inner}${JSON.stringify(name)}: ${compact(item, inner)}`)
  const [opening, closing] = list ? '[]' : '{}'
  return `${opening}\n${parts.join(',\n')}\n${indent}${closing}`
}

async function collectionsOf(client: MongoClient, database: string) {
  const collections = await client.db(database).listCollections({}, { nameOnly: true }).toArray()
  const names = collections.map(({ name }) => name).sort()
  return await Promise.all(
    names.map(async (collection) => {
      const documents = await client.db(database).collection(collection).countDocuments()
      const indexes = await client.db(database).collection(collection).indexes()
      return { database, collection, documents, indexes: indexes.map(({ name }) => name ?? '') }
    }),
  )
}
