// The figures of a table as one who asks may be told them, counted from the sheets and the seeded records alone.
// SPDX-License-Identifier: Apache-2.0
import { range, turns18 } from './counting.mjs'
import { asked, nothing, value } from './oracle.mjs'

// `${link.field}`: the link and what it names.
function path(world, type, name) {
  const [one, of] = name.split('.'), field = type.fields.find((each) => each.name === one)
  return { field, target: of ? world.sheets.types.get(field.link) : undefined, of }
}

// Every field that an expression looks at must stand in her sentences.
function open(world, who, type, text) {
  return asked(text).every((name) => {
    if (name === 'state') return true
    const { field, target, of } = path(world, type, name)
    if (!world.allowed(who, type, field)) return false
    if (!target || of === 'state') return true
    return world.sheets.sentence(who.role, target.name).read.length > 0 && world.allowed(who, target, target.fields.find((one) => one.name === of))
  })
}

const age = (born, on) => (born === nothing || on === nothing || !born || !on ? undefined : { born: range(born), on: range(on)[0] })
const ages = {
  'may-be-under': (years, born, on) => { const of = age(born, on); return Boolean(of) && of.on < turns18(of.born[1]) },
  'is-under': (years, born, on) => { const of = age(born, on); return Boolean(of) && of.on < turns18(of.born[0]) },
}

function look(world, who, record) {
  const plain = world.look(record, who)
  const field = (name) => {
    const [one, of] = name.split('.'), link = world.type(record).fields.find((each) => each.name === one)
    if (link?.link) {
      const target = record.links[one] && world.counted(who, record.links[one]) ? record.links[one] : undefined
      if (!of) return target?.key ?? ''
      if (target) return world.look(target, who).field(of)
      return /^(integer|decimal|date|dateTime)$/.test(world.sheets.types.get(link.link).fields.find((each) => each.name === of)?.kind) ? nothing : ''
    }
    return plain.field(name)
  }
  return { ...plain, field, calls: ages }
}

export function figureOf(world, who, name) { // null: not for her role
  const { figures, types } = world.sheets, figure = figures.find((one) => one.name === name), of = figures.find((one) => one.name === figure.of), type = types.get(figure.record)
  const sum = /^(records|persons|)$/.test(figure.count) ? '' : figure.count
  const hers = (one) => world.sheets.sentence(who.role, one.record).read.length > 0 && open(world, who, type, one.where) && open(world, who, type, /^(records|persons|)$/.test(one.count) ? '' : one.count)
  if (!hers(figure) || (of && !hers(of))) return null
  return { figure, of, type, sum }
}

// The rows that a figure counts from a day to another, and how much each is.
export function counted(world, who, { figure, of, type, sum }, from, to) {
  const day = (record) => (record.said[figure.date] ? range(record.said[figure.date])[0] : ''), fits = (record, where) => !where || Boolean(value(where, look(world, who, record)))
  let rows = world.all.filter((one) => one.type === type.name && world.counted(who, one) && day(one) && from <= day(one) && day(one) <= to && fits(one, of ? of.where : figure.where))
  if (figure.count === 'persons') {
    const link = type.person, first = new Map()
    for (const one of rows.filter((each) => !link || each.links[link.name])) {
      const whom = link ? one.links[link.name] : one, was = first.get(whom)
      if (!was || day(one) < day(was)) first.set(whom, one)
    }
    rows = [...first.values()]
  }
  if (of) rows = rows.filter((one) => fits(one, figure.where))
  return rows.map((row) => { const n = sum ? value(sum, look(world, who, row)) : 1; return { row, n: n === nothing ? 0 : n } })
}
