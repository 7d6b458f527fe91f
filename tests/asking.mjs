// Every way in which a seeded register can be asked for what is not hers, and what may be answered.
// SPDX-License-Identifier: Apache-2.0
import { counted, figureOf } from './figured.mjs'
import { wordOf } from './seeded.mjs'

// Forbidden is what is not hers; answered, when something of it is told; lacking, when what is hers is not.
export class Count {
  constructor() { this.requests = 0; this.forbidden = 0; this.answered = []; this.lacking = []; this.ways = new Map() }
  asked(way, forbidden) {
    const [all, not] = this.ways.get(way) ?? [0, 0]
    this.ways.set(way, [all + 1, not + (forbidden ? 1 : 0)])
    this.requests++
    if (forbidden) this.forbidden++
  }
  told(text) { this.answered.push(text) }
  lacks(text) { this.lacking.push(text) }
}

export async function inTurns(jobs, at = 6) {
  let next = 0
  await Promise.all(Array.from({ length: at }, async () => { while (next < jobs.length) await jobs[next++]() }))
}
const html = 'text/html'

export class Asking {
  constructor(seeded, count = new Count()) { Object.assign(this, seeded, { count }) }

  // Every word in an answer must be one that she may read; what stood in the question says nothing.
  scan(who, how, { text }, but = '') {
    for (const { record, field, text: word } of this.words.in(text, but)) {
      if (field ? this.world.shown(who, record, field) : this.world.visible(who, record)) continue
      const at = text.indexOf(word)
      this.count.told(`${who.name} ${how}: ${record.type}${field ? '.' + field.name : ''} of ${record.unit} (${record.n}): …${text.slice(Math.max(0, at - 160), at + 60)}`)
    }
  }
  status(who, how, answer, allowed, forbidden) {
    if (allowed.includes(answer.status)) return
    this.count[forbidden ? 'told' : 'lacks'](`${who.name} ${how}: ${answer.status} and not ${allowed.join(' or ')}: ${answer.text.slice(0, 150)}`)
  }
  name(record) { return `${record.type} ${record.n} of ${record.unit}` }
  makes(who, type) { return this.sheets.sentence(who.role, type).write.some((word) => word !== 'granted') } // what is given to her is there already
  says(who, type, what) { return this.sheets.sentence(who.role, type)[what].some((word) => word !== 'counted') }

  // ---- one record ---------------------------------------------------------------------------------------------

  item(who, how, record, body) {
    const { fields, hidden } = this.world.answer(who, record)
    for (const name of hidden) if (name in body) this.count.told(`${who.name} ${how}: ${this.name(record)} shows ${name}: ${body[name]}`)
    for (const [name, value] of Object.entries(fields)) {
      if (!(name in body)) this.count.lacks(`${who.name} ${how}: ${this.name(record)} (by ${record.actor}) hides ${name}`)
      else if (body[name] !== value) this.count[value ? 'lacks' : 'told'](`${who.name} ${how}: ${this.name(record)} has ${name} '${body[name]}' and not '${value}'`)
    }
    const named = [...(body.hidden ?? [])].sort().join(' ')
    if (named !== hidden.sort().join(' ')) this.count.lacks(`${who.name} ${how}: ${this.name(record)} names as hidden: ${named}; and not: ${hidden.join(' ')}`)
  }

  async record(who, record) {
    const path = `/${record.type}/${record.key}`, hers = this.world.visible(who, record), answer = await this.line.ask(who, 'GET', path)
    this.count.asked('records', !hers)
    this.status(who, `${path} (${this.name(record)})`, answer, [hers ? 200 : 404], !hers)
    if (hers && answer.status === 200) this.item(who, path, record, answer.body)
    this.scan(who, path, answer, hers ? '' : path)
  }

  async page(who, record, behind = '') {
    const path = `/${record.type}/${record.id}${behind}`, hers = this.world.visible(who, record), answer = await this.line.ask(who, 'GET', path, undefined, html)
    const writes = !behind || this.world.writes(who, record), forbidden = !hers || !writes
    this.count.asked(behind ? 'forms' : 'pages', behind === '/sight' ? !hers : forbidden)
    if (behind === '/edit') this.status(who, `${path} (${this.name(record)})`, answer, hers && writes ? [200] : hers ? [403] : this.says(who, record.type, 'write') ? [404] : [403, 404], forbidden)
    else this.status(who, `${path} (${this.name(record)})`, answer, [hers ? 200 : 404], !hers)
    this.scan(who, path, answer, hers ? '' : path)
  }

