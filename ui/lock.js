// The lock on idle: what was typed is kept first, then the page's content gives way to the lock.
// SPDX-License-Identifier: Apache-2.0
const minute = 60_000, look = 5_000

// What is typed into a form and not saved; a password is no such thing.
const typed = () => [...document.querySelectorAll('form[data-changed]')].filter((form) => !form.querySelector('input[type=password]'))
export function kept () {
  const pairs = []
  for (const form of typed()) {
    const to = new URL(form.action)
    pairs.push(['form', to.pathname], ['body', new URLSearchParams(new FormData(form)).toString()])
  }
  return pairs
}

// Null: nobody is signed in there any more.
async function said (pairs) {
  const _csrf = document.querySelector('input[name=_csrf]').value
  const answer = await fetch('/lock', { method: 'POST', headers: { accept: 'text/html' }, body: new URLSearchParams([['_csrf', _csrf], ...pairs]) })
  if (answer.headers.get('content-type')?.startsWith('application/json')) return answer.json()
  if (answer.status === 200) return null
  throw new Error(answer.statusText)
}

export function locking () {
  const after = Number(document.body.dataset.lock) * minute
  let at = Date.now(), told = at, calls = true, asking = false
  if (!after) return
  const here = () => { at = Date.now() }
  for (const kind of ['input', 'keydown', 'pointerdown']) window.addEventListener(kind, here, { passive: true })
  const leave = (answer) => {
    const forms = typed()
    for (const form of forms) form.dispatchEvent(new Event('kept'))
    document.body.hidden = true
    if (!answer && forms.length) return forms[0].submit() // the sign-in keeps it
    location.replace(answer?.next || location.href)
  }
  const lock = async (now) => {
    const answer = await said([['idle', 'yes'], ...kept()])
    if (!answer || answer.locked) return leave(answer)
    at = now - after + answer.left // somewhere else she is at work
  }
  const turn = async () => {
    const now = Date.now(), call = calls && document.querySelector('[data-call]')?.value
    if (now - told >= minute && (call || at > told)) {
      told = now
      const answer = await said([['here', 'yes'], ...(call ? [['call', call]] : [])])
      if (!answer || answer.locked) return lock(now)
      if (call) calls = answer.left > 0 // it is over, or has lasted too long
      if (call && calls) at = now
    } else if (now - at >= after) await lock(now)
  }
  // Where nobody answers, nothing is shown either.
  setInterval(() => {
    if (asking) return
    asking = true
    turn().catch(() => { document.body.hidden = Date.now() - at >= after }).finally(() => { asking = false })
  }, look)
}

// A page that the browser kept whole is asked for again.
window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })
