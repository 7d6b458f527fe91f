// Who may see what, worked out from the sheets of a pack and from what was put in: a second reading of docs/pack.md that
// shares nothing with the program.
// SPDX-License-Identifier: Apache-2.0
//
// A world holds records { type, key, id, unit, actor, state, said, links } and grants { who, to, open, compartments, by, basis }; who
// asks is { name, role, unit }. `said` has the values as given, `links` the record that each link names.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { table } from './tool.mjs'

const words = (text) => (text ?? '').split(/\s+/).filter(Boolean)
const all = ['identity', 'place', 'case', 'care', 'health', 'legal']

// ---- expressions --------------------------------------------------------------------------------------

const tokens = (text) => text.match(/\$\{[^}]+\}|'[^']*'|"[^"]*"|\d+(?:\.\d+)?|[a-z][a-z-]*|!=|<=|>=|[=<>(),.+*-]/gi) ?? []
export const nothing = Symbol('an empty number or day')

function compare(sign, one, two) {
  if (one === nothing || two === nothing) {
    const empty = (x) => x === nothing || x === ''
    if (sign === '=' && (one === '' || two === '')) return empty(one) && empty(two)
    if (sign === '!=' && (one === '' || two === '')) return !(empty(one) && empty(two))
    return false
  }
  const number = (x) => (typeof x === 'number' ? x : Number(x))
  const [x, y] = typeof one === 'number' || typeof two === 'number' ? [number(one), number(two)] : [one, two]
  return { '=': x === y, '!=': x !== y, '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y }[sign]
}

// A day in Vientiane; days are texts that stand in order.
const today = () => new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10)
const calls = {
  today, 'state-since': today, // whatever stands in a state here came there today
  'day-add': (day, days) => (day === nothing ? nothing : new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)),
  not: (x) => !x, true: () => true, false: () => false, if: (test, yes, no) => (test ? yes : no),
  concat: (...parts) => parts.map((one) => (one === nothing ? '' : String(one))).join(''), selected: (list, one) => words(list).includes(one),
  amount: (money, currency) => { const [sum, of] = words(money); return of === currency ? Number(sum) : nothing },
  coalesce: (one, two) => (one === nothing || one === '' ? two : one), 'count-selected': (list) => words(list).length,
}