  // A step's own form is there for who may take it now.
  async step(who, record) {
    const move = this.sheets.moves.find((one) => one.record === record.type && one.asks)
    if (!move) return
    const path = `/${record.type}/${record.id}/move?move=${move.name}`, hers = this.world.visible(who, record), writes = this.world.writes(who, record)
    const answer = await this.line.ask(who, 'GET', path, undefined, html)
    this.count.asked('steps', !hers || !writes)
    this.status(who, `${path} (${this.name(record)})`, answer, hers && writes ? [200, 403] : hers ? [403] : this.says(who, record.type, 'write') ? [404] : [403, 404], !hers || !writes)
    this.scan(who, path, answer, hers ? '' : path)
  }

  // Steps, changes, and sight given, taken or opened of what is not hers: nothing of it is done, and nothing said.
  async write(who, record) {
    const hers = this.world.visible(who, record), writes = this.world.writes(who, record), path = `/${record.type}/${record.key}`
    const none = hers ? [403] : this.says(who, record.type, 'write') ? [404] : [403, 404]
    const text = this.world.type(record).fields.find((one) => /^(text|note)$/.test(one.kind))
    const ask = async (behind, method, body, allowed) => {
      const answer = await this.line.ask(who, method, path + behind, body)
      this.count.asked('writes', true)
      this.status(who, `${method} ${path}${behind} (${this.name(record)})`, answer, allowed, true)
      this.scan(who, `${method} ${path}${behind}`, answer, hers ? '' : path)
    }
    if (!writes) await ask('', 'PATCH', { version: 1, ...(text ? { [text.name]: 'not hers' } : {}) }, none)
    const move = this.sheets.moves.find((one) => one.record === record.type && one.from === record.state) ?? this.sheets.moves.find((one) => one.record === record.type)
    if (!writes && move) await ask('/move', 'POST', { move: move.name, version: 1 }, none)
    const giving = { to: 'mlsw', compartments: 'identity', until: '2099-12-31', why: 'not hers' }
    if (!hers || !writes && this.world.agency(record) !== this.world.agency(who)) {
      await ask('/share', 'POST', giving, [hers ? 403 : 404])
      await ask('/unshare', 'POST', { to: 'mlsw', why: 'not hers' }, [hers ? 403 : 404])
    }
    if (!writes) {
      await ask('/later', 'POST', { until: '2099-12-31', why: 'not hers' }, none)
      await ask('/again', 'POST', {}, none)
    }
    if (!hers || !this.says(who, record.type, 'opens')) await ask('/open', 'POST', { why: 'not hers' }, [hers ? 403 : 404])
  }

  // ---- lists, filters, finds -----------------------------------------------------------------------------------

  of(who, type, fits = () => true) { return this.world.all.filter((one) => one.type === type && this.world.visible(who, one) && fits(one)) }

  // All that a list tells, page by page.
  async items(who, path) {
    const all = []
    for (let after = ''; ;) {
      const answer = await this.line.ask(who, 'GET', `${path}${path.includes('?') ? '&' : '?'}limit=1000${after}`)
      if (answer.status !== 200) return { answer }
      all.push(...answer.body.items)
      if (!answer.body.next) return { answer, all }
      after = `&after=${answer.body.next}`
    }
  }
  known(key) { return this.words.known.get(key)?.record }

  async list(who, type) {
    const reads = this.says(who, type, 'read'), { answer, all } = await this.items(who, `/${type}`), hidden = this.world.all.filter((one) => one.type === type).length - this.of(who, type).length
    this.count.asked('lists', hidden > 0)
    if (!reads) { this.status(who, `/${type}`, answer, [404, 403], true); return }
    this.status(who, `/${type}`, answer, [200], false)
    const told = new Set((all ?? []).map((one) => one.key))
    for (const body of all ?? []) if (this.known(body.key)) this.item(who, `/${type}`, this.known(body.key), body)
    for (const one of this.of(who, type)) if (!told.has(one.key)) this.count.lacks(`${who.name} /${type}: ${this.name(one)} is not in the list`)
    for (const key of told) if (!this.known(key) || !this.world.visible(who, this.known(key))) this.count.told(`${who.name} /${type}: ${key} is in the list`)
    await this.listPage(who, type)
  }

