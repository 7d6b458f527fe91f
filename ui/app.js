// What the pages do beyond plain HTML; every page works without it.
// SPDX-License-Identifier: Apache-2.0
import { choosing } from './choose.js'
import { kept, locking } from './lock.js'
import { asked as looksAt, behind, dayOf, days, holds, links } from './rules.js'

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

// A typed number as digits and a point, whichever language's signs it has: 7.393,17 and 7,393.17. One sign with three digits
// behind it is taken for a whole number here; the server asks.
function typedNumber (typed) {
  const text = plainDigits(typed.trim()).replace(/\s/g, ' ')
  const part = /^(-?)(?:([1-9]\d{0,2}(?:([ .,])\d{3}(?:\3\d{3})*))|(\d+))(?:([.,])(\d+))?$/.exec(text)
  if (!part || (part[3] && part[3] === part[5])) return text
  return part[1] + (part[2] ?? part[4]).replace(/[ .,]/g, '') + (part[6] ? `.${part[6]}` : '')
}

function typedValue (input) {
  if (input.dataset.kind === 'date' || input.dataset.kind === 'dateTime') return typedDate(input.value)
  if (input.dataset.kind === 'integer' || input.dataset.kind === 'decimal') return typedNumber(input.value)
  if (input.dataset.kind === 'money') {
    const amount = typedNumber(input.value)
    return amount ? `${amount} ${input.form.elements[`_currency.${input.name}`]?.value ?? ''}` : ''
  }
  return input.value
}

// Name to text of every question of a form that is asked, or of one of its rows; several choices stand with blanks between.
function formFields (form, row = undefined) {
  const fields = {}
  const prefix = row?.dataset.row ?? ''
  for (const input of row?.querySelectorAll('input, select, textarea') ?? form.elements) {
    if (!input.name || input.disabled) continue
    const name = input.name.slice(prefix.length)
    const ticks = input.type === 'radio' || input.type === 'checkbox'
    fields[name] ??= ''
    if (ticks ? !input.checked : input.value === '') continue
    const given = ticks ? input.value : typedValue(input)
    fields[name] += fields[name] && given ? ` ${given}` : given
  }
  return fields
}

// What rules see there: in a row its own fields, and behind its link those of the form as they are typed.
function seen (form, row) {
  const above = { ...JSON.parse(form.dataset.linked ?? '{}'), ...formFields(form) }
  if (!row) return above
  const fields = JSON.parse(row.dataset.linked)
  for (const [name, text] of Object.entries(above)) fields[`${row.dataset.up}.${name}`] = text
  return { ...fields, ...formFields(form, row) }
}

// ---- questions that are asked only when they are relevant ----------------------------------------

function show (group, asked) {
  group.hidden = !asked
  for (const input of group.querySelectorAll('input, select, textarea')) input.disabled = input.closest('[data-relevant][hidden], .app-new[hidden]') !== null
}

// What a link's field names: what was chosen in its box, else what stands there.
const named = (form, name) => (form.elements[`_is.${name}`] ?? form.elements[name])?.value

