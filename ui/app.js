// What the pages do beyond plain HTML; every page works without it.
// SPDX-License-Identifier: Apache-2.0
import { asked as looksAt, dayOf, days, holds, links } from './rules.js'

const offset = Number(document.body.dataset.offset ?? 0)

// ---- values as people type them ------------------------------------------------------------------

// Digits of Lao, Thai, Khmer, Burmese and Arabic as ASCII ones.
function plainDigits (text) {
  return text.replace(/[\u0ED0-\u0ED9\u0E50-\u0E59\u17E0-\u17E9\u1040-\u1049\u0660-\u0669\u06F0-\u06F9]/g, (digit) => {
    const code = digit.codePointAt(0)
    return String(code - [0x1040, 0x17E0, 0x0ED0, 0x0E50, 0x0660, 0x06F0].find((zero) => code >= zero && code <= zero + 9))
  })
}

// A typed date as ISO, a Buddhist year taken back by 543; '' when it is none (the server says what is wrong).
function typedDate (typed) {
  const [text, time] = plainDigits(typed.trim()).split(/[ ,T]+/, 2)
  const part = /^(?:(?:(\d{1,2})[./-])?(\d{1,2})[./-])?(\d{4})$/.exec(text)
  const found = part ? [part[3], part[2], part[1]] : text.split('-')
  const [year, month, day] = found.filter((piece) => piece !== undefined)
  const common = Number(year) >= 2440 && Number(year) <= 2643 ? Number(year) - 543 : Number(year)
  const iso = [String(common).padStart(4, '0'), month?.padStart(2, '0'), day?.padStart(2, '0')].filter(Boolean).join('-')
  if (!days(iso)) return ''
  return time ? `${iso}T${time.replaceAll('.', ':').replace(/^(\d):/, '0$1:')}` : iso
}

function typedValue (input) {
  if (input.dataset.kind === 'date' || input.dataset.kind === 'dateTime') return typedDate(input.value)
  if (input.dataset.kind === 'integer' || input.dataset.kind === 'decimal') return plainDigits(input.value.trim())
  return input.value
}

// Name to text of every question of a form that is asked; several choices stand with blanks between.
function formFields (form) {
  const fields = {}
  for (const input of form.elements) {
    if (!input.name || input.disabled) continue
    const ticks = input.type === 'radio' || input.type === 'checkbox'
    fields[input.name] ??= ''
    if (ticks ? !input.checked : input.value === '') continue
    const given = ticks ? input.value : typedValue(input)
    fields[input.name] += fields[input.name] && given ? ` ${given}` : given
  }
  return fields
}

// ---- questions that are asked only when they are relevant ----------------------------------------

function show (group, asked) {
  group.hidden = !asked
  for (const input of group.querySelectorAll('input, select, textarea')) input.disabled = !asked
}

// A rule that looks through a link whose record is not known here cannot be answered: its question is asked.
function unanswerable (form, tree, linked) {
  return links(tree).some((link) => linked[`${link}.`] === undefined || form.elements[link]?.value !== linked[`${link}.`])
}

// Only what fits is offered, and what is chosen already: nothing is taken away behind her back.
function offer ({ options, tree }, fits) {
  for (const { option, cells } of options) {
    const offered = option.selected || option.checked || fits(tree, cells)
    ;(option.closest('.govuk-radios__item, .govuk-checkboxes__item') ?? option).hidden = !offered
    option.disabled = !offered || option.closest('[data-relevant][hidden]') !== null
    const group = option.closest('optgroup')
    if (group) group.hidden = [...group.children].every((one) => one.hidden)
  }
}

function watchRules (form) {
  const groups = [...form.querySelectorAll('[data-relevant]')].map((group) => ({ group, tree: JSON.parse(group.dataset.relevant) }))
  const parts = [...form.querySelectorAll('.app-group')].filter((part) => part.querySelector('[data-relevant]'))
  // What looks at a field that is not for her stands here as the server wrote it.
  const choices = [...form.querySelectorAll('[data-choices]')].map((box) => ({
    tree: JSON.parse(box.dataset.choices),
    options: [...box.querySelectorAll('[data-cells]')].map((option) => ({ option, cells: JSON.parse(option.dataset.cells) }))
  })).filter(({ tree }) => looksAt(tree).every((name) => name.startsWith('state') || form.elements[name]))
  if (!groups.length && !choices.length) return
  const linked = JSON.parse(form.dataset.linked ?? '{}')
  const review = () => {
    const today = dayOf(Date.now(), offset)
    // What is hidden counts as empty, and may hide more: a chain of rules settles in as many turns as it is long.
    for (let turn = 0, changed = true; changed && turn < 10; turn++) {
      const fields = { ...linked, ...formFields(form) }
      changed = false
      for (const { group, tree } of groups) {
        const asked = unanswerable(form, tree, linked) || holds(tree, fields, today, offset)
        if (asked !== group.hidden) continue
        show(group, asked)
        changed = true
      }
    }
    const said = { ...linked, ...formFields(form) }
    for (const one of choices) offer(one, (tree, cells) => unanswerable(form, tree, linked) || holds(tree, said, today, offset, cells))
    for (const part of parts) {
      const inner = [...part.querySelectorAll('.govuk-form-group')]
      part.hidden = inner.length > 0 && inner.every((group) => group.closest('[data-relevant][hidden]'))
    }
  }
  form.addEventListener('input', review)
  form.addEventListener('change', review)
  form.addEventListener('reset', () => setTimeout(review))
  review()
}

