// Clients that save without pause, keep what was acknowledged to them, and hold it against the register afterwards.
// SPDX-License-Identifier: Apache-2.0
import { Agent, request } from 'node:http'
import { dice, equal, ok, sleep, table } from './tool.mjs'

const shared = 8 // records of each type that all clients change
const fields = { recommendation: ['title', 'number', 'words', 'progress'], person: ['nickname', 'given_name', 'family_name'], contact: ['reached'] }

// servers: of one register, in a list whose members may be replaced while it runs.
export class Load {
  constructor(servers, token, { clients = 8, lookers = 0, seed = Date.now(), word = 'L' } = {}) {
    Object.assign(this, { servers, token, word, clients, lookers, dice: dice(seed), agent: new Agent({ keepAlive: true }) })
    this.acknowledged = [] // { type, key, version, field, value }
    this.maybe = new Map() // of what nobody knows whether it was saved: type/key/field to its values
    this.seen = new Map() // type/key to the newest version that somebody was told of
    this.counts = { conflicts: 0, cut: 0, refused: 0, deadlocks: 0, links: 0 }
    this.denied = [] // of what somebody was told that nothing was saved
    this.told = [] // what was said to those who were refused
    this.made = 0
    this.looked = 0 // answers that showed the one whom nobody but lookers asks for
    this.patient = false // who is refused with 503 tries again later: the database is taken away on purpose
  }

