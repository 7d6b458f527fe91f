// The pack's rules as the page reads them: a parsed tree (expr_json) and the values of a form.
// SPDX-License-Identifier: Apache-2.0
//
// The same answers as the C reader in src/pack and the translation into SQL: types are static, an
// empty field is '' as text, a comparison with an empty number or day is false, arithmetic with it empty.

const empty = { empty: true, text: '', number: 0, last: 0 }
const textOf = (text) => ({ empty: text === '', text, number: 0, last: 0 })
const numberOf = (number) => Number.isFinite(number) ? { empty: false, text: String(number), number, last: number } : empty
const boolOf = (yes) => ({ empty: false, text: yes ? '1' : '0', number: yes ? 1 : 0, last: 0 })
const words = (text) => text.split(/[ \t\r\n]+/).filter((word) => word !== '')

function monthDays (year, month) {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

// The days that YYYY, YYYY-MM or YYYY-MM-DD may mean, as numbers that read like one; null when none.
export function days (iso) {
  const part = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(iso)
  if (!part) return null
  const [year, month, day] = part.slice(1).map((digits) => digits === undefined ? 0 : Number(digits))
  if (year < 1 || (part[2] && (month < 1 || month > 12))) return null
  if (part[3] && (day < 1 || day > monthDays(year, month))) return null
  const first = year * 10000 + (month || 1) * 100 + (day || 1)
  const last = year * 10000 + (month || 12) * 100 + (day || monthDays(year, month || 12))
  return { first, last }
}

// The day of a moment in milliseconds since 1970, there where clocks are `offset` minutes ahead of UTC.
export function dayOf (ms, offset) {
  const there = new Date(ms + offset * 60000)
  return there.getUTCFullYear() * 10000 + (there.getUTCMonth() + 1) * 100 + there.getUTCDate()
}

// The other way: a day as milliseconds since 1970, its own midnight.
function msOf (day) {
  return new Date(0).setUTCFullYear(Math.trunc(day / 10000), Math.trunc(day / 100) % 100 - 1, day % 100)
}

// n days later, n months later; NaN when that lies outside the years 1 to 9999.
function dayAdd (day, n) {
  const later = dayOf(msOf(day) + Math.trunc(n) * 86400000, 0)
  return later >= 10101 && later <= 99991231 ? later : NaN
}

function monthAdd (day, n) {
  const months = Math.trunc(day / 10000) * 12 + Math.trunc(day / 100) % 100 - 1 + Math.trunc(n)
  const [year, month] = [Math.floor(months / 12), months % 12 + 1]
  return year >= 1 && year <= 9999 ? year * 10000 + month * 100 + Math.min(day % 100, monthDays(year, month)) : NaN
}

// A date, or a moment YYYY-MM-DDTHH:MM[:SS][Z|+HH:MM] by its day at `offset`.
function momentDays (iso, offset) {
  if (iso.length <= 10) return days(iso)
  const part = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?$/.exec(iso)
  const day = part && days(part[1])
  if (!day || part[2] > 23 || part[3] > 59 || (part[4] ?? 0) > 59) return null
  let zone = offset
  if (part[5] === 'Z') zone = 0
  else if (part[5]) {
    const [hours, minutes] = [Number(part[5].slice(1, 3)), Number(part[5].slice(4))]
    if (hours > 14 || minutes > 59) return null
    zone = (part[5][0] === '-' ? -1 : 1) * (hours * 60 + minutes)
  }
  const at = new Date(0)
  at.setUTCFullYear(Number(part[1].slice(0, 4)), Number(part[1].slice(5, 7)) - 1, Number(part[1].slice(8)))
  const there = dayOf(at.getTime() + (part[2] * 60 + Number(part[3]) - zone) * 60000, offset)
  return { first: there, last: there }
}

function field (node, { fields, offset }) {
  const text = fields[node.link ? `${node.link}.${node.name}` : node.name] ?? ''
  if (text === '') return empty
  if (node.type === 'day') {
    const found = momentDays(text, offset)
    return found ? { empty: false, text, number: found.first, last: found.last } : empty
  }
  if (node.type === 'number') {
    return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? { ...numberOf(Number(text)), text } : empty
  }
  return textOf(text)
}

const isText = (node) => node.type === 'text' || node.type === 'set'
const truth = (got) => !got.empty && (got.number !== 0 || (got.text !== '' && got.text !== '0'))

function compare (node, on, good) {
  const [one, other] = node.args.map((arg) => evaluate(arg, on))
  if (isText(node.args[0]) && isText(node.args[1])) return boolOf(good(one.text < other.text ? -1 : one.text > other.text ? 1 : 0))
  return boolOf(!one.empty && !other.empty && good(one.number - other.number))
}

function arithmetic (node, on, work) {
  const [one, other] = node.args.map((arg) => evaluate(arg, on))
  return one.empty || other.empty ? empty : numberOf(work(one.number, other.number))
}

// born and the day on which it is asked; `most` picks the last or the first day the birth may mean.
function under (node, on, most) {
  const [years, born, day] = node.args.map((arg) => evaluate(arg, on))
  if (years.empty || born.empty || day.empty) return boolOf(false)
  return boolOf(day.number - most(born) < years.number * 10000)
}

function whole (text, pattern) {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(text)
  } catch {
    return false
  }
}