  // As people see it: its words, its count, and where it goes on.
  async listPage(who, type) {
    const answer = await this.line.ask(who, 'GET', `/${type}`, undefined, html), n = this.of(who, type).length
    this.count.asked('lists', true)
    this.scan(who, `/${type} as a page`, answer)
    const day = this.sheets.types.get(type).day, after = answer.text.match(/after=(\d{8})\.(\d+)/)?.[1]
    const days = new Set(this.of(who, type, (one) => day && one.said[day.name] && this.world.shown(who, one, day)).map((one) => one.said[day.name].slice(0, 10).replaceAll('-', '')))
    if (after && Number(after) && !days.has(after)) this.count.told(`${who.name} /${type}: the list goes on from a day that is not hers: ${after}`)
    const said = answer.text.match(/class='app-count'>(\d+)/)?.[1]
    if (said && Number(said) !== Math.min(n, 100)) this.count[Number(said) > n ? 'told' : 'lacks'](`${who.name} /${type}: ${said} are counted, ${n} are hers`)
  }

  // A filter finds what she may see, by fields that she may read of it.
  async filter(who, type, field, value) {
    const path = `/${type}?${field.name}=${encodeURIComponent(value)}`, { answer, all } = await this.items(who, path), of = this.sheets.types.get(type)
    this.count.asked('filters', this.world.all.some((one) => one.type === type && !this.world.shown(who, one, field)))
    if (!this.says(who, type, 'read')) return this.status(who, path, answer, [404, 403], true)
    if (!this.world.allowed(who, of, field)) return this.status(who, path, answer, [400], true)
    this.status(who, path, answer, [200], false)
    const has = (one) => (field.link ? one.links[field.name]?.key === value && this.world.visible(who, one.links[field.name]) : (one.said[field.name] ?? '').split(' ').includes(value))
    const expected = new Set(this.of(who, type, (one) => this.world.shown(who, one, field) && has(one)).map((one) => one.key)), told = new Set((all ?? []).map((one) => one.key))
    for (const key of told) if (!expected.has(key)) this.count.told(`${who.name} ${path} finds ${this.known(key) ? this.name(this.known(key)) : key}`)
    for (const key of expected) if (!told.has(key)) this.count.lacks(`${who.name} ${path} does not find ${this.name(this.known(key))}`)
  }

  // What is named that is not hers is answered as what never was.
  async asNever(who, type, link, hidden) {
    const never = 'kyppppppyk', path = (key) => `/${type}?${link.name}=${key}`
    const one = await this.line.ask(who, 'GET', path(hidden.key)), two = await this.line.ask(who, 'GET', path(never))
    this.count.asked('links', true)
    if (one.text.replaceAll(hidden.key, never) !== two.text) this.count.told(`${who.name} ${path(hidden.key)}: ${one.text.slice(0, 200)}; of one that never was: ${two.text.slice(0, 200)}`)
    if (!this.makes(who, type)) return
    const give = (key) => this.line.ask(who, 'POST', `/${type}`, { key: 'kyoooooopk', [link.name]: key })
    const given = await give(hidden.key), given2 = await give(never)
    this.count.asked('links', true)
    if (given.status < 400 || given.text.replaceAll(hidden.key, never) !== given2.text) this.count.told(`${who.name} names ${this.name(hidden)} in a ${type}: ${given.text.slice(0, 200)}; one that never was: ${given2.text.slice(0, 200)}`)
  }

  async find(who, record, field, text) {
    const path = `/find?q=${encodeURIComponent(text)}`, answer = await this.line.ask(who, 'GET', path), hers = this.world.visible(who, record), shown = field ? this.world.shown(who, record, field) : hers
    this.count.asked('finds', !shown)
    this.scan(who, path, answer, text)
    const found = [...(answer.body?.items ?? []), ...(answer.body?.others ?? [])].filter((one) => one.id === record.id)
    if (found.length && !hers) this.count.told(`${who.name} ${path} finds ${this.name(record)}`)
    const other = hers && this.world.type(record).fields.some((one) => one.find && one !== field && this.world.shown(who, record, one))
    if (found.length && hers && !shown && !other) this.count.told(`${who.name} ${path} finds ${this.name(record)} by its ${field.name}, which is closed to her`)
    // Who may not read all names of a kind tries none of them: names stand together where they are looked for.
    const type = this.world.type(record), tries = !field || type.fields.every((one) => one.find !== field.find || this.world.allowed(who, type, one))
    if (shown && tries && !found.length && answer.status === 200 && answer.body.ready !== false) this.count.lacks(`${who.name} ${path} does not find ${this.name(record)}`)
  }