  ask(server, method, path, body) {
    return new Promise((done, failed) => {
      const asked = request(server.url + path, { method, agent: this.agent, timeout: 30_000,
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', accept: 'application/json' } }, (answer) => {
        let text = ''
        answer.on('data', (part) => { text += part })
        answer.on('end', () => { let read = text; try { read = JSON.parse(text) } catch {} done({ status: answer.statusCode, text, body: read }) })
        answer.on('error', failed)
      })
      asked.on('error', failed)
      asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: nothing was answered for 30 s`)))
      asked.end(body && JSON.stringify(body))
    })
  }

  // One save of one field; true when it was acknowledged.
  async save(method, type, key, field, value, more = {}) {
    const server = this.dice.one(this.servers), of = `${type}/${key}`
    const unknown = () => { const all = this.maybe.get(`${of}/${field}`); if (all) all.add(value); else this.maybe.set(`${of}/${field}`, new Set([value])) }
    let answer
    try {
      answer = await this.ask(server, method, method === 'POST' ? `/${type}` : `/${of}`, { ...more, ...(method === 'POST' ? { key } : {}), [field]: value })
    } catch (error) {
      if (/nothing was answered/.test(error.message)) throw error
      if (!/ECONNREFUSED/.test(error.code)) { // the server died under it
        this.counts.cut++
        unknown()
      }
      await sleep(3)
      return false
    }
    const { status, text, body } = answer
    if (/deadlock/i.test(text)) this.counts.deadlocks++
    if (status === 200 || status === 201) {
      if (more.person) this.counts.links++
      const version = status === 201 ? 1 : body.version
      this.acknowledged.push({ type, key, version, field, value })
      this.seen.set(of, Math.max(version, this.seen.get(of) ?? 0))
      return true
    }
    if (status === 409) {
      this.counts.conflicts++
      const now = await this.ask(server, 'GET', `/${of}`).catch(() => null)
      if (now?.status === 200) this.seen.set(of, Math.max(now.body.version, this.seen.get(of) ?? 0))
      return false
    }
    this.counts.refused++
    if (this.told.length < 20) this.told.push(`${method} /${of}: ${status} ${text}`)
    if (/nothing of this was saved/.test(text)) this.denied.push({ type, key, field, value })
    else unknown() // a commit whose answer was lost may stand
    if (this.patient && status === 503) await sleep(20) // and tries again
    else this.wrong ??= new Error(`${method} /${of}: ${status} ${text}`)
    return false
  }

  // What all of them change; made before anything is killed.
  async begin() {
    for (let i = 0; i < shared; i++) {
      for (const type of ['recommendation', 'person']) ok(await this.save('POST', type, `${this.word}S${i}`, fields[type][0], 'begin'), this.told.join())
      ok(await this.save('POST', 'contact', `${this.word}S${i}`, 'reached', '1000000', { person: `${this.word}S${i}` }), this.told.join())
    }
    if (this.lookers) ok(await this.save('POST', 'person', `${this.word}LOOK`, 'nickname', 'begin'), this.told.join())
    return this
  }

  async look() {
    const answer = await this.ask(this.dice.one(this.servers), 'GET', `/person/${this.word}LOOK`).catch(() => null)
    if (answer?.status === 200) this.looked++
    else await sleep(3)
  }

  change(type, key, value, more) {
    return this.save('PATCH', type, key, this.dice.one(fields[type]), value, { version: this.seen.get(`${type}/${key}`), ...more })
  }
  async step(n, i) {
    const value = `${this.word}${n}-${i}`, any = () => `${this.word}S${this.dice.upTo(shared)}`, what = this.dice.next()
    if (what < 0.35) return this.change('recommendation', any(), value)
    if (what < 0.5) return this.change('person', any(), value)
    if (what < 0.75) { // two records at once: one is changed, and the other must stand while it is linked
      return what < 0.65 ? this.change('contact', any(), `${i}`, { person: any() }) : this.save('POST', 'contact', value, 'reached', `${i}`, { person: any() })
    }
    if (await this.save('POST', 'person', value, 'nickname', 'first') && this.dice.chance(0.5)) await this.save('PATCH', 'person', value, 'nickname', 'second', { version: 1 })
  }

  start() {
    this.going = true
    this.running = Array.from({ length: this.clients }, async (_, n) => { while (this.going && !this.wrong) await this.step(n, this.made++) })
    for (let i = 0; i < this.lookers; i++) this.running.push((async () => { while (this.going && !this.wrong) await this.look() })())
    this.running.forEach((one) => one.catch((error) => { this.wrong ??= error }))
  }
  // Waits until so many more were acknowledged.
  async more(n, ms = 5000) {
    const enough = this.acknowledged.length + n
    for (const end = Date.now() + ms; this.acknowledged.length < enough && Date.now() < end && !this.wrong;) await sleep(2)
  }
  async stop() {
    this.going = false
    await Promise.allSettled(this.running)
    if (this.wrong) throw this.wrong
  }

  // Everything acknowledged stands in the register: how many did not, and which was the first.
  async lost(r) {
    const now = {}, newest = new Map(), once = new Set(), lost = []
    for (const type of Object.keys(fields)) now[type] = new Map(table(await r.export(type)).map((row) => [row.key, row]))
    const versions = new Map()
    for (const type of Object.keys(fields)) for (const line of (await r.sql(`select key, version from ${type}`)).trim().split('\n')) { const [key, version] = line.split('|'); versions.set(`${type}/${key}`, Number(version)) }
    for (const one of this.acknowledged) {
      const of = `${one.type}/${one.key}`
      if (once.has(`${of} ${one.version}`)) lost.push(`version ${one.version} of ${of} was acknowledged twice`)
      once.add(`${of} ${one.version}`)
      if (!(versions.get(of) >= one.version)) lost.push(`${of} is of version ${versions.get(of)}, and ${one.version} was acknowledged`)
      const before = newest.get(`${of}/${one.field}`)
      if (!before || before.version < one.version) newest.set(`${of}/${one.field}`, one)
    }
    for (const [place, one] of newest) {
      const value = now[one.type].get(one.key)?.[one.field]
      if (value !== one.value && !this.maybe.get(place)?.has(value)) lost.push(`${place} is ${value} instead of ${one.value}`)
    }
    for (const one of this.denied) {
      if (now[one.type].get(one.key)?.[one.field] === one.value) lost.push(`${one.type}/${one.key} is ${one.value}, of which nothing was saved, as was told`)
    }
    return [...lost, ...(await this.unsaid(r)), ...(await this.unlooked(r))]
  }
  // Each answer that showed her was noted before it left; one that was cut off may have been.
  async unlooked(r) {
    if (!this.lookers) return []
    const noted = (await r.must('looks', '--person', `${this.word}LOOK`)).split('\n').filter((line) => !/ {2}(-|operator) {2}/.test(line) && / {2}view {2}person /.test(line)).length
    return noted < this.looked ? [`${this.looked} answers showed ${this.word}LOOK, and ${noted} looks were noted`] : []
  }
  // What is not sealed stands in the journal at the very version that was told.
  async unsaid(r) {
    const body = r.address ? "convert_from(j.body, 'utf8')" : 'cast(j.body as text)'
    const said = new Map((await r.sql(`select o.key, j.version, ${body} from journal j join recommendation o on o.row = j.row`)).trim().split('\n')
      .map((line) => { const [key, version, ...text] = line.split('|'); return [`${key} ${version}`, text.join('|')] }))
    return this.acknowledged.filter((one) => one.type === 'recommendation' && JSON.parse(said.get(`${one.key} ${one.version}`) ?? '{}')[one.field] !== one.value)
      .map((one) => `entry ${one.version} of recommendation/${one.key} does not say ${one.field} ${one.value}`)
  }

  // No acknowledged save is gone, the chains are whole, nobody was told of what servers have to settle among themselves.
  async holds(r, figures = {}) {
    const verified = await r.run('verify'), lost = await this.lost(r), logs = this.servers.filter((one) => /deadlock/i.test(one.err)).length
    const met = r.address ? ` (the database met ${(await r.sql('select deadlocks from pg_stat_database where datname = current_database()')).trim()})` : ''
    const told = Object.entries({ ...figures, acknowledged: this.acknowledged.length, linked: this.counts.links, ...(this.lookers ? { 'answers looked at': this.looked } : {}), conflicts: this.counts.conflicts, 'cut off': this.counts.cut,
      'told to try again': this.counts.refused, lost: lost.length, 'broken chains': verified.code ? 1 : 0, 'deadlocks told': this.counts.deadlocks + logs })
    console.error(`        ${told.map(([name, n]) => `${n} ${name}`).join(' · ')}${met}`)
    equal(verified.code, 0, verified.err)
    equal(lost.length, 0, lost.slice(0, 10).join('\n'))
    equal(this.counts.deadlocks + logs, 0, this.told.join('\n'))
  }
  end() { this.agent.destroy() }
}
