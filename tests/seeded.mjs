// A register as many units keep it: every kind of unit, two agencies of each and two units of one of them; somebody of every
// role wherever it may be held; records that all of them made, linked, gave sight of and referred. Each text is a word of its own.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { appendFile, cp } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { blake2b } from './blake2b.mjs'
import { Sheets, value, World } from './oracle.mjs'
import { csv, dice, equal, home, ok, sleep } from './tool.mjs'

// Units that the pack lacks: of each kind there are then agencies A and B, and a second unit of A.
const more = [
  ['secretariat_b', 'secretariat', 'secretariat', '', 'secretariat'], ['secretariat_c', 'ncatip', 'secretariat', 'LA-CH', 'secretariat_c'], ['committee_vt_b', 'committee_vt', 'committee', 'LA-VT', 'committee_vt'],
  ['gate_wattay_b', 'gate_wattay', 'gate', 'LA-VT', 'gate_wattay'], ['lwu_b', 'lwu', 'union', '', 'lwu'], ['centre_b', 'lwu_centre', 'centre', 'LA-VT', 'lwu_centre'],
  ['line_b', 'ncatip', 'hotline', 'LA-CH', 'line_b'], ['line_c', 'line_b', 'hotline', 'LA-CH', 'line_b'], ['mlsw_b', 'mlsw', 'ministry', '', 'mlsw'], ['transit_b', 'ncatip', 'transit', 'LA-CH', 'transit_b'],
  ['vtc_b', 'vtc', 'transit', 'LA-VT', 'vtc'], ['shelter_vt_b', 'shelter_vt', 'shelter', 'LA-VT', 'shelter_vt'], ['ospp_b', 'ospp', 'prosecutor', '', 'ospp'], ['ospp_c', 'ncatip', 'prosecutor', 'LA-CH', 'ospp_c'],
  ['court_b', 'court', 'court', '', 'court'], ['court_c', 'ncatip', 'court', 'LA-CH', 'court_c'], ['focal_vt', 'committee_vt', 'village', 'LA-VT', 'focal_vt'], ['focal_pakse_b', 'focal_pakse', 'village', 'LA-CH', 'focal_pakse'],
]
export const unitsOf = { // A, B, a second of A
  committee: ['committee_vt', 'committee_ch', 'committee_vt_b'], secretariat: ['secretariat', 'secretariat_c', 'secretariat_b'], police: ['atd_investigation', 'atd_vt', 'atd_cases', 'atd_ch'],
  gate: ['gate_wattay', 'gate_vang_tao', 'gate_wattay_b'], union: ['lwu', 'lyu', 'lwu_b'], centre: ['lwu_centre', 'centre_lm', 'centre_b'], hotline: ['lwu_1362', 'line_b', 'line_c'], ministry: ['mlsw', 'mfa', 'mlsw_b'],
  transit: ['vtc', 'transit_b', 'vtc_b'], shelter: ['shelter_vt', 'shelter_ch', 'shelter_vt_b'], prosecutor: ['ospp', 'ospp_c', 'ospp_b'], court: ['court', 'court_c', 'court_b'], village: ['focal_pakse', 'focal_vt', 'focal_pakse_b'],
}

async function packWithUnits(t) {
  const folder = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), folder, { recursive: true })
  await appendFile(join(folder, 'registry/units.csv'), csv(more.map(([key, parent, kind, province, agency]) => [key, key, key, parent, province, kind, agency])))
  return folder
}

// ---- words ---------------------------------------------------------------------------------------------------

const letters = (n) => [...n.toString(16).padStart(6, '0')].map((one) => 'abcdefghijklmnop'[parseInt(one, 16)]).join('')
export const wordOf = (record, field, turn = 0) => `zq${letters(record * 128 + field * 2 + turn)}qz`
export const keyOf = (record) => `ky${letters(record)}yk`
const phoneOf = (record, field) => `020${String(record * 32 + field).padStart(8, '0')}`