// look: { field(path), exists(type, condition), me(what), maker(what), creator(what), calls }
export function value(text, look) {
  const at = tokens(text)
  const eat = (one) => { if (at[0] !== one) throw new Error(`${one} is missing in ${text}`); at.shift() }
  const call = (name) => {
    const given = []
    eat('(')
    if (['me', 'maker', 'creator'].includes(name)) { const what = at.shift(); eat(')'); return look[name](what) }
    if (name === 'exists') { // what hangs there is asked row by row
      const type = at.shift(), inner = []
      if (at[0] === ',') at.shift()
      for (let depth = 0; depth || at[0] !== ')';) { depth += (at[0] === '(') - (at[0] === ')'); inner.push(at.shift()) }
      eat(')')
      return look.exists(type, inner.join(' '))
    }
    while (at[0] !== ')') { given.push(either()); if (at[0] === ',') at.shift() }
    eat(')')
    const known = { ...calls, ...look.calls }
    if (!(name in known)) throw new Error(`${name}() is not known here: ${text}`)
    return known[name](...given)
  }
  const one = () => {
    const word = at.shift()
    if (word === '-') return -one()
    if (word === '(') { const inner = either(); eat(')'); return inner }
    if (word.startsWith('${')) return look.field(word.slice(2, -1))
    if (/^['"]/.test(word)) return word.slice(1, -1)
    return /^\d/.test(word) ? Number(word) : call(word)
  }
  const added = () => {
    let left = one()
    while (at[0] === '+') { at.shift(); left += one() }
    return left
  }
  const compared = () => {
    const left = added()
    return /^(!=|[<>]=?|=)$/.test(at[0] ?? '') ? compare(at.shift(), left, added()) : left
  }
  const both = () => { let left = compared(); while (at[0] === 'and') { at.shift(); const right = compared(); left = left && right } return left }
  function either() { let left = both(); while (at[0] === 'or') { at.shift(); const right = both(); left = left || right } return left }
  const result = either()
  if (at.length) throw new Error(`${at.join(' ')} is left over of ${text}`)
  return result
}
export const asked = (text) => [...(text ?? '').matchAll(/\$\{([^}]+)\}/g)].map((one) => one[1])

// ---- the sheets -----------------------------------------------------------------------------------------

export class Sheets {
  static async read(folder) {
    const names = async (part) => (await readdir(join(folder, part)).catch(() => [])).filter((one) => one.endsWith('.csv')).sort().map((one) => join(part, one))
    const sheet = async (name) => (await Promise.all([...(await names(name)), ...(await names('')).filter((one) => one === `${name}.csv`)]
      .map(async (one) => table(await readFile(join(folder, one), 'utf8'))))).flat().filter((row) => !Object.values(row)[0]?.startsWith('#'))
    const sheets = new Sheets()
    for (const name of ['records', 'survey', 'choices', 'states', 'moves', 'effects', 'roles', 'rights', 'compartments', 'screens', 'figures', 'tables']) sheets[name] = await sheet(name)
    sheets.units = [...table(await readFile(join(folder, 'registry/units.csv'), 'utf8')), ...await sheet('registry/units')]
    sheets.settle()
    return sheets
  }

  settle() {
    const by = (rows, name) => new Map(rows.map((row) => [row[name], row]))
    this.unitOf = by(this.units, 'key')
    this.roleOf = by(this.roles, 'name')
    this.fields = new Map(this.records.map((one) => [one.name, []]))
    for (const row of this.survey) if (row.name && !/^(begin|end)_/.test(row.type)) this.fields.get(row.record).push(this.field(row))
    this.types = new Map(this.records.map((row) => [row.name, this.type(row)]))
    this.sentences = new Map()
    this.entitledTo = new Map()
    this.lists = new Map()
    for (const row of this.choices) this.lists.set(row.list_name, [...(this.lists.get(row.list_name) ?? []), row])
    this.lists.set('units', this.units.map((one) => ({ name: one.key })))
    this.lists.set('figures', this.figures.filter((one) => !one.within).map((one) => ({ name: one.name })))
  }

  field(row) {
    const [kind, of = ''] = row.type.split(' ')
    const link = kind === 'link' ? of : '', code = link || /^(select_one|select_multiple|integer|decimal|money|date|dateTime)$/.test(kind)
    return { name: row.name, kind: row.calculation && !link ? 'calculate' : kind, list: link ? '' : of, link, code: Boolean(code), class: row.class || 'plain', compartment: row.compartment || 'case', find: row.find ?? '', future: row.future === 'yes', reckoned: Boolean(row.calculation) }
  }

  type(row) {
    const fields = this.fields.get(row.name), role = (name) => this.records.find((one) => one.name === name)?.role
    const person = row.role === 'person' ? undefined : fields.find((one) => role(one.link) === 'person'), itsCase = fields.find((one) => role(one.link) === 'case')
    const identity = row.role === 'person' || fields.some((one) => one.class === 'identity' && !one.link), keyed = identity || Boolean(person)
    const dates = fields.filter((one) => /^date/.test(one.kind))
    const day = row.day === '-' ? undefined : dates.find((one) => one.name === row.day) ?? dates.find((one) => one.class !== 'identity')
    const without = row.role === 'person' && !row.day // her first date is her birth
    const states = this.states.filter((one) => one.record === row.name)
    return { name: row.name, role: row.role, fields, person, itsCase, identity, keyed, title: row.title, day: without ? undefined : day, first: states.find((one) => one.kind === 'first')?.name ?? '' }
  }

  sentence(role, type) {
    const name = `${role} ${type}`
    if (this.sentences.has(name)) return this.sentences.get(name)
    const row = this.rights.findLast((one) => one.role === role && (one.record === type || one.record === '*')) ?? {}
    const set = (text) => { const list = words(text); return list[0] === 'none' ? [] : list }
    const compartments = words(row.compartments)
    const said = { read: set(row.read), write: set(row.write), where: row.where ?? '', closed: row.closed ?? '', classes: words(row.classes), compartments: compartments.filter((one) => one !== 'codes'), codes: compartments.includes('codes'), opens: words(row.opens) }
    this.sentences.set(name, said)
    return said
  }

  unitSays(key, what) {
    const unit = this.unitOf.get(key)
    return what === 'unit' ? key : unit?.[what] ?? ''
  }

  // To which agencies, and which compartments, what a unit makes is open from the beginning.
  entitled(unit) {
    if (this.entitledTo.has(unit)) return this.entitledTo.get(unit)
    const found = new Map(), creator = (what) => this.unitSays(unit, what)
    const add = (to, row) => {
      const look = { creator, me: (what) => this.unitSays(to, what) }
      if (row.where && !value(row.where, look)) return
      const agency = this.unitSays(to, 'agency'), set = found.get(agency) ?? new Set()
      words(row.compartments).forEach((one) => set.add(one))
      found.set(agency, set)
    }
    for (const row of this.compartments) {
      if (row.entitled === 'creator') add(unit, row)
      else if (this.unitOf.has(row.entitled)) add(row.entitled, row)
      else for (const one of this.units) if (one.kind === row.entitled) add(one.key, row)
    }
    this.entitledTo.set(unit, found)
    return found
  }
}

// ---- who sees what ------------------------------------------------------------------------------------------

export class World {
  constructor(sheets) { this.sheets = sheets; this.all = []; this.grants = []; this.stamp = 0; this.seen = new Map(); this.rings = new Map() }

  add(record) {
    record.said ??= {}
    record.links ??= {}
    record.state ??= this.type(record).first
    record.n = this.all.length
    this.all.push(record)
    this.stamp++
    this.seal(record)
    return record
  }
  type(record) { return this.sheets.types.get(record.type) }
  agency(who) { return this.sheets.unitSays(who.unit, 'agency') }
  personOf(record) { const link = this.type(record).person; return link && record.links[link.name] }

  // ---- keys: which agency can open what was sealed -----------------------------------------------------------

  holder(record) { return this.personOf(record) ?? (this.type(record).identity ? record : undefined) }
  ring(holder, agency) { // of each compartment, whose keys: 'made' with the holder, or those of an agency that wrote of her
    const of = this.rings.get(holder) ?? new Map()
    this.rings.set(holder, of)
    if (!of.has(agency)) of.set(agency, new Set())
    return of.get(agency)
  }
  // Open to an agency for good, from the holder's beginning.
  entitled(holder, agency) { return this.sheets.entitled(holder.unit).get(agency) ?? new Set() }
  registers(record) { return record.actor === 'operator' ? all : all.filter((one) => one !== 'health' && one !== 'care') }

  // A key of the holder's where that is open to the writer's agency, else one of its own, which goes to whoever is entitled
  // to what the unit makes.
  seal(record) {
    const holder = this.holder(record)
    if (!holder) return
    if (holder === record) {
      for (const [agency, set] of this.sheets.entitled(record.unit)) for (const one of set) this.ring(record, agency).add(`${one} made`)
      for (const one of this.registers(record)) this.ring(record, 'register').add(`${one} made`)
    }
    const writer = this.agency(record), its = this.entitled(holder, writer)
    record.sealedWith = Object.fromEntries(all.map((one) => [one, its.has(one) ? 'made' : writer]))
    for (const one of all.filter((each) => !its.has(each))) {
      const key = `${one} ${writer}`
      this.ring(holder, writer).add(key)
      for (const [agency, set] of this.sheets.entitled(record.unit)) if (set.has(one)) this.ring(holder, agency).add(key)
      if (this.registers(record).includes(one)) this.ring(holder, 'register').add(key)
    }
  }
  // The keys go along with sight: those that the giver's agency has.
  handOver(record, from, to, compartments) {
    const holder = this.holder(record)
    if (holder && from !== to) for (const key of [...this.ring(holder, from)]) if (compartments.has(key.split(' ')[0])) this.ring(holder, to).add(key)
  }
  unsealed(who, record, field) {
    const holder = this.holder(record), empty = !record.said[field.name] // nothing was sealed
    return field.class !== 'identity' || field.link || !holder || empty || this.ring(holder, this.agency(who)).has(`${field.compartment} ${record.sealedWith[field.compartment]}`)
  }

  // Sight of a record, and who has it: 'unit/KEY' or 'user/NAME'.
  give(record, grant) {
    const to = grant.to.includes('/') ? grant.to : `${this.sheets.unitOf.has(grant.to) ? 'unit' : 'user'}/${grant.to}`
    const by = grant.by ?? '', was = this.grants.findIndex((one) => one.record === record && one.to === to && one.by === by)
    if (was >= 0) this.grants.splice(was, 1)
    const agency = to.startsWith('unit/') ? this.sheets.unitSays(to.slice(5), 'agency') : this.agencyOfUser(to.slice(5)), compartments = new Set(grant.compartments)
    this.grants.push({ open: true, basis: '', ...grant, by, to, record, compartments, agency })
    this.handOver(record, grant.from, agency, compartments)
    this.stamp++
  }
  // What no other sight of the same agency needs goes out of its ring again, but for what is entitled to it or its own.
  take(fits) {
    const gone = this.grants.filter(fits)
    this.grants = this.grants.filter((one) => !fits(one))
    for (const { record, agency, compartments } of gone) {
      if (this.holder(record) !== record) continue
      const stays = new Set(this.grants.filter((one) => one.record === record && one.agency === agency).flatMap((one) => [...one.compartments]))
      const ring = this.ring(record, agency), entitled = this.entitled(record, agency)
      for (const key of [...ring]) {
        const [one, by] = key.split(' ')
        if (compartments.has(one) && !stays.has(one) && !entitled.has(one) && by !== agency) ring.delete(key)
      }
    }
    this.stamp++
  }

  // What was given to one of `whom`, of the record or of whom it hangs on.
  given(record, whom) {
    const person = this.personOf(record), stands = this.type(record).day?.compartment ?? 'case'
    return this.grants.filter((one) => one.open && whom.includes(one.to) && (one.record === record || (one.record === person && one.compartments.has(stands))))
  }
  keys(record, whom) { // which compartments
    const person = this.personOf(record)
    return new Set(this.grants.filter((one) => one.open && whom.includes(one.to) && (one.record === record || one.record === person)).flatMap((one) => [...one.compartments]))
  }

  look(record, who) {
    const { sheets } = this, fields = this.type(record).fields
    return {
      field: (name) => {
        if (name === 'state') return record.state
        const [link, behind] = name.split('.')
        if (behind) return record.links[link] ? this.look(record.links[link], who).field(behind) : ''
        const field = fields.find((one) => one.name === name), said = field.link ? record.links[name]?.key ?? '' : record.said[name] ?? ''
        if (said === '' && /^(integer|decimal|date|dateTime)$/.test(field.kind)) return nothing
        return /^(integer|decimal)$/.test(field.kind) ? Number(said) : said
      },
      me: (what) => (what === 'user' ? who.name : what === 'role' ? who.role : sheets.unitSays(who.unit, what)),
      maker: (what) => sheets.unitSays(record.unit, what),
      exists: (type, condition) => {
        const link = sheets.types.get(type).fields.find((one) => one.link === record.type).name
        return this.all.some((one) => one.type === type && one.links[link] === record && (!condition || value(condition, this.look(one, who))))
      },
    }
  }
  // Closed by her sentence, whoever gave it to her: under `codes` its codes remain, else it is not there.
  closed(who, record) {
    const { closed } = this.sheets.sentence(who.role, record.type)
    return Boolean(closed) && value(closed, this.look(record, who))
  }

  inProvince(record, province) {
    if (!province) return false
    const type = this.type(record), says = (one) => this.type(one).fields.some((field) => field.kind === 'select_one' && field.class !== 'identity'
      && one.said[field.name] === province && this.sheets.lists.get(field.list).some((choice) => choice.name === province))
    const recorded = (one) => this.sheets.unitSays(one.unit, 'province') === province, above = type.itsCase && record.links[type.itsCase.name]
    const own = type.role === 'case' || !type.keyed
    return recorded(record) || (own && says(record)) || Boolean(above && (recorded(above) || says(above)))
  }

  hers(who, record, rows, where) {
    const fits = () => !where || value(where, this.look(record, who)), user = [`user/${who.name}`], unit = [`unit/${who.unit}`]
    const own = { // what the row itself says
      own: () => record.actor === who.name, unit: () => record.unit === who.unit, agency: () => this.agency(record) === this.agency(who), assigned: () => record.actor === who.name,
      province: () => record.unit === who.unit || this.inProvince(record, this.sheets.unitSays(who.unit, 'province')), all: () => true,
    }
    if (rows.some((word) => own[word]?.()) && fits()) return true
    if (rows.includes('granted') && this.given(record, [...unit, ...user]).length) return true
    return rows.includes('assigned') && this.given(record, user).length > 0
  }

  visible(who, record) {
    if (this.seenAt !== this.stamp) { this.seen.clear(); this.seenAt = this.stamp }
    let mine = this.seen.get(who.name)
    if (!mine) this.seen.set(who.name, mine = [])
    const { read, where, codes } = this.sheets.sentence(who.role, record.type)
    return (mine[record.n] ??= this.hers(who, record, read, where) && (codes || !this.closed(who, record)))
  }
  writes(who, record) {
    const { write, where } = this.sheets.sentence(who.role, record.type)
    return this.visible(who, record) && this.hers(who, record, write, where)
  }
  counted(who, record) {
    const { read, where } = this.sheets.sentence(who.role, record.type)
    return read.includes('counted') || this.hers(who, record, read, where)
  }

  // The sentence has its class and, of what has keys, its compartment.
  allowed(who, type, field) {
    const { classes, compartments, codes } = this.sheets.sentence(who.role, type.name)
    return (!classes.length || classes.includes(field.class)) && (!type.keyed || (!compartments.length && !codes) || compartments.includes(field.compartment))
  }

  opened(who, record) {
    if (this.closed(who, record)) return new Set()
    if (this.agency(record) === this.agency(who)) return new Set(all)
    const of = this.personOf(record), mine = this.agency(who)
    return new Set([...this.entitled(of ?? record, mine), ...(of ? this.sheets.entitled(record.unit).get(mine) ?? [] : []), ...this.keys(record, [`unit/${who.unit}`, `user/${who.name}`])])
  }

  shown(who, record, field) {
    const type = this.type(record)
    if (!this.visible(who, record) || !this.allowed(who, type, field)) return false
    if (!type.identity && !this.personOf(record)) return true // nothing of it has keys
    if (this.sheets.sentence(who.role, type.name).codes && field.code && /^(plain|quasi)$/.test(field.class)) return true
    return this.opened(who, record).has(field.compartment) && this.unsealed(who, record, field)
  }

  // What is in her answer: { key, state, hidden: […], fields: {…} }; what a link names is there as far as it exists for her.
  answer(who, record) {
    const fields = {}, hidden = []
    for (const field of this.type(record).fields) {
      if (!this.shown(who, record, field)) { hidden.push(field.name); continue }
      if (/^(calculate|file|image|audio)$/.test(field.kind)) continue // nobody said them
      const target = record.links[field.name]
      fields[field.name] = field.link ? (target && this.visible(who, target) ? target.key : '') : record.said[field.name] ?? ''
    }
    return { fields, hidden }
  }

  // ---- what follows from a step, a change or a new record ----------------------------------------------------

  held(who, record) { // what she may give of it
    if (!who.role || this.agency(record) === this.agency(who)) return new Set(all)
    const holder = this.holder(record)
    return holder ? this.entitled(holder, this.agency(who)) : new Set(all)
  }

  // What an effect says of the record itself when it is made; of a new one every condition of a change begins to hold.
  begin(who, record) {
    for (const row of this.sheets.effects.filter((one) => one.record === record.type && one.makes === '.' && ['create', 'change'].includes(one.on))) {
      const look = this.look(record, who)
      if (row.when && !value(row.when, look)) continue
      const said = value(row.value, look)
      if (row.field === 'state') record.state = said
      else record.said[row.field] = said === nothing ? '' : String(said)
    }
    this.stamp++
  }

  follow(who, record, on, changed = () => false) {
    if (on === 'create') this.begin(who, record)
    const look = this.look(record, who), by = `${record.type}/${record.id}`
    for (const row of this.sheets.effects.filter((one) => one.record === record.type && ['sight', 'end'].includes(one.makes))) {
      const about = row.field && row.field !== '.' ? record.links[row.field] : record
      if (!about) continue
      const asked = row.on === on || (row.on === 'change' && (on === 'create' || on === ''))
      const now = asked && (!row.when || value(row.when, look)) && (row.on === on || on === 'create' || changed())
      if (row.opens && row.opens === on) this.grants.filter((one) => one.record === about && one.by === by).forEach((one) => { one.open = true })
      else if (on && words(row.ends).includes(on)) this.take((one) => one.record === about && one.by === by)
      else if (now && row.makes === 'end') { const basis = value(row.value, look); this.take((one) => one.record === about && one.basis === basis) }
      else if (now) this.followSight(who, record, row, about, look, by)
    }
    this.stamp++
  }

  followSight(who, record, row, about, look, by) {
    const held = this.held(who, about), wanted = row.value ? words(value(row.value, look)) : [], compartments = wanted.filter((one) => held.has(one))
    if (row.value && !compartments.length) return
    this.give(about, { to: value(row.to, look), from: this.agency(who), compartments, open: !row.opens, by, basis: row.basis ? value(row.basis, look) : '' })
  }
}
