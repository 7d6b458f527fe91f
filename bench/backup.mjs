// A backup beside full load, and the register made again from it: how long, and what saves wait meanwhile.
// SPDX-License-Identifier: Apache-2.0
//
// node bench/backup.mjs [DIR]: of a register that is there, with its key at hand (nothing but saves of a person's nickname is
// added); without DIR of a small one that it makes. SUKHWAN names the program, CLIENTS how many save at once (16).
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const home = dirname(dirname(fileURLToPath(import.meta.url)))
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
const at = (all, part) => [...all].sort((x, y) => x - y)[Math.min(all.length - 1, Math.floor(all.length * part))] ?? 0

function run(program, args, { input, env = process.env } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] }), began = Date.now()
    let out = '', err = ''
    child.stdout.on('data', (part) => { out += part })
    child.stderr.on('data', (part) => { err += part })
    child.on('close', (code) => (code ? failed(new Error(`${args.join(' ')} ends with ${code}: ${err}`)) : done({ out, err, seconds: (Date.now() - began) / 1000 })))
    child.stdin.end(input ?? '')
  })
}

// Each connection saves persons of its own, one save after the other.
class Saves {
  constructor(url, token, keys, clients) {
    Object.assign(this, { url, token, agent: new Agent({ keepAlive: true }), took: [], going: true, wrong: '' })
    const each = Math.floor(keys.length / clients)
    this.running = Array.from({ length: clients }, (_, i) => this.client(keys.slice(i * each, i * each + each)))
  }
  save(key, version, n) {
    return new Promise((done, failed) => {
      const asked = request(`${this.url}/person/${encodeURIComponent(key)}`, { method: 'PATCH', agent: this.agent,
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', accept: 'application/json' } }, (answer) => {
        let text = ''
        answer.on('data', (part) => { text += part })
        answer.on('end', () => (answer.statusCode === 200 ? done(JSON.parse(text).version) : failed(new Error(`${answer.statusCode}: ${text}`))))
      })
      asked.on('error', failed)
      asked.end(JSON.stringify({ version, nickname: `n${n}` }))
    })
  }
  async client(people) {
    for (let n = 0; this.going; n++) {
      const one = people[n % people.length], began = performance.now()
      try { one.version = await this.save(one.key, one.version, `${process.pid}-${n}-${Date.now()}`) } catch (error) { this.wrong ||= error.message }
      this.took.push(performance.now() - began)
      if (this.wrong) return
    }
  }
  cut() { return this.took.splice(0) }
  async end() {
    this.going = false
    await Promise.all(this.running)
    this.agent.destroy()
    if (this.wrong) throw new Error(this.wrong)
  }
}

async function served(program, dir, env) {
  const child = spawn(program, ['serve', dir, '--listen', '127.0.0.1:0'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise((done, failed) => {
    let out = ''
    child.stdout.on('data', (part) => { out += part; const told = out.match(/answers at (http:\S+)/); if (told) done(told[1]) })
    child.on('close', (code) => failed(new Error(`serve ended with ${code}`)))
  })
  const ended = new Promise((done) => child.on('close', done))
  return { url, end: () => { child.kill('SIGTERM'); return ended } }
}

async function people(url, token, wanted) {
  const keys = []
  for (let next = ' '; next && keys.length < wanted;) {
    const page = await (await fetch(`${url}/person?limit=500${next.trim() && `&after=${next}`}`, { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } })).json()
    keys.push(...page.items.map((one) => ({ key: one.key, version: one.version })))
    next = page.next ? String(page.next) : ''
  }
  return keys
}

export async function measure({ program, dir, clients = 16, seconds = 5 }) {
  const folder = await mkdtemp(join(tmpdir(), 'sukhwan-backup-')), out = join(folder, 'out'), back = join(folder, 'back')
  const key = process.env.SUKHWAN_KEY_FILE || `${dir}.key`
  const env = { ...process.env, SUKHWAN_KEY_FILE: key } // of its own programs: whoever runs beside has another
  await run(program, ['user', 'add', dir, 'bench', '--role', 'secretariat', '--unit', 'secretariat', '--replace'], { input: 'correct horse battery\n', env })
  const token = (await run(program, ['user', 'token', dir, 'bench'], { env })).out.trim()
  const server = await served(program, dir, env)
  let saves
  try {
    saves = new Saves(server.url, token, await people(server.url, token, 1000), clients)
    await sleep(1000)
    saves.cut()
    await sleep(seconds * 1000)
    const alone = saves.cut(), began = Date.now()
    const made = await run(program, ['backup', dir, out], { env })
    const beside = saves.cut(), lasted = (Date.now() - began) / 1000
    await saves.end()
    await server.end()
    const again = await run(program, ['restore', out, back], { env })
    return { entries: Number(made.out.split(' ')[0]), bytes: Number(made.out.match(/(\d+) bytes/)[1]), backup: made.seconds, restore: again.seconds,
      alone: { rate: alone.length / seconds, p50: at(alone, 0.5), p99: at(alone, 0.99) },
      beside: { rate: beside.length / lasted, p50: at(beside, 0.5), p99: at(beside, 0.99), most: at(beside, 1) } }
  } finally {
    if (saves) saves.going = false
    await server.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function small(program) {
  const folder = await mkdtemp(join(tmpdir(), 'sukhwan-small-')), dir = join(folder, 'register')
  await run(program, ['init', dir, '--pack', join(home, 'packs/laos')])
  await writeFile(join(folder, 'person.csv'), `key,given_name,sex\n${Array.from({ length: 20000 }, (_, i) => `P${i},Somebody ${i},female\n`).join('')}`)
  await run(program, ['import', dir, 'person', join(folder, 'person.csv')])
  return { dir, end: () => rm(folder, { recursive: true, force: true }) }
}

export const told = (m) => `${m.entries} entries, ${(m.bytes / 1e6).toFixed(0)} MB: backup ${m.backup.toFixed(1)} s beside ${m.beside.rate.toFixed(0)} saves a second`
  + ` (${m.alone.rate.toFixed(0)} without), p99 ${m.beside.p99.toFixed(0)} ms (${m.alone.p99.toFixed(0)} without), longest ${m.beside.most.toFixed(0)} ms; restore ${m.restore.toFixed(1)} s`

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const program = resolve(process.env.SUKHWAN || join(home, 'build/sukhwan')), given = process.argv[2]
  const made = given ? { dir: resolve(given), end: () => {} } : await small(program)
  console.log(told(await measure({ program, dir: made.dir, clients: Number(process.env.CLIENTS || 16) })))
  await made.end()
}