// What is said in an answer, of which record: [{ record, field }, …]; no field: that it is there.
export class Words {
  constructor() { this.known = new Map() }
  learn(text, record, field) { this.known.set(text, { record, field, text }) }
  in(text, but = '') {
    const found = new Map()
    for (const [one] of text.matchAll(/zq[a-p]{6}qz|ky[a-p]{6}yk|020\d{8}|(?<![a-z0-9])[a-z0-9]{20}(?![a-z0-9])/g)) {
      if (!found.has(one) && this.known.has(one) && !but.includes(one)) found.set(one, this.known.get(one))
    }
    return [...found.values()]
  }
  // Those that stand in a dump of a store, as they are or in hexadecimal.
  stored(dump) {
    const plain = [...dump.matchAll(/(?:7a71(?:[0-9a-f]{2}){6}717a|303230(?:3[0-9]){8})/gi)].map(([hex]) => Buffer.from(hex, 'hex').toString())
    return this.in(`${dump} ${plain.join(' ')}`).filter((one) => one.field)
  }
}

// ---- who asks ------------------------------------------------------------------------------------------------

class Line { // many requests over few connections
  constructor(server, at) {
    this.agent = new Agent({ keepAlive: true, maxSockets: at })
    this.url = new URL(server.url)
    this.asked = 0
  }
  // One person has two long questions at a time.
  async ask(...asked) {
    for (let turn = 0; ; turn++) {
      const answer = await this.once(...asked)
      if (answer.status !== 503 || turn === 100) return answer
      await sleep(50)
    }
  }
  once(who, method, path, body, accept = 'application/json') {
    this.asked++
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = { accept, authorization: `Bearer ${who.token}`, cookie: 'lang=en', ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}) }
    return new Promise((done, failed) => {
      const asking = request({ host: this.url.hostname, port: this.url.port, method, path, headers, agent: this.agent, timeout: 60_000 }, (answer) => {
        const parts = []
        answer.on('data', (part) => parts.push(part))
        answer.on('error', failed)
        answer.on('end', () => {
          const said = Buffer.concat(parts).toString()
          let read
          try { read = JSON.parse(said) } catch {}
          done({ status: answer.statusCode, text: said, body: read, headers: answer.headers })
        })
      })
      asking.on('error', failed)
      asking.on('timeout', () => asking.destroy(new Error(`${method} ${path} is not answered`)))
      asking.end(text)
    })
  }
  end() { this.agent.destroy() }
}

// Accounts stand outside the journal: all of them at once, with the password of one that the program made.
async function askersMake(r, sheets, long) {
  const askers = []
  for (const role of sheets.roles) {
    const kinds = role.kinds ? role.kinds.split(' ') : ['secretariat', 'gate']
    for (const kind of kinds) {
      ok(unitsOf[kind], `${kind} is a kind of unit without units here`)
      for (const unit of unitsOf[kind].slice(0, long || kind === 'police' ? 4 : 2)) askers.push({ name: `${role.name}_${unit}`, role: role.name, unit })
      if (kind === 'village') askers.push({ name: `${role.name}_${unitsOf[kind][0]}_2`, role: role.name, unit: unitsOf[kind][0] })
    }
  }
  await r.user('chief', 'secretariat', 'secretariat')
  const password = (await r.sql("select password from passwords where name = 'chief'")).trim()
  for (const one of askers) one.token = randomBytes(32).toString('base64url')
  const bytes = (hex) => (r.address ? `'\\x${hex}'` : `x'${hex}'`), hash = (one) => bytes(Buffer.from(blake2b(Buffer.from(one.token))).toString('hex'))
  const rows = (of) => askers.map((one, i) => `(${of(one, i)})`).join(', ')
  await r.sql(`insert into users (name, role, unit, active, entry) values ${rows((one) => `'${one.name}', '${one.role}', '${one.unit}', 1, 1`)};
    insert into passwords (name, password, changed) values ${rows((one) => `'${one.name}', '${password}', 1`)};
    insert into passes (id, name, made, until, entry) values ${rows((one, i) => `'pass${i}', '${one.name}', ${Date.now() - 1000}, ${Date.now() + 1e10}, 1`)};
    insert into tokens (hash, name, id) values ${rows((one, i) => `${hash(one)}, '${one.name}', 'pass${i}'`)}`)
  return askers
}