  // What a field of a form offers as one types: hers alone, and found only by what she may read.
  async choose(who, visitor, type, of = this.world.all.filter((one) => one.type === type)) {
    const ask = async (q) => { await visitor.get('/account'); return visitor.post(`/choose/${type}`, { q }) }
    const reads = this.says(who, type, 'read'), hidden = of.filter((one) => !this.world.visible(who, one)), hers = of.filter((one) => this.world.visible(who, one))
    for (const record of [...hidden.slice(0, 3), hidden.at(-1), ...hers.slice(0, 2)].filter(Boolean)) {
      const fields = this.world.type(record).fields.filter((one) => one.find && record.said[one.name]), how = `POST /choose/${type}`
      for (const [field, q] of [[undefined, record.key], [undefined, record.id], ...fields.map((one) => [one, record.said[one.name]]), [undefined, '']]) {
        const answer = await ask(q), seen = this.world.visible(who, record) && (!field || this.world.shown(who, record, field))
        this.count.asked('choices', !seen)
        this.status(who, how, answer, [reads ? 200 : 404], !reads)
        this.scan(who, `${how} ${q}`, answer, q)
        if (answer.status !== 200) continue
        const items = JSON.parse(answer.text).items, there = items.some((one) => one.id === record.id)
        for (const one of items) if (!this.world.visible(who, this.known(one.key) ?? record)) this.count.told(`${who.name} ${how} ${q} offers ${one.key}`)
        if (items.length > 5) this.count.told(`${who.name} ${how} ${q} offers ${items.length}`)
        const other = seen || fields.some((one) => one !== field && this.world.shown(who, record, one))
        if (there && field && !other) this.count.told(`${who.name} ${how} ${q} finds ${this.name(record)} by its ${field.name}, which is closed to her`)
        if (seen && !field && q && !there) this.count.lacks(`${who.name} ${how} ${q} does not offer ${this.name(record)}`)
      }
    }
  }

  // Neither by its number, nor by what it is called, nor as if it had been chosen: what is hidden is as if it never were.
  async linkTo(who, visitor, type, link, hidden) {
    const never = 'kyppppppyk', words = this.world.type(hidden).fields.filter((one) => one.find && hidden.said[one.name]).map((one) => hidden.said[one.name])
    const sent = async (said, of) => {
      await visitor.get(`/${type}/new`)
      const answer = await visitor.post(`/${type}`, said)
      const text = answer.text.replace(/(name='(?:_csrf|_call|_once|_new[.\w]*_once)' value=')[^']*/g, '$1')
      return { ...answer, text: of.reduce((all, one) => all.replaceAll(one, never), text) }
    }
    for (const of of [hidden.key, hidden.id, ...words]) {
      const [one, two] = [await sent({ [link.name]: of }, [of]), await sent({ [link.name]: never }, [never])]
      this.count.asked('links by name', true)
      this.scan(who, `POST /${type} with ${link.name} ${of}`, one)
      if (!words.includes(of) && one.text !== two.text) this.count.told(`${who.name} names ${this.name(hidden)} in ${type}.${link.name}, and is told so`)
      if (one.status !== 400) this.count.told(`${who.name} names ${this.name(hidden)} in ${type}.${link.name}: ${one.status}`)
    }
    const chosen = (id) => sent({ [link.name]: 'somebody', [`_as.${link.name}`]: 'somebody', [`_is.${link.name}`]: id }, [id])
    const [one, two] = [await chosen(hidden.id), await chosen(never)]
    this.count.asked('links by name', true)
    if (one.status !== 400 || one.text !== two.text) this.count.told(`${who.name} chooses ${this.name(hidden)} in ${type}.${link.name}: ${one.status}`)
  }

  // ---- figures ----------------------------------------------------------------------------------------------------

