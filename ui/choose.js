// A field that names another record, found as one types: a box with a list below it (WAI-ARIA's combobox).
// SPDX-License-Identifier: Apache-2.0

const letters = 2, pause = 200

async function found (type, csrf, q, signal) {
  const answer = await fetch(`/choose/${type}`, { method: 'POST', signal, body: new URLSearchParams({ _csrf: csrf, q }) })
  const json = answer.ok && answer.headers.get('content-type')?.startsWith('application/json')
  return json ? answer.json() : { items: [], ready: 1 }
}

function made (tag, attributes, text = '') {
  const one = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value)
  one.textContent = text
  return one
}

// What is shut is not sent.
function open (part, yes) {
  if (!part) return
  part.hidden = !yes
  part.open = yes
  for (const input of part.querySelectorAll('input, select, textarea')) input.disabled = !yes
}

// A hidden input beside the box: which record it names, and what it said then.
function beside (form, box, prefix) {
  const name = prefix + box.name
  const there = form.querySelector(`input[type=hidden][name='${CSS.escape(name)}']`)
  if (there) return there
  const input = made('input', { type: 'hidden', name, value: '' })
  box.after(input)
  return input
}

function chooser (form, box) {
  const words = box.dataset, fresh = document.getElementById(`${box.id}-new`)
  const list = made('ul', { id: `${box.id}-options`, role: 'listbox', class: 'app-choose__list', 'aria-label': box.labels[0]?.textContent ?? '' })
  const said = made('p', { class: 'app-choose__said', role: 'status' })
  let options = [], at = -1, asked, timer
  list.hidden = true
  box.after(list, said)
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id })) box.setAttribute(name, value)

  const shut = () => {
    clearTimeout(timer)
    asked?.abort()
    list.hidden = true
    at = -1
    box.setAttribute('aria-expanded', 'false')
    box.removeAttribute('aria-activedescendant')
  }
  const mark = (next) => {
    options[at]?.node.setAttribute('aria-selected', 'false')
    at = next
    options[at].node.setAttribute('aria-selected', 'true')
    options[at].node.scrollIntoView({ block: 'nearest' })
    box.setAttribute('aria-activedescendant', options[at].node.id)
  }
  // Whom the box names now; the form's rules look at it anew.
  const names = (is, as) => {
    form.querySelector(`[id='${CSS.escape(box.id)}-likely']`)?.remove()
    beside(form, box, '_is.').value = is
    beside(form, box, '_as.').value = as
    form.dispatchEvent(new Event('change'))
  }
  const take = ({ item }) => {
    shut()
    if (!item) {
      names('+', box.value)
      open(fresh, true)
      const first = fresh.querySelector('input:not([type=hidden]), select, textarea')
      if (first.matches('input:not([type=radio], [type=checkbox], [data-kind])') && !first.value) first.value = box.value
      said.textContent = ''
      return first.focus()
    }
    box.value = item.title
    open(fresh, false)
    names(item.id, item.title)
    said.textContent = [words.chosen.replace('{}', item.title), item.more].filter(Boolean).join(' · ')
  }
  const show = ({ items, ready }) => {
    const all = words.new ? [...items, null] : items
    options = all.map((item, i) => {
      const node = made('li', { id: `${box.id}-option-${i}`, role: 'option', class: 'app-choose__option', 'aria-selected': 'false' }, item?.title ?? words.new)
      if (item?.more) node.append(' ', made('span', { class: 'app-muted' }, item.more))
      node.addEventListener('click', () => take(options[i]))
      return { node, item }
    })
    list.replaceChildren(...options.map(({ node }) => node))
    at = -1
    list.hidden = !options.length
    box.setAttribute('aria-expanded', String(!list.hidden))
    said.textContent = (items.length ? words.found.replace('{}', items.length) : words.none) + (ready < 1 ? ` ${words.reading}` : '')
  }
  const look = async (q) => {
    asked?.abort()
    asked = new AbortController()
    const mine = asked
    try {
      const answer = await found(box.dataset.choose, form.elements._csrf.value, q, mine.signal)
      if (mine === asked && document.activeElement === box) show(answer)
    } catch {} // the line is gone, or more was typed: what stands there is asked about when it is sent
  }

  box.addEventListener('input', () => {
    names('', '')
    open(fresh, false)
    said.textContent = ''
    shut()
    const q = box.value.trim()
    if ([...q].length >= letters) timer = setTimeout(look, pause, q)
  })
  box.addEventListener('keydown', (event) => {
    const shown = !list.hidden, step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && shown) mark((at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length)
    else if (step) look(beside(form, box, '_is.').value ? '' : box.value.trim())
    else if (event.key === 'Enter' && shown && at >= 0) take(options[at])
    else if (event.key === 'Escape' && shown) shut()
    else return
    event.preventDefault()
  })
  list.addEventListener('mousedown', (event) => event.preventDefault()) // the box keeps the focus
  box.addEventListener('blur', shut)
  if (fresh?.hidden) open(fresh, false)
}