// A rule that looks through a link whose record is not known here cannot be answered: its question is asked.
function unanswerable (form, row, tree, fields) {
  return links(tree).some((link) => link === row?.dataset.up
    ? behind(tree, link).some((name) => fields[`${link}.${name}`] === undefined)
    : fields[`${link}.`] === undefined || named(form, (row?.dataset.row ?? '') + link) !== fields[`${link}.`])
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

// In a table of answers each line has one: a second tick takes the first away.
function oneAnswer (event) {
  const line = event.target.checked && event.target.closest('.app-grid tr')
  if (line) for (const other of line.querySelectorAll('input')) if (other !== event.target) other.checked = false
}
document.addEventListener('change', oneAnswer, true)

// Of answers that the pack's rule lets stand alone and not together, what was ticked last stays: none, or some.
function takeApart (event) {
  const on = event.target, box = on.checked && on.closest('[data-apart], [data-doubt]')
  if (!box) return
  const { apart, doubt } = box.dataset, tree = JSON.parse(apart ?? doubt), [name] = looksAt(tree)
  const fits = (...all) => holds(tree, { [name]: all.map((one) => one.value).join(' ') }, dayOf(Date.now(), offset), offset) === Boolean(apart)
  const others = [...box.querySelectorAll('input:checked')].filter((one) => one !== on)
  for (const other of others) if (fits(on) && fits(other) && !fits(on, other)) other.checked = false
}
document.addEventListener('change', takeApart, true)

// The rules of a form or, where one was added, of a row; told anew with whatever is typed.
function watchRules (form) {
  const within = (one) => one.closest('[data-row]')
  const gather = () => ({
    groups: [...form.querySelectorAll('[data-relevant]')].map((group) => ({ group, row: within(group), tree: JSON.parse(group.dataset.relevant) })),
    parts: [...form.querySelectorAll('.app-group:not([data-turn])')].filter((part) => part.querySelector('[data-relevant]')),
    // What looks at a field that is not for her stands here as the server wrote it.
    choices: [...form.querySelectorAll('[data-choices]')].map((box) => ({
      row: within(box),
      tree: JSON.parse(box.dataset.choices),
      options: [...box.querySelectorAll('[data-cells]')].map((option) => ({ option, cells: JSON.parse(option.dataset.cells) }))
    })).filter(({ row, tree }) => looksAt(tree).every((name) => name.startsWith('state') || form.elements[(row?.dataset.row ?? '') + name]))
  })
  let { groups, parts, choices } = gather()
  const review = () => {
    const today = dayOf(Date.now(), offset)
    let said = new Map() // of the form and each of its rows, as of this turn
    const holding = (row, tree, cells) => {
      if (!said.has(row)) said.set(row, seen(form, row))
      const fields = said.get(row)
      return unanswerable(form, row, tree, fields) || holds(tree, fields, today, offset, cells)
    }
    // What is hidden counts as empty, and may hide more: a chain of rules settles in as many turns as it is long.
    for (let turn = 0, changed = true; changed && turn < 10; turn++) {
      changed = false
      said = new Map()
      for (const { group, row, tree } of groups) {
        const asked = holding(row, tree)
        if (asked !== group.hidden) continue
        show(group, asked)
        changed = true
      }
    }
    said = new Map()
    for (const one of choices) offer(one, (tree, cells) => holding(one.row, tree, cells))
    for (const part of parts) {
      const inner = [...part.querySelectorAll('.govuk-form-group')]
      part.hidden = inner.length > 0 && inner.every((group) => group.closest('[data-relevant][hidden]'))
    }
  }
  form.addEventListener('input', review)
  form.addEventListener('change', review)
  form.addEventListener('reset', () => setTimeout(review))
  form.addEventListener('row', () => {
    ({ groups, parts, choices } = gather())
    review()
  })
  if (groups.length || choices.length) review()
}

// One more row, without asking the server, whose number 0 it bears in the page.
function addRows (box) {
  const button = box.querySelector(':scope > button[name=_more]')
  button?.addEventListener('click', (event) => {
    event.preventDefault()
    const rows = [...box.querySelectorAll(':scope > [data-row]')]
    const name = button.value
    const n = 1 + Math.max(0, ...rows.map((row) => Number(row.dataset.row.split('.')[1])))
    const made = document.createElement('template')
    made.innerHTML = box.querySelector(':scope > template').innerHTML.replaceAll(`${name}.0.`, `${name}.${n}.`)
    const row = made.content.querySelector('[data-row]')
    row.querySelector('[data-number]').textContent = n
    button.before(row)
    const form = box.closest('form')
    choosing(form, row)
    form.dispatchEvent(new CustomEvent('row'))
    form.dispatchEvent(new Event('input', { bubbles: true }))
    row.querySelector('input:not([type=hidden]), select, textarea')?.focus()
  })
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
  let changed = form.dataset.guard === 'typed' // what stands in it was typed before
  const inOther = (event) => {
    if (!changed) return
    event.preventDefault()
    const lang = document.createElement('input')
    Object.assign(lang, { type: 'hidden', name: '_lang', value: event.currentTarget.hreflang })
    form.append(lang)
    form.requestSubmit()
  }
  for (const link of document.querySelectorAll('header a[hreflang]')) link.addEventListener('click', inOther)
  const change = () => { changed = true; form.dataset.changed = '' }
  if (changed) change()
  form.addEventListener('input', change)
  form.addEventListener('kept', () => { changed = false })
  form.addEventListener('submit', () => { changed = false })
  window.addEventListener('beforeunload', (event) => { if (changed) event.preventDefault() })
}

// Enter in a date, a number or a link means "take this", and sends nothing half filled; in a line of text it saves.
function sendByButton (form) {
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.matches('input')) return
    event.preventDefault()
    if (event.target.matches('[type=radio], [type=checkbox], [data-kind], [data-choose]')) return
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

// Another user at this desk: what is typed goes along, to be kept for who leaves.
function leaveDesk (form) {
  form.addEventListener('submit', () => {
    for (const [name, value] of kept()) {
      const input = document.createElement('input')
      Object.assign(input, { type: 'hidden', name, value })
      form.append(input)
    }
    for (const one of document.querySelectorAll('form[data-changed]')) one.dispatchEvent(new Event('kept'))
  })
}

function begin (part) {
  for (const form of part.querySelectorAll('form[method=post]:not([data-again])')) sendOnce(form)
  for (const form of part.querySelectorAll('form[data-again]')) signIn(form)
  for (const form of part.querySelectorAll('form[data-desk]')) leaveDesk(form)
  for (const form of part.querySelectorAll('form[data-guard]')) {
    guard(form)
    sendByButton(form)
  }
  for (const form of part.querySelectorAll('form')) {
    choosing(form)
    watchRules(form)
  }
  for (const box of part.querySelectorAll('.app-rows')) addRows(box)
  for (const summary of part.querySelectorAll('.govuk-error-summary')) errorSummary(summary)
}

begin(document)
locking()
