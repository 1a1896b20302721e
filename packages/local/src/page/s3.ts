import { Hono } from 'hono'
import { html } from 'hono/html'
import type { BucketSummary, ObjectSummary } from '../s3/control.ts'
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
    const last = objects.at(-1)
    const next = `?${new URLSearchParams({ prefix, after: last?.key ?? '' })}`
    const open = (key: string) => `/s3/${bucket}/open?${new URLSearchParams({ key })}`
    return context.html(
      layout({
        title: bucket,
        lead: 'Objects in the order of their keys.',
        place: '/s3',
        body: html`
          <form method="get"><input name="prefix" value="${prefix}" placeholder="prefix" aria-label="Prefix">
          <button>Show</button></form><br>
          ${table(
            objects,
            [
              { name: 'Key', cell: ({ key }) => html`<a href="${open(key)}" target="_blank">${key}</a>` },
              { name: 'Type', cell: ({ contentType }) => contentType, minor: true },
              { name: 'Size', cell: ({ bytes }) => size(bytes), number: true },
              { name: 'Changed', cell: ({ modifiedAt }) => moment(modifiedAt), minor: true },
            ],
            'Nothing lies here.',
          )}
          ${objects.length === pageSize ? html`<p><a href="${next}">More</a></p>` : ''}`,
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
    })
    return context.redirect(await getSignedUrl(client, command, { expiresIn: 60 }))
  })
  return pages
}