// ---- what they write ------------------------------------------------------------------------------------------

class Seed {
  constructor(r, line, world, askers, long) { Object.assign(this, { r, line, world, askers, long, sheets: world.sheets, words: new Words(), die: dice(20240229) }) }

  // Types in an order in which each finds what it links to.
  get order() {
    const done = [], visit = (name, above = []) => {
      if (done.includes(name) || above.includes(name)) return
      for (const field of this.sheets.types.get(name).fields) if (field.link) visit(field.link, [...above, name])
      done.push(name)
    }
    for (const name of this.sheets.types.keys()) visit(name)
    return done
  }

  day() { return `2024-${String(1 + this.die.upTo(12)).padStart(2, '0')}-${String(1 + this.die.upTo(28)).padStart(2, '0')}` }
  one(field, unit, n, i) {
    const list = this.sheets.lists.get(field.list), mine = this.sheets.unitSays(unit, 'province')
    if (field.kind === 'text' && field.find === 'phone') return phoneOf(n, i)
    if (field.kind === 'text' || field.kind === 'note') return wordOf(n, i)
    if (field.kind === 'integer') return String(1 + this.die.upTo(4))
    if (field.kind === 'date') return this.day()
    if (field.kind === 'dateTime') return `${this.day()}T10:00`
    if (field.kind === 'select_one' && list.some((one) => one.name === mine) && this.die.chance(0.6)) return mine
    if (field.kind === 'select_one') return this.die.one(list).name
    return field.kind === 'select_multiple' ? this.die.one(list).name : ''
  }
  // A record's cells: [said, links]; of what it names, her own first, else what there is for her.
  cells(who, type, n, given = {}) {
    const said = {}, links = {}
    type.fields.forEach((field, i) => {
      if (/^(withdrawn|to_unit|shares|to_organization)$/.test(field.name) || field.reckoned) return
      if (!field.link) { said[field.name] = this.one(field, who.unit, n, i); return }
      const there = this.world.all.filter((one) => one.type === field.link && this.world.visible(who, one)), own = there.filter((one) => one.unit === who.unit)
      const chosen = field.name in given ? given[field.name] : this.die.one(own.length && this.die.chance(0.8) ? own : there)
      if (chosen && (field.name in given || this.die.chance(0.9))) links[field.name] = chosen
    })
    return [said, links]
  }
  learn(record) {
    this.words.learn(record.key, record)
    this.words.learn(record.id, record)
    for (const [i, field] of this.world.type(record).fields.entries()) {
      const text = record.said[field.name]
      if (text && (text === wordOf(record.n, i) || text === phoneOf(record.n, i))) this.words.learn(text, record, field)
    }
    return record
  }

  // Saved by her; what the rules refuse is left out.
  async make(who, name, given = {}, saying = {}) {
    const type = this.sheets.types.get(name), n = this.world.all.length, key = keyOf(n)
    const [said, links] = this.cells(who, type, n, given)
    Object.assign(said, saying)
    for (let turn = 0; turn < 8; turn++) {
      const named = Object.fromEntries(Object.entries(links).map(([field, one]) => [field, one.key]))
      const { status, body, text } = await this.line.ask(who, 'POST', `/${name}`, { key, ...said, ...named })
      if (status === 201) {
        for (const field of type.fields.filter((one) => one.reckoned && one.link)) { // made by the program of what other links name
          const named = (await this.r.sql(`select coalesce((select k.id from "${field.link}" k where k.row = t."${field.name}"), '') from "${name}" t where t.id = '${body.id}'`)).trim()
          if (named) links[field.name] = this.world.all.find((one) => one.type === field.link && one.id === named)
        }
        const record = this.world.add({ type: name, key, id: body.id, unit: who.unit, actor: who.name, said, links, version: body.version, maker: who })
        this.world.follow(who, record, 'create')
        for (const made of body.made ?? []) this.made(who, record, made)
        await this.others(record)
        return this.learn(record)
      }
      equal(status, 400, `${who.name} makes no ${name}: ${text}`)
      for (const { field } of body.faults) { ok(field in said || field in links, `${who.name} ${name}: ${text}`); delete said[field]; delete links[field] }
    }
    throw new Error(`${who.name} can save no ${name}`)
  }