// ---- forms -----------------------------------------------------------------------------------------

// A second press within a moment sends nothing again.
function sendOnce (form) {
  let sent = 0
  form.addEventListener('submit', (event) => {
    const now = Date.now()
    if (now - sent < 1500) event.preventDefault()
    else sent = now
  })
}

const seconds = (n) => new Promise((done) => setTimeout(done, n * 1000))

// Signing in while too many do: the form is sent again by itself when the answer says so. The password stays in its
// box and is kept nowhere. What else is answered is shown as if the browser had sent the form.
function signIn (form) {
  let trying = false
  const again = async () => {
    const said = document.createElement('p')
    said.className = 'govuk-inset-text'
    said.setAttribute('role', 'status')
    for (let turn = 0; ; turn++) {
      const answer = await fetch(form.action, { method: 'POST', redirect: 'manual', headers: { accept: 'text/html' }, body: new URLSearchParams(new FormData(form)) })
      if (answer.type === 'opaqueredirect') return location.replace(`/sign-in?next=${encodeURIComponent(form.elements.next.value)}`)
      const wait = Number(answer.headers.get('retry-after'))
      if (answer.status !== 503 || !wait || turn === 120) return swap(await answer.text())
      said.textContent = form.dataset.again
      form.before(said)
      await seconds(wait)
    }
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (trying) return
    trying = true
    again().catch(() => form.submit())
  })
}

// Leaving a form that was changed asks first; another language takes along what was typed.
function guard (form) {
  let changed = false
  const inOther = (event) => {
    if (!changed) return
    event.preventDefault()
    const lang = document.createElement('input')
    Object.assign(lang, { type: 'hidden', name: '_lang', value: event.currentTarget.hreflang })
    form.append(lang)
    form.requestSubmit()
  }
  for (const link of document.querySelectorAll('header a[hreflang]')) link.addEventListener('click', inOther)
  form.addEventListener('input', () => { changed = true })
  form.addEventListener('submit', () => { changed = false })
  window.addEventListener('beforeunload', (event) => { if (changed) event.preventDefault() })
}

// Enter in a date, a number or a link means "take this", and sends nothing half filled; in a line of text it saves.
function sendByButton (form) {
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.matches('input')) return
    event.preventDefault()
    if (event.target.matches('[type=radio], [type=checkbox], [data-kind], [list]')) return
    form.requestSubmit(form.querySelector('.app-actions button'))
  })
}

// The summary is read out when the page opens; its links lead into the field, its question in sight.
function errorSummary (summary) {
  summary.setAttribute('tabindex', '-1')
  summary.focus()
  summary.addEventListener('click', (event) => {
    const id = event.target.closest('a')?.hash.slice(1)
    const input = id && document.getElementById(decodeURIComponent(id))
    if (!input) return
    event.preventDefault()
    const group = input.closest('.govuk-form-group') ?? input
    group.scrollIntoView()
    input.focus({ preventScroll: true })
  })
}

// What the sign-in answered, in the place of its form.
function swap (html) {
  const page = new DOMParser().parseFromString(html, 'text/html')
  document.title = page.title
  document.querySelector('main').replaceWith(page.querySelector('main'))
  begin(document.querySelector('main'))
  history.replaceState(null, '', '/sign-in') // where the form leads, as if it had been sent
}

function begin (part) {
  for (const form of part.querySelectorAll('form[method=post]:not([data-again])')) sendOnce(form)
  for (const form of part.querySelectorAll('form[data-again]')) signIn(form)
  for (const form of part.querySelectorAll('form[data-guard]')) {
    guard(form)
    sendByButton(form)
  }
  for (const form of part.querySelectorAll('form')) watchRules(form)
  for (const summary of part.querySelectorAll('.govuk-error-summary')) errorSummary(summary)
}

begin(document)
