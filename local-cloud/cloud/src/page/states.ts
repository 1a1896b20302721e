import { Hono } from 'hono'
import { html } from 'hono/html'
import { action, layout, moment, size, table } from './layout.ts'
import type { CloudView } from './view.ts'

/** What all servers hold, kept by name. */
export function statePages(view: CloudView): Hono {
  const pages = new Hono()
  pages.get('/states', async (context) => {
    const states = await view.states.list()
    const taken = JSON.stringify(states.map(({ name }) => name))
    return context.html(
      layout({
        title: 'Saved states',
        lead:
          'A state is what MongoDB, Redis, S3, Stripe (with its clock) and SendGrid’s inbox hold at one moment. Restoring it replaces what they hold ' +
          'then and clears the fault switches; nothing is started again.',
        place: '/states',
        body: [
          html`<form class="card pad" data-call="cloud/states.save" data-then="reload" data-taken="${taken}">
            <label for="state-name">Name</label>
            <input id="state-name" name="name" required maxlength="64" pattern="[A-Za-z0-9][A-Za-z0-9._\\-]*"
              title="Letters, digits, dots, dashes and underscores" placeholder="after-onboarding" autocomplete="off" spellcheck="false">
            <button class="primary">Save</button><output></output></form>`,
          table(
            states,
            [
              { name: 'Name', cell: ({ name }) => html`<strong>${name}</strong>` },
              { name: 'Saved', cell: ({ savedAt }) => moment(savedAt) },
              { name: 'Size', cell: ({ bytes }) => size(bytes), number: true },
              { name: 'Holds', cell: ({ holds }) => holds.join(', '), minor: true },
              {
                name: 'Actions',
                cell: ({ name }) => html`<div class="actions">
                  ${action('cloud/states.restore', 'Restore', [name], 'say', `Restore "${name}"? What the servers hold now is lost unless you save it first.`)}
                  ${action('cloud/states.remove', 'Delete', [name], 'reload', `Delete "${name}"? It cannot be brought back.`)}</div>`,
              },
            ],
            'Nothing is saved yet. Save a state before you try something that you may want to take back.',
          ),
        ],
      }),
    )
  })
  return pages
}