  // What an effect made with it, one of a kind: as the sheet says it.
  made(who, by, { record: type, id }) {
    const said = {}, links = {}
    for (const row of this.sheets.effects.filter((one) => one.record === by.type && ['create', 'change'].includes(one.on) && one.makes === type)) {
      if (this.sheets.types.get(type).fields.find((one) => one.name === row.field).link) links[row.field] = by.links[row.value.slice(2, -1)]
      else said[row.field] = value(row.value, this.world.look(by, who))
    }
    const record = this.world.add({ type, key: id, id, unit: who.unit, actor: who.name, said, links, version: 1, maker: who })
    this.world.begin(who, record)
    this.learn(record)
  }

  // What effects said of other records is read from the store: what they may say is for other tests, who sees it for these.
  async others(by) {
    const rows = this.sheets.effects.filter((one) => one.record === by.type && (one.same || /^\.\w/.test(one.makes)))
    for (const makes of new Set(rows.map((one) => one.makes))) {
      const type = makes[0] === '.' ? this.sheets.types.get(by.type).fields.find((one) => one.name === makes.slice(1)).link : makes, fields = this.sheets.types.get(type).fields
      const set = [...new Set(rows.filter((one) => one.makes === makes).map((one) => one.field))].filter((name) => name === 'state' || fields.find((one) => one.name === name && one.class !== 'identity' && !one.link))
      const now = new Map((await this.r.sql(`select id, ${set.map((name) => `coalesce(cast("${name}" as text), '')`).join(', ')} from "${type}"`)).trim().split('\n').map((line) => line.split('|')).map(([id, ...said]) => [id, said]))
      for (const one of this.world.all.filter((each) => each.type === type && now.has(each.id))) now.get(one.id).forEach((value, i) => { if (set[i] === 'state') one.state = value; else if (value !== (one.said[set[i]] ?? '')) one.said[set[i]] = value })
    }
    this.world.stamp++
  }

  // Brought in by command for a unit: also about people who are not hers.
  async bring(unit, name, count, given) {
    const operator = { name: 'operator', role: '', unit }, type = this.sheets.types.get(name), first = this.world.all.length, rows = []
    for (let i = 0; i < count; i++) {
      const n = first + i, [said, links] = this.cells(operator, type, n, given(i))
      rows.push({ type: name, key: keyOf(n), unit, actor: 'operator', said, links })
    }
    for (let turn = 0; turn < 6; turn++) {
      const columns = type.fields.filter((field) => !field.reckoned).map((field) => field.name)
      const text = csv([['key', ...columns], ...rows.map((row) => [row.key, ...columns.map((field) => row.links[field]?.key ?? row.said[field] ?? '')])])
      const { code, err } = await this.r.take(name, text, '--unit', unit)
      if (code === 0) break
      const faults = [...err.matchAll(/:(\d+):? *([a-z_]+)/g)]
      ok(faults.length && turn < 5, `import of ${name}: ${err}`)
      for (const [, line, field] of faults) { delete rows[Number(line) - 2]?.said[field]; delete rows[Number(line) - 2]?.links[field] }
    }
    const ids = new Map((await this.r.sql(`select key, id from "${name}" where unit = '${unit}'`)).trim().split('\n').map((line) => line.split('|')))
    return rows.map((row) => {
      const record = this.world.add({ ...row, id: ids.get(row.key) })
      this.world.begin({ name: 'operator', role: '', unit: '' }, record)
      return this.learn(record)
    })
  }

  async share(record, to, compartments) {
    const { status, text } = await this.line.ask(record.maker, 'POST', `/${record.type}/${record.key}/share`, { to, compartments: compartments.join(' '), until: '2099-12-31', why: 'a test' })
    equal(status, 200, `${record.maker.name} shares a ${record.type} with ${to}: ${text}`)
    this.world.give(record, { to, compartments, from: this.world.agency(record.maker) })
  }