  async figures(who, name, from, to) {
    const path = `/figures/${name}?from=${from}&to=${to}`, answer = await this.line.ask(who, 'GET', path)
    this.count.asked('figures', true)
    this.scan(who, path, answer)
    if (answer.status !== 200) { this.count.lacks(`${who.name} ${path}: ${answer.status}`); return }
    for (const row of answer.body.rows) {
      const hers = figureOf(this.world, who, row.figure)
      if (!hers) { if (row.value !== null) this.count.told(`${who.name} ${path}: ${row.figure} is ${row.value} and not for her`); continue }
      const n = counted(this.world, who, hers, from, to).reduce((sum, one) => sum + one.n, 0)
      if (row.value !== n) this.count[row.value > n ? 'told' : 'lacks'](`${who.name} ${path}: ${row.figure} is ${row.value} and not ${n}`)
    }
  }

  async cells(who, name, from, to, by) {
    const path = `/figures/${name}?from=${from}&to=${to}&by=${by}`, answer = await this.line.ask(who, 'GET', path), told = new Map()
    this.count.asked('cells', true)
    this.scan(who, path, answer)
    if (answer.status !== 200) return
    for (const cell of answer.body.cells) if (cell.value !== null && Object.keys(cell.by).length) told.set(cell.figure, [...(told.get(cell.figure) ?? []), [cell.by[by] ?? '', cell.value, cell.of[by]]])
    for (const [figure, cells] of told) {
      const hers = figureOf(this.world, who, figure), field = hers?.type.fields.find((one) => one.name === by)
      if (!hers) { this.count.told(`${who.name} ${path}: cells of ${figure} are not for her`); continue }
      if (!field || field.kind === 'select_multiple' || cells.some(([, , of]) => of && of.includes('.'))) continue // of what a link names
      if (!this.world.allowed(who, hers.type, field)) { this.count.told(`${who.name} ${path}: ${figure} is split by a field closed to her`); continue }
      const expected = new Map()
      for (const { row, n } of counted(this.world, who, hers, from, to)) expected.set(row.said[by] ?? '', (expected.get(row.said[by] ?? '') ?? 0) + n)
      for (const [value, n] of cells) if (n > (expected.get(value) ?? 0)) this.count.told(`${who.name} ${path}: ${figure} of ${value} is ${n} and not ${expected.get(value) ?? 0}`)
    }
  }

  // ---- what moved on ------------------------------------------------------------------------------------------------

  // From an old version, over what others wrote since: nothing is written, and only what she may read stands beside hers.
  async conflict(who, record, field) {
    const path = `/${record.type}/${record.key}`, answer = await this.line.ask(who, 'PATCH', path, { version: 1, [field.name]: wordOf(record.n, 63) })
    this.count.asked('conflicts', !this.world.shown(who, record, field))
    this.scan(who, `PATCH ${path} ${field.name}`, answer)
    if (answer.status < 400) this.count.told(`${who.name} writes over ${field.name} of ${this.name(record)}, which she ${this.world.shown(who, record, field) ? 'may' : 'may not'} read`)
  }

  // A table is looked at that names what is not hers, and one that names what never was: the same is said of both.
  async bring(who, visitor, type, link, hidden) {
    const never = 'kyppppppyk', shown = async (key) => {
      const body = new FormData()
      await visitor.get('/import')
      for (const [name, value] of Object.entries({ _csrf: visitor.csrf, what: type })) body.append(name, value)
      body.append('file', new Blob([`key,${link.name}\nkyoooooopk,${key}\n`]), 'in.csv')
      const answer = await visitor.ask('POST', '/import', { body })
      return { ...answer, text: answer.text.replace(/(name='_(?:upload|csrf)' value='|upload=)[^'&]*/g, '$1').replaceAll(key, never) }
    }
    const one = await shown(hidden.key), two = await shown(never)
    this.count.asked('imports', true)
    this.scan(who, `POST /import of ${type}`, one)
    if (one.text !== two.text) this.count.told(`${who.name} looks at a table of ${type} that names ${this.name(hidden)}, and is told so`)
  }

  async look(who, path) {
    const answer = await this.line.ask(who, 'GET', path, undefined, html)
    this.count.asked('other pages', true)
    if (answer.status >= 500) this.count.lacks(`${who.name} ${path}: ${answer.status}`)
    this.scan(who, path, answer)
  }
}
