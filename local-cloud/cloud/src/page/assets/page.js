// Forms call the control API; pages that show something live are fetched again when it changes.

document.addEventListener('submit', async (event) => {
  const form = event.target
  const method = form.dataset.call
  if (!method) return
  event.preventDefault()
  const output = form.querySelector('output')
  const button = form.querySelector('button')
  const say = (words, bad) => {
    output.textContent = words
    output.classList.toggle('bad', bad)
  }
  try {
    const args = [...form.querySelectorAll('[name]')].map(argument)
    const taken = JSON.parse(form.dataset.taken ?? '[]').includes(args[0])
    const question = taken ? `"${args[0]}" is there already. Replace it?` : form.dataset.confirm
    if (question && !confirm(question)) return
    button.disabled = true
    say('', false)
    const value = await call(method, args)
    if (form.dataset.then === 'reload') await refresh(true)
    else {
      say(value === null ? 'Done.' : JSON.stringify(value), false)
      await freshen()
    }
  } catch (error) {
    say(error.message, true)
  } finally {
    button.disabled = false
  }
})

function argument(field) {
  if (field.type === 'number') return Number(field.value)
  return field.dataset.json ? JSON.parse(field.value) : field.value
}

async function call(method, args) {
  const reply = await fetch(`/control/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
  })
  const answer = await reply.json()
  if (answer.error) throw new Error(answer.error.message)
  return answer.value
}

/**
 * Puts what the page shows now in place of what it showed. Nobody is interrupted in typing unless they `asked`; what was
 * opened stays open, and whoever goes by keyboard stays where they were.
 */
async function refresh(asked = false) {
  const main = document.querySelector('main')
  const typing = main.contains(document.activeElement) && document.activeElement.matches('input, select')
  if (typing && !asked) return
  const reply = await fetch(location.href)
  if (!reply.ok) return
  const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
  if (page.querySelector('main').innerHTML === main.innerHTML) return
  const opened = [...main.querySelectorAll('details[open]')].map(({ id }) => id)
  const focusable = () => [...main.querySelectorAll('a, button, input:not([type="hidden"]), select, summary')]
  const at = focusable().indexOf(document.activeElement)
  main.replaceChildren(...page.querySelector('main').childNodes)
  for (const id of opened) document.getElementById(id)?.setAttribute('open', '')
  if (at >= 0) focusable()[at]?.focus({ preventScroll: true })
}

/** Brings up to date what tells of the whole server, and leaves the forms as they are. */
async function freshen() {
  const parts = [...document.querySelectorAll('[data-fresh]')]
  if (parts.length === 0) return
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html')
  for (const part of parts) {
    const fresh = page.getElementById(part.id)
    if (fresh) part.replaceChildren(...fresh.childNodes)
  }
}

const topic = document.body.dataset.live
if (topic) {
  const source = new EventSource(`/live/${topic}`)
  source.addEventListener('change', () => refresh())
  // What happened between the page's being made and now, or while the stream was away, is told by nobody.
  source.addEventListener('open', () => refresh())
}