  async move(who, record, move, expected = 200) {
    const row = this.sheets.moves.find((one) => one.record === record.type && one.name === move && one.from === record.state)
    const now = await this.line.ask(who, 'GET', `/${record.type}/${record.key}`)
    const { status, text } = await this.line.ask(who, 'POST', `/${record.type}/${record.key}/move`, { move, version: now.body?.version })
    equal(status, expected, `${who.name} ${record.type} ${move}: ${text}`)
    if (status !== 200) return
    record.state = row.to
    this.world.follow(who, record, move)
    await this.others(record)
  }

  async change(who, record, said) {
    const now = await this.line.ask(who, 'GET', `/${record.type}/${record.key}`)
    const { status, text } = await this.line.ask(who, 'PATCH', `/${record.type}/${record.key}`, { version: now.body?.version, ...said })
    equal(status, 200, `${who.name} changes a ${record.type}: ${text}`)
    Object.assign(record.said, said)
    this.world.follow(who, record, '', () => true)
    await this.others(record)
  }
  // Every text of it says something else since; the older words stand in its history.
  async rewrite(record) {
    const fields = this.world.type(record).fields, texts = fields.map((field, i) => [field.name, i]).filter(([name]) => /^zq/.test(record.said[name] ?? ''))
    if (texts.length) await this.change(record.maker, record, Object.fromEntries(texts.map(([name, i]) => [name, wordOf(record.n, i, 1)])))
    for (const [name, i] of texts) this.words.learn(wordOf(record.n, i, 1), record, fields.find((one) => one.name === name))
    record.rewritten = texts.map(([name]) => name)
  }
}

export async function seeded(t, { long = false } = {}) {
  const pack = await packWithUnits(t), sheets = await Sheets.read(pack), world = new World(sheets)
  const r = await t.register({ pack }), askers = await askersMake(r, sheets, long)
  world.agencyOfUser = (name) => world.agency(askers.find((one) => one.name === name))
  const server = await r.serve(), line = new Line(server, 6)
  t.after(() => line.end())
  const seed = new Seed(r, line, world, askers, long)
  try { await fill(seed) } catch (error) { console.error(server.err.slice(-1500)); throw error }
  return { r, server, line, world, sheets, askers, seed, words: seed.words, die: seed.die }
}

async function fill(seed) {
  const { world, sheets, askers, die } = seed
  const writes = (who, type) => sheets.sentence(who.role, type).write.some((word) => word !== 'granted') // else she makes none
  const makers = askers.filter((one) => one.role !== 'secretariat' && [...sheets.types.keys()].some((type) => writes(one, type)))
  for (const who of askers.filter((one) => one.role === 'secretariat')) for (const type of seed.order) await seed.make(who, type)
  for (const type of seed.order) for (const who of makers) if (writes(who, type)) await seed.make(who, type)
  for (const who of askers.filter((one) => one.role === 'secretariat')) await seed.make(who, 'person') // about whom nothing else is said
  for (const who of askers.filter((one) => one.role === 'border_officer')) await seed.make(who, 'screening', { person: undefined }) // of nobody who is given to others
  const clients = new Map() // those whom others will be shown; the first of each unit stay its own
  for (const who of makers.filter((one) => writes(one, 'person'))) clients.set(await seed.make(who, 'person'), who)
  for (const [person, who] of clients) for (const type of seed.order) {
    const link = sheets.types.get(type).person
    if (link && writes(who, type) && die.chance(0.3)) await seed.make(who, type, { [link.name]: person })
  }
  // sight by hand, of people and of single records, to units and to somebody by name
  const sets = [['identity'], ['case'], ['identity', 'case'], ['identity', 'place', 'case', 'care', 'health', 'legal'], ['care', 'health'], ['legal'], ['place']]
  const held = (record) => record.maker && writes(record.maker, record.type) && world.visible(record.maker, record) && world.agency(record.maker) === world.agency(record)
  const about = world.all.filter((one) => held(one) && world.type(one).keyed)
  for (const record of about) {
    const times = clients.has(record) ? 4 : record.type !== 'person' && die.chance(0.3) ? 1 : 0
    for (let i = 0; i < times; i++) {
      const to = die.one(askers.filter((one) => one.unit !== record.unit && one.role !== 'administrator'))
      await seed.share(record, die.chance(0.5) ? to.unit : to.name, die.one(sets))
    }
  }
  // what they write about people who were shown to them
  for (const who of makers) {
    const persons = world.all.filter((one) => one.type === 'person' && one.unit !== who.unit && world.visible(who, one))
    for (const type of seed.order) {
      const link = sheets.types.get(type).person
      if (persons.length && link && writes(who, type) && die.chance(0.4)) await seed.make(who, type, { [link.name]: die.one(persons) })
    }
  }
  await refer(seed)
  for (const record of world.all.filter((one) => one.maker && world.grants.some((grant) => grant.record === one) && world.writes(one.maker, one))) if (die.chance(0.3)) await seed.rewrite(record)
  // what was brought in for units, about whomever: their agencies may have had no keys of them
  for (const [unit, type] of [['court', 'person'], ['committee_ch', 'case'], ['shelter_ch', 'service'], ['gate_vang_tao', 'screening'], ['lyu', 'involvement'], ['atd_vt', 'consent']].slice(0, seed.long ? 6 : 4)) {
    const link = sheets.types.get(type).person, persons = world.all.filter((one) => one.type === 'person')
    await seed.bring(unit, type, 6, () => (link ? { [link.name]: die.one(persons) } : {}))
  }
  // what lines of rights are held against, of somebody whom nobody was shown: the dice may have shown all others
  for (const [role, unit, type] of [['hotline_operator', 'lwu_1362', 'contact'], ['border_officer', 'gate_wattay', 'screening']]) {
    const who = askers.find((one) => one.role === role && one.unit === unit)
    await seed.make(who, type, { person: await seed.make(who, 'person') }, type === 'screening' ? { result: 'none' } : {}) // what found nothing is shown to nobody
  }
  // one of each whom nobody tries: what is decided about the others closes some of them
  for (const who of askers.filter((one) => ['secretariat', 'provincial_police'].includes(one.role))) await seed.make(who, 'person')
}

