// Forms call the control API; pages that show something live are fetched again when it changes.

document.addEventListener('submit', async (event) => {
  const form = event.target
  const method = form.dataset.call
  if (!method) return
  event.preventDefault()
  const output = form.querySelector('output')
  const button = form.querySelector('button')
  const args = [...form.querySelectorAll('[name]')].map((field) =>
    field.type === 'number'
      ? Number(field.value)
      : field.dataset.json
        ? JSON.parse(field.value)
        : field.value,
  )
  button.disabled = true
  try {
    const value = await call(method, args)
    if (form.dataset.then === 'reload') await refresh()
    else if (output) output.textContent = value === null ? 'Done.' : JSON.stringify(value)
  } catch (error) {
    if (output) output.textContent = error.message
    else alert(error.message)
  } finally {
    button.disabled = false
  }
})

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

/** Puts what the page shows now in place of what it showed, unless someone is typing into it. */
async function refresh() {
  const main = document.querySelector('main')
  if (main.contains(document.activeElement) && document.activeElement.matches('input, select')) return
  const reply = await fetch(location.href)
  if (!reply.ok) return
  const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
  main.replaceChildren(...page.querySelector('main').childNodes)
}

const topic = document.body.dataset.live
if (topic) new EventSource(`/live/${topic}`).addEventListener('change', refresh)
