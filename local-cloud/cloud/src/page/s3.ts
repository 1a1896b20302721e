import type { BucketSummary, ObjectSummary } from '@insula/local-s3/control'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { layout, moment, size, table } from './layout.ts'
import type { CloudView } from './view.ts'

const pageSize = 100

/** Buckets and what lies in them; an object opens through a link signed for a minute. */
export function s3Pages(view: CloudView): Hono {
  const pages = new Hono()
  const call = async <T>(method: string, ...args: unknown[]) =>
    (await view.servers.get('s3')?.call(method, args)) as T

  pages.get('/s3', async (context) => {
    const buckets = (await call<BucketSummary[] | undefined>('buckets')) ?? []
    return context.html(
      layout({
        title: 'S3',
        lead: `Buckets at ${view.env.S3_ENDPOINT}, with the key ${view.env.S3_ACCESS_KEY_ID}.`,
        place: '/s3',
        live: 's3',
        body: table(
          buckets,
          [
            { name: 'Bucket', cell: ({ name }) => html`<a href="/s3/${name}">${name}</a>` },
            { name: 'Objects', cell: ({ objects }) => objects, number: true },
            { name: 'Size', cell: ({ bytes }) => size(bytes), number: true },
            { name: 'Created', cell: ({ createdAt }) => moment(createdAt), minor: true },
          ],
          'There is no bucket yet, or S3 is not the local cloud’s.',
        ),
      }),
    )
  })

  pages.get('/s3/:bucket', async (context) => {
    const { bucket } = context.req.param()
    const { prefix = '', after } = context.req.query()
    const objects = await call<ObjectSummary[]>('objects', bucket, { prefix, after, limit: pageSize })
    const at = (query: Record<string, string>) => `/s3/${bucket}?${new URLSearchParams(query)}`
    const open = (key: string, more = '') => `/s3/${bucket}/open?${new URLSearchParams({ key })}${more}`
    return context.html(
      layout({
        title: bucket,
        lead: 'Objects in the order of their keys. A folder of a key leads to what lies in it.',
        place: '/s3',
        live: 's3',
        action: html`<a href="/s3">All buckets</a>`,
        body: html`
          <form method="get" class="search"><label for="prefix">Prefix</label>
            <input id="prefix" name="prefix" value="${prefix}" spellcheck="false" autocomplete="off"><button>Show</button></form>
          ${table(
            objects,
            [
              { name: 'Key', cell: ({ key }) => path(key, (folder) => at({ prefix: folder }), open(key)) },
              { name: 'Type', cell: ({ contentType }) => contentType, minor: true },
              { name: 'Size', cell: ({ bytes }) => size(bytes), number: true },
              { name: 'Changed', cell: ({ modifiedAt }) => moment(modifiedAt), minor: true },
              { name: 'File', cell: ({ key }) => html`<a href="${open(key, '&download=1')}">Download</a>` },
            ],
            prefix ? `No key begins with ${prefix}` : 'Nothing lies here.',
          )}
          <nav class="pages" aria-label="Pages">
            ${after ? html`<a href="${at({ prefix })}">First</a>` : ''}
            ${objects.length === pageSize ? html`<a href="${at({ prefix, after: objects.at(-1)?.key ?? '' })}">Next</a>` : ''}
          </nav>`,
      }),
    )
  })

  pages.get('/s3/:bucket/open', async (context) => {
    const { env } = view
    const [{ S3Client, GetObjectCommand }, { getSignedUrl }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ])
    const credentials = { accessKeyId: env.S3_ACCESS_KEY_ID, secretAccessKey: env.S3_SECRET_ACCESS_KEY }
    const client = new S3Client({
      endpoint: env.S3_ENDPOINT,
      region: env.S3_REGION,
      forcePathStyle: true,
      credentials,
    })
    const command = new GetObjectCommand({
      Bucket: context.req.param('bucket'),
      Key: context.req.query('key') ?? '',
      ...(context.req.query('download') && { ResponseContentDisposition: 'attachment' }),
    })
    return context.redirect(await getSignedUrl(client, command, { expiresIn: 60 }))
  })
  return pages
}

/** A key whose folders lead to their own lists, and whose end opens the object. */
function path(key: string, folderAt: (prefix: string) => string, openAt: string) {
  const names = key.split(/(?<=\/)(?!$)/)
  const last = names.pop()
  return html`<span class="path">${names.map(
    (name, at) => html`<a class="quiet" href="${folderAt(names.slice(0, at + 1).join(''))}">${name}</a>`,
  )}<a href="${openAt}" target="_blank">${last}</a></span>`
}