// A text that is one of a list as a rule: what begins so is offered by the browser itself, and anything may be typed.
function knower (form, box) {
  const offers = made('datalist', { id: `${box.id}-known` })
  let timer
  box.after(offers)
  box.setAttribute('list', offers.id)
  box.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(async () => {
      const q = box.value.trim(), body = new URLSearchParams({ _csrf: form.elements._csrf.value, q })
      for (const select of form.querySelectorAll('select')) body.set(select.name, select.value)
      const answer = q ? await fetch(`/choose/${box.dataset.known}`, { method: 'POST', body }).catch(() => {}) : undefined
      if (!answer?.ok || q !== box.value.trim()) return
      const { items } = await answer.json()
      offers.replaceChildren(...items.map(({ title }) => made('option', { value: title })))
    }, pause)
  })
}

// A list of few needs no box: its last line alone opens what is written down on the spot.
function few (select) {
  const fresh = document.getElementById(`${select.id}-new`)
  const review = () => open(fresh, select.value === '+')
  select.addEventListener('change', review)
  if (fresh) review()
}

// A long list is shortened as one types, and stands open meanwhile; of one that is left that is taken. The box is a tool in one
// frame with its list and says whose it is, since empty above it, it was taken for the answer.
function narrower (select) {
  const box = made('input', { type: 'search', id: `${select.id}-shorten`, class: 'govuk-input app-shorten__box', autocomplete: 'off', 'aria-controls': select.id })
  const frame = made('div', { class: 'app-shorten' })
  const options = [...select.options].filter((option) => option.value), groups = [...select.querySelectorAll('optgroup')]
  const narrow = (q) => {
    const left = options.filter((option) => {
      const fits = option.textContent.toLowerCase().includes(q)
      option.style.display = fits ? '' : 'none'
      return fits && !option.hidden
    })
    for (const group of groups) group.style.display = [...group.children].every((one) => one.style.display) ? 'none' : ''
    select.size = q ? Math.min(8, left.length + 2) : 0
    if (q && left.length === 1) select.value = left[0].value
    select.dispatchEvent(new Event('change', { bubbles: true }))
  }
  select.before(frame)
  frame.append(...[...select.labels].filter((one) => one.matches('.govuk-visually-hidden')), made('label', { class: 'app-shorten__label', for: box.id }, select.dataset.narrow), box, select)
  box.addEventListener('input', (event) => {
    event.stopPropagation()
    narrow(box.value.trim().toLowerCase())
  })
  const shut = () => { if (box.value) { box.value = ''; narrow('') } }
  select.addEventListener('click', () => { if (select.value) shut() })
  select.addEventListener('blur', shut)
  box.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') select.focus()
    else if (event.key !== 'Enter') return
    event.preventDefault()
    if (event.key === 'Enter') shut()
  })
}

// Where a question has room for several answers of a long list, the next list comes once the one before is answered.
function follows (next, select) {
  const frame = next.closest('.app-shorten')
  frame.hidden = !select.value && !next.value
  select.addEventListener('change', () => { if (select.value) frame.hidden = false })
}

// Of a form, or of what was added to it.
export function choosing (form, part = form) {
  for (const box of part.querySelectorAll('[data-choose]')) chooser(form, box)
  for (const select of part.querySelectorAll('select[data-few]')) few(select)
  for (const box of part.querySelectorAll('[data-known]')) knower(form, box)
  const long = [...part.querySelectorAll('select[data-narrow]')]
  for (const select of long) narrower(select)
  for (const [i, select] of long.entries()) if (i && select.name === long[i - 1].name) follows(select, long[i - 1])
}
