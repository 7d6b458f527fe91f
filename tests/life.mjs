// A random register: records of every type, links, changes, steps, imports and some of them taken back, by two people at
// several servers and by commands beside them.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { body, mechanism, ordered, put, target } from './mechanism.mjs'
import { dice, home, ok, table } from './tool.mjs'
import { Visitor } from './visitor.mjs'

const moves = async () => table(await readFile(join(home, 'packs/laos/moves.csv'), 'utf8'))
const words = ['ນາງ ໃໝ່', 'Noy', "O'Neill", 'ທ້າວ ດີ', 'long '.repeat(40), '"q"', 'ก', 'a|b', 'tail ']

export class Life {
  constructor(r, m, seed, word = 'R') { Object.assign(this, { r, m, word, dice: dice(seed), keys: Object.fromEntries(m.types.map((type) => [type, []])), n: 0, did: {} }) }
  static async begin(t, store, seed) {
    const m = await mechanism(), r = await t.register({ store }), life = new Life(r, m, seed)
    life.people = [await r.user('keo'), await r.user('noy')]
    life.tokens = await Promise.all(life.people.map(async ({ name }) => (await r.must('user token', name)).trim()))
    return life
  }
  // Goes on in another register that began as this one.
  in(r, seed, word) { return Object.assign(new Life(r, this.m, seed, word), { people: this.people, tokens: this.tokens, keys: structuredClone(this.keys) }) }

  counted(what, done = true) { if (done) this.did[what] = (this.did[what] ?? 0) + 1 }
  api() { return this.dice.one(this.servers).api(this.dice.one(this.tokens)) }
  linked(type) {
    const links = {}
    for (const field of this.m.fields(type)) if (target(field) && this.keys[target(field)].length) links[target(field)] = this.dice.one(this.keys[target(field)])
    return links
  }
  async make() {
    const type = this.dice.one(this.dice.chance(0.6) ? ['case', 'person', 'contact', 'involvement', 'organization'] : ordered(this.m)), key = `${this.word}${this.n}`
    await put(this.api(), type, body(this.m, type, key, this.dice.one(words), this.dice.one(['LA-VT', 'LA-BK', 'LA-CH']), this.linked(type)))
    this.keys[type].push(key)
    this.counted('made')
  }
  any() {
    const type = this.dice.one(this.m.types.filter((one) => this.keys[one].length))
    return type && { type, key: this.dice.one(this.keys[type]) }
  }
  // Of now, or of a version that others have left behind: then it is merged, or refused.
  async change({ type, key }) {
    const api = this.api(), now = (await api('GET', `/${type}/${key}`)).body, fields = this.m.fields(type), links = this.linked(type)
    const field = this.dice.one(fields.filter((one) => /^(text|note)$/.test(one.type) || links[target(one)]))
    if (!now.version || !field) return // an import that was taken back
    const value = links[target(field)] ?? this.dice.one([...words, ''])
    const answer = await api('PATCH', `/${type}/${key}`, { version: Math.max(1, now.version - this.dice.upTo(2)), [field.name]: value })
    ok([200, 400, 409].includes(answer.status), answer.text)
    this.counted('changed', answer.status === 200)
  }
  async move() {
    const types = [...new Set(this.moves.map((one) => one.record))].filter((one) => this.keys[one].length), type = this.dice.one(types)
    if (!type) return
    const key = this.dice.one(this.keys[type])
    const api = this.api(), { version, state } = (await api('GET', `/${type}/${key}`)).body
    const step = this.moves.filter((one) => one.record === type && one.from.split(' ').includes(state))
    if (!step.length) return
    const answer = await api('POST', `/${type}/${key}/move`, { move: this.dice.one(step).name, version })
    ok([200, 400, 403, 409].includes(answer.status), answer.text)
    this.counted('moved', answer.status === 200)
  }
  lines() { // new ones and old ones
    return 'key,given_name,sex,phone\n' + Array.from({ length: 2 + this.dice.upTo(6) }, (_, i) => {
      const old = this.keys.person.length && this.dice.chance(0.4), key = old ? this.dice.one(this.keys.person) : `${this.word}${this.n}-${i}`
      return [key, `In ${this.n} ${i}`, this.dice.one(['female', 'male', '']), `020 5${this.dice.upTo(1e6)}`].join(',') + '\n'
    }).filter((line, i, all) => all.findIndex((one) => one.split(',')[0] === line.split(',')[0]) === i).join('')
  }
  keep(text) { for (const line of text.split('\n').slice(1)) { const [key] = line.split(','); if (key && !this.keys.person.includes(key)) this.keys.person.push(key) } }
  async bring() { // commands at once: each a writer of its own
    const text = this.lines(), contact = `${this.word}c${this.n}`, person = this.keys.person.length ? this.dice.one(this.keys.person) : ''
    const file = await this.r.write(`${contact}.csv`, `key,at,person\n${contact},2024-04-04,${person}\n`)
    const [one, two] = await Promise.all([this.r.run('import', 'person', await this.r.write(`${contact}-in.csv`, text), '--overwrite'), this.r.run('import', 'contact', file)])
    if (!one.code) this.keep(text)
    if (!two.code) this.keys.contact.push(contact)
    this.counted('imported', !one.code)
  }
  async bringByPage() {
    const v = this.visitor, text = this.lines(), undo = await v.bring('person', text)
    if (!undo || this.dice.chance(0.3)) return this.keep(text)
    await v.get(undo)
    const { status } = await v.post('/import/undo', { batch: undo.split('=')[1] })
    this.counted('taken back', status === 303)
    if (status !== 303) this.keep(text)
  }

  async step() {
    this.n++
    const what = this.dice.next()
    if (what < 0.4) return this.make()
    if (what < 0.75) { const one = this.any(); return one ? this.change(one) : this.make() }
    if (what < 0.88) return this.move()
    return what < 0.94 ? this.bring() : this.bringByPage()
  }
  async live(steps) {
    this.moves = await moves()
    this.servers = await Promise.all(Array.from({ length: this.r.address ? 2 : 1 }, () => this.r.serve()))
    this.visitor = new Visitor(this.servers[0])
    await this.visitor.signIn(this.people[0])
    for (let i = 0; i < steps; i += 2) await Promise.all([this.step(), this.step()])
    for (const server of this.servers) await server.stop()
    await this.r.must('verify')
    return this
  }
}