const readers = {
  text: (node) => textOf(node.text),
  number: (node) => numberOf(node.number),
  bool: (node) => boolOf(node.bool ?? node.number !== 0),
  day: (node) => numberOf(node.number),
  today: (node, on) => on.today ? numberOf(on.today) : empty,
  field,
  empty: (node, on) => boolOf(evaluate(node.args[0], on).empty),
  or: (node, on) => boolOf(node.args.some((arg) => truth(evaluate(arg, on)))),
  and: (node, on) => boolOf(node.args.every((arg) => truth(evaluate(arg, on)))),
  not: (node, on) => boolOf(!truth(evaluate(node.args[0], on))),
  eq: (node, on) => compare(node, on, (order) => order === 0),
  ne: (node, on) => compare(node, on, (order) => order !== 0),
  lt: (node, on) => compare(node, on, (order) => order < 0),
  le: (node, on) => compare(node, on, (order) => order <= 0),
  gt: (node, on) => compare(node, on, (order) => order > 0),
  ge: (node, on) => compare(node, on, (order) => order >= 0),
  add: (node, on) => arithmetic(node, on, (one, other) => one + other),
  sub: (node, on) => arithmetic(node, on, (one, other) => one - other),
  mul: (node, on) => arithmetic(node, on, (one, other) => one * other),
  div: (node, on) => arithmetic(node, on, (one, other) => one / other),
  mod: (node, on) => arithmetic(node, on, (one, other) => one - other * Math.trunc(one / other)),
  neg: (node, on) => {
    const one = evaluate(node.args[0], on)
    return one.empty ? empty : numberOf(-one.number)
  },
  selected: (node, on) => boolOf(words(evaluate(node.args[0], on).text).includes(node.args[1] ? evaluate(node.args[1], on).text : node.text)),
  'count-selected': (node, on) => numberOf(words(evaluate(node.args[0], on).text).length),
  cell: (node, { choice }) => {
    const text = choice?.[node.name] ?? ''
    return node.type === 'number' ? numberOf(text === '' ? NaN : Number(text)) : textOf(text)
  },
  'sum-selected': (node, on) => numberOf(words(evaluate(node.args[0], on).text)
    .reduce((sum, word) => sum + (Object.hasOwn(node.numbers, word) ? node.numbers[word] : 0), 0)),
  if: (node, on) => evaluate(node.args[truth(evaluate(node.args[0], on)) ? 1 : 2], on),
  coalesce: (node, on) => node.args.map((arg) => evaluate(arg, on)).find((got) => !got.empty) ?? empty,
  'is-under': (node, on) => under(node, on, (born) => born.number),
  'may-be-under': (node, on) => under(node, on, (born) => born.last),
  'day-add': (node, on) => arithmetic(node, on, dayAdd),
  'month-add': (node, on) => arithmetic(node, on, monthAdd),
  'days-between': (node, on) => arithmetic(node, on, (from, to) => (msOf(to) - msOf(from)) / 86400000),
  year: (node, on) => {
    const one = evaluate(node.args[0], on)
    return one.empty ? empty : numberOf(Math.trunc(one.number / 10000))
  },
  int: (node, on) => {
    const one = evaluate(node.args[0], on)
    return one.empty ? empty : numberOf(Math.trunc(one.number))
  },
  'string-length': (node, on) => numberOf([...evaluate(node.args[0], on).text].length),
  words: (node, on) => node.args.map((arg) => evaluate(arg, on)).find((got) => !got.empty) ?? empty,
  amount: (node, on) => {
    const [, amount, currency] = /^(.+) (.{3})$/.exec(evaluate(node.args[0], on).text) ?? []
    return currency === node.text ? numberOf(Number(amount)) : empty
  },
  currency: (node, on) => textOf(/^.+ (.{3})$/.exec(evaluate(node.args[0], on).text)?.[1] ?? ''),
  regex: (node, on) => boolOf(whole(evaluate(node.args[0], on).text, node.args[1] ? evaluate(node.args[1], on).text : node.text)),
  concat: (node, on) => textOf(node.args.map((arg) => evaluate(arg, on).text).join(''))
}
export const operators = Object.keys(readers)

function evaluate (node, on) {
  return readers[node.op](node, on)
}

// What a tree says about `fields` (name to text as given): a text, a number, a day like 20240131 or a
// yes/no; null for an empty number or day. `offset`: minutes east of UTC. `choice`: of a choice_filter, what the choice
// says in each of its columns.
export function value (tree, fields, today, offset = 0, choice = undefined) {
  const got = evaluate(tree, { fields, today, offset, choice })
  if (isText(tree)) return got.text
  if (tree.type === 'bool') return truth(got)
  return got.empty ? null : got.number
}

// Does the rule hold?
export function holds (tree, fields, today, offset = 0, choice = undefined) {
  return truth(evaluate(tree, { fields, today, offset, choice }))
}

// The fields of the record itself that a tree looks at.
export function asked (tree) {
  const own = tree.op === 'field' && !tree.link ? [tree.name] : []
  return [...own, ...(tree.args ?? []).flatMap(asked)]
}

// The links through which a tree looks at another record.
export function links (tree) {
  const own = tree.op === 'field' && tree.link ? [tree.link] : []
  return [...new Set([...own, ...(tree.args ?? []).flatMap(links)])]
}

// The fields that it looks at behind one of them.
export function behind (tree, link) {
  const own = tree.op === 'field' && tree.link === link ? [tree.name] : []
  return [...own, ...(tree.args ?? []).flatMap((arg) => behind(arg, link))]
}