// Referrals in each state, and a consent that was taken back.
async function refer(seed) {
  const { askers, world } = seed, of = (role, unit) => askers.find((one) => one.role === role && one.unit === unit)
  const plan = [
    ['counsellor', 'lwu_centre', 'shelter_manager', 'vtc', ''], ['counsellor', 'lwu_centre', 'police_investigator', 'atd_investigation', 'identity case'], ['counsellor', 'centre_lm', 'return_officer', 'mlsw', 'identity place case'],
    ['border_officer', 'gate_wattay', 'counsellor', 'lwu_centre', ''], ['shelter_manager', 'shelter_vt', 'provincial_police', 'atd_vt', 'identity case'], ['police_investigator', 'atd_investigation', 'prosecutor', 'ospp', 'identity case legal'],
  ]
  const ends = [[], ['send'], ['send', 'accept'], ['send', 'decline'], ['send', 'accept', 'take_back'], ['send', 'accept', 'begin_help'], ['send', 'accept', 'withdraw']]
  for (const [i, [role, unit, to, toUnit, shares]] of plan.entries()) {
    const giver = of(role, unit), receiver = of(to, toUnit)
    for (const [k, steps] of ends.entries()) {
      if (!seed.long && (i + k) % 2 && k !== 2) continue
      const person = await seed.make(giver, 'person'), saying = { to_unit: toUnit, shares, consent: k % 2 ? 'no' : 'yes', vital_interest: k % 2 ? undefined : '' }
      if (saying.vital_interest === undefined) delete saying.vital_interest // its own word
      const referral = await seed.make(giver, 'referral', { person, case: null }, saying)
      ok(referral.links.person ?? true)
      if (!referral.links.person) continue
      for (const step of steps) {
        if (step === 'withdraw') await withdraw(seed, giver, person)
        else await seed.move(step === 'send' || step === 'take_back' ? giver : receiver, referral, step)
      }
    }
  }
  return world
}

async function withdraw(seed, giver, person) {
  if (!seed.sheets.sentence(giver.role, 'consent').write.length) return
  const consent = await seed.make(giver, 'consent', { person })
  if (consent.links.person) await seed.change(giver, consent, { withdrawn: '2024-12-01' })
}
