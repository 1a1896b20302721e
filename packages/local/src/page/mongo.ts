import { Hono } from 'hono'
import { html } from 'hono/html'
import { BSON, MongoClient } from 'mongodb'
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
    const found = await ask((client) => {
      const documents = client.db(database).collection(collection).find(EJSON.parse(filter))
      return documents.sort({ _id: -1 }).skip(from).limit(pageSize).maxTimeMS(5000).toArray()
    }).catch((error: Error) => error)
    const next = `?${new URLSearchParams({ filter, skip: String(from + pageSize) })}`
    return context.html(
      layout({
        title: `${database}.${collection}`,
        lead: 'The newest first, as extended JSON.',
        place: '/mongo',
        body: html`
          <form method="get"><input name="filter" value="${filter}" size="60" aria-label="Filter" spellcheck="false">
          <button>Find</button></form><br>
          ${
            found instanceof Error
              ? html`<p class="bad">${found.message}</p>`
              : table(
                  found,
                  [
                    {
                      name: 'Document',
                      cell: (document) => html`<pre>${EJSON.stringify(document, undefined, 2)}</pre>`,
                    },
                  ],
                  'No document is like this.',
                )
          }
          ${!(found instanceof Error) && found.length === pageSize ? html`<p><a href="${next}">Older</a></p>` : ''}`,
      }),
    )
  })
  return pages
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
