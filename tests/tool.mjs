// What every whole-program test uses: a register of its own, the program run on it, a server, a client.
// SPDX-License-Identifier: Apache-2.0
//
//     test('a second init is refused', async (t) => {
//       const r = await t.register()
//       equal((await r.run('init')).code, 1)
//     })
//
// A register lies in a folder of its own and is gone afterwards. SUKHWAN names the program, SUKHWAN_TEST_POSTGRES
// a PostgreSQL in which each register gets a database.
import { strict as assert } from 'node:assert'
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const { equal, deepEqual, match, ok } = assert
// Two long texts; tells the first line that differs.
export function same(got, expected) {
  if (got === expected) return
  const one = got.split('\n'), two = expected.split('\n')
  const at = one.findIndex((line, i) => line !== two[i])
  assert.fail(`line ${at + 1} is ${(one[at] ?? '(nothing)').slice(0, 300)} instead of ${(two[at] ?? '(nothing)').slice(0, 300)}; ${one.length} and ${two.length} lines`)
}
// Debian's Node 18 hands several on as one line.
export const setCookies = (headers) => headers.getSetCookie?.() ?? (headers.get('set-cookie') ?? '').split(/, (?=[\w.-]+=)/).filter(Boolean)
export const home = dirname(dirname(fileURLToPath(import.meta.url)))
export const program = resolve(home, process.env.SUKHWAN || 'build-test/sukhwan')
// Memory and time are held against the program as it is given out, never against one that checks itself as it runs.
export const released = resolve(home, process.env.SUKHWAN_RELEASE || 'build/sukhwan')
export const postgres = process.env.SUKHWAN_TEST_POSTGRES || ''
export const outside = join(home, '../shared/data') // large files of others; tests on them are skipped without it
export const long = process.argv.includes('--long')
export const records = ['case', 'person', 'involvement', 'service', 'contact', 'return']
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

export class Skip extends Error {}
export function skip(why) { throw new Skip(why) }
// Under the thread sanitizer everything takes ten times as long.
export const patience = process.env.TSAN_OPTIONS ? 10 : 1
// What else the machine does must not decide: a test that measures and fails is measured again, alone, twice at most.
export const countsSeconds = (t) => { t.measures = true; if (patience > 1) skip('it counts seconds, and the thread sanitizer is slow') }

const laos = join(home, 'packs/laos')
export const tests = []
export const atEnd = [] // what several tests share is put away when all are done
export function test(name, run) { tests.push({ name, run }) }
// One that measures: alone on the machine, and with the program as it is given out.
export function measured(name, run) {
  const alone = (t) => { t.program = released; t.measures = true; return run(t) }
  test(name, Object.assign(alone, { alone: true }))
}
// The same test on SQLite and on PostgreSQL; `t.register()` makes a register there.
export function onBothStores(name, run) {
  test(`${name} (SQLite)`, run)
  test(`${name} (PostgreSQL)`, (t) => {
    t.store = 'postgres'
    return run(t)
  })
}

// Runs the program to its end: { code, out, err }. `input` goes to its standard input.
export function sukhwan(args, { input, env, cwd, command = program, limit = 120_000 * patience } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
    const out = [], err = []
    const late = setTimeout(() => { child.kill('SIGKILL'); failed(new Error(`${args.join(' ')} took more than ${limit / 1000} s`)) }, limit)
    child.stdout.on('data', (part) => out.push(part))
    child.stderr.on('data', (part) => err.push(part))
    child.on('error', failed)
    child.on('close', (code, signal) => {
      clearTimeout(late)
      const answer = { code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }
      if (signal === 'SIGABRT' || /Sanitizer|runtime error:/.test(answer.err)) failed(new Error(`${args.join(' ')} crashed: ${answer.err}`))
      else done(answer)
    })
    child.stdin?.on('error', () => {}) // it may end before it has read all
    if (input !== undefined) child.stdin.end(input)
  })
}

// Another program's answer on standard output.
export function tool(command, ...args) {
  return new Promise((done, failed) => execFile(command, args, { maxBuffer: 1 << 28 }, (wrong, out) => (wrong ? failed(wrong) : done(out))))
}

// ---- a register -------------------------------------------------------------------------------------
class Register {
  constructor(t, folder, name, address) { Object.assign(this, { t, folder, dir: join(folder, name), address, env: {} }) }

  // run('import', 'person', 'x.csv') runs `sukhwan import DIR person x.csv`
  run(command, ...args) { return this.runWith({}, command, ...args) }
  runWith(options, command, ...args) {
    const env = { ...this.env, ...options.env }
    return sukhwan([...command.split(' '), this.dir, ...args], { cwd: this.folder, command: this.t.program, ...options, env })
  }

  async must(command, ...args) {
    const answer = await this.run(command, ...args)
    equal(answer.code, 0, `${command} ${args.join(' ')} exits with ${answer.code}: ${answer.err}`)
    return answer.out
  }

  async write(name, text) {
    await writeFile(join(this.folder, name), text)
    return name
  }

  // Imports the text of a CSV file: r.take('person', 'key,sex\nP1,female\n', '--dry-run')
  async take(record, text, ...options) { return this.run('import', record, await this.write('in.csv', text), ...options) }
  async mustTake(record, text, ...options) {
    const answer = await this.take(record, text, ...options)
    equal(answer.code, 0, answer.err)
    return answer
  }

  async examples() {
    for (const record of records) await this.must('import', record, join(home, 'examples', `${record}.csv`))
    return this
  }

  export(record, ...options) { return this.must('export', record, ...options) }
  async figures(from, to, ...options) { return JSON.parse(await this.must('figures', 'annual', '--from', from, '--to', to, '--format', 'json', ...options)) }

  async user(name = 'keo', role = 'secretariat', unit = 'secretariat') {
    const added = await this.runWith({ input: 'correct horse battery\n' }, 'user add', name, '--role', role, '--unit', unit)
    equal(added.code, 0, added.err)
    return { name, password: 'correct horse battery' }
  }
  async token(...who) {
    const { name } = await this.user(...who)
    return (await this.must('user token', name)).trim()
  }

  // Asks the store itself, past the program; a row a line, cells parted by |.
  sql(text) {
    return this.address ? tool('psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', text, this.address)
      : tool('sqlite3', '-cmd', '.timeout 5000', join(this.dir, 'register.db'), text)
  }
  async entries() { return Number(await this.sql('select count(*) from journal')) }
  // Every table, to the byte, but for those that stand outside the journal.
  async dump() {
    // How far looks were signed stands outside the journal, and is written by whoever still serves.
    if (!this.address) return (await tool('sqlite3', join(this.dir, 'register.db'), '.dump')).replace(/^INSERT INTO looked .*\n/gm, '')
    const text = (await tool('pg_dump', '--inserts', '--no-owner', this.address)).replace(/^\\(un)?restrict .*$/gm, '')
    return text.split(/\n(?=INSERT INTO |--)/).map((part) => part.trim()).filter((part) => !/^INSERT INTO public\.looked /.test(part)).sort().join('\n') // rows lie there in no order
  }

  // The same register once more, for test t, in a folder and a database of its own; nobody may be at work in this one.
  async copy(t) {
    const address = this.address && await t.database(this.address), r = new Register(t, await t.folder(), 'register', address)
    await cp(this.dir, r.dir, { recursive: true })
    await cp(`${this.dir}.key`, `${r.dir}.key`)
    if (address) await writeFile(join(r.dir, 'settings'), (await readFile(join(r.dir, 'settings'), 'utf8')).replace(this.address, address))
    return r
  }

  // Starts to serve, on a port of its own; answers once it can be asked.
  async serve({ env = {}, args = [], command = this.t.program } = {}) {
    const child = spawn(command, ['serve', this.dir, '--listen', '127.0.0.1:0', ...args],
      { env: { ...process.env, ...this.env, ...env }, cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const server = new Server(child)
    this.t.after(() => server.kill())
    await server.started
    return server
  }
}

class Server {
  constructor(child) {
    this.child = child
    this.pid = child.pid
    this.err = ''
    child.stderr.on('data', (part) => { this.err += part })
    this.ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })))
    this.started = new Promise((done, failed) => {
      let out = ''
      child.stdout.on('data', (part) => {
        out += part
        const address = out.match(/^Sukhwan answers at (http:\S+)$/m)
        if (address) { this.url = address[1]; done() }
      })
      this.ended.then(({ code }) => failed(new Error(`serve ended with ${code}: ${this.err}`)))
    })
    this.started.catch(() => {})
  }
  async kill(signal = 'SIGKILL') {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal)
    return this.ended
  }
  // Ends it as a service manager does, and looks at what it said.
  async stop() {
    const { code, signal } = await this.kill('SIGTERM')
    equal(code, 0, `serve ended with ${code ?? signal}: ${this.err}`)
    ok(!/Sanitizer|runtime error:/.test(this.err), this.err)
  }

  // ask('POST', '/person', {…}, token): { status, body, headers }
  async ask(method, path, body, token, headers = {}) {
    const answer = await fetch(this.url + path, {
      method, redirect: 'manual', signal: AbortSignal.timeout(30_000), body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      headers: { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    })
    const text = await answer.text()
    let read = text
    try { read = JSON.parse(text) } catch {}
    return { status: answer.status, body: read, text, headers: answer.headers }
  }
  api(token) { return (method, path, body, headers) => this.ask(method, path, body, token, headers) }
}

// ---- what a test is given --------------------------------------------------------------------------
export class Place {
  constructor() { this.undo = []; this.store = 'sqlite'; this.program = program; this.count = 0 }
  after(run) { this.undo.unshift(run) }
  async folder() {
    const folder = await mkdtemp(join(tmpdir(), 'sukhwan-'))
    await chmod(folder, 0o711)
    this.after(() => rm(folder, { recursive: true, force: true }))
    return folder
  }
  // A database of its own, empty or as another is: its address.
  async database(like = '/template1') {
    if (!postgres) skip('there is no PostgreSQL: SUKHWAN_TEST_POSTGRES names one')
    const name = `r${process.pid}_${Date.now()}_${Math.floor(Math.random() * 1e6)}`
    await tool('psql', '-X', '-q', '-c', `create database ${name} template ${like.replace(/.*\//, '')}`, postgres)
    this.after(() => tool('psql', '-X', '-q', '-c', `drop database if exists ${name} with (force)`, postgres))
    return postgres.replace(/\/[^/]*$/, `/${name}`)
  }
  // The pack of Laos with files added: this.pack({ 'screens/99_more.csv': '…' })
  async pack(files) {
    const folder = join(await this.folder(), 'pack')
    await cp(laos, folder, { recursive: true })
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    return folder
  }
  // A test's first is a copy of one that was made once, but for one of its own, whose first entry it means; others are their own.
  async register({ init = true, own = false, store = this.store, pack = laos } = {}) {
    if (init && !own && pack === laos && !this.copied && program === this.program) {
      this.copied = true
      return (await first(store)).copy(this)
    }
    const folder = await this.folder()
    const address = store === 'postgres' ? await this.database() : ''
    const r = new Register(this, folder, 'register', address)
    if (init) await r.must('init', '--pack', pack, ...(address ? ['--store', address] : []))
    return r
  }
  async done() { for (const undo of this.undo) await undo() }
}

// ---- what lies somewhere -----------------------------------------------------------------------------
// All bytes of a folder's files.
export async function filesOf(dir) {
  const all = await readdir(dir, { withFileTypes: true })
  return Buffer.concat(await Promise.all(all.map((one) => (one.isDirectory() ? filesOf(join(dir, one.name)) : readFile(join(dir, one.name))))))
}
// A word as people write it, and as other programs might: UTF-16 of both kinds, hexadecimal, base64 wherever it begins.
export const written = (value) => [value, Buffer.from(value, 'utf16le'), Buffer.from(value, 'utf16le').swap16(),
  Buffer.from(value).toString('hex'), Buffer.from(value).toString('hex').toUpperCase(),
  ...[0, 1, 2].map((shift) => Buffer.from('\0'.repeat(shift) + value).toString('base64').slice(shift && 4, -4))]

// A register that many tests begin with: made once, before the first of them.
const kept = new Place(), made = {}
export function once(name, make) {
  return made[name] ??= make(kept)
}
atEnd.push(() => kept.done())
function first(store) {
  return once(`first ${store}`, () => {
    kept.copied = true
    return kept.register({ store })
  })
}

// ---- a clock that is wrong -----------------------------------------------------------------------
const library = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`
// The environment of a program whose clock is wrong by so much; waits are counted as ever.
export function wrongBy(days) {
  if (!existsSync(library)) skip('there is no libfaketime')
  return { LD_PRELOAD: library, FAKETIME: `${days > 0 ? '+' : ''}${days}d`, FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1',
    ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0` }
}

// ---- CSV, as small as the tests need it -----------------------------------------------------------
export function csv(rows) {
  return rows.map((row) => row.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',') + '\n').join('')
}
export function readCsv(text) {
  const rows = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 1 || row[0])
}
// Rows as objects by their header.
export function table(text) {
  const [header, ...rows] = readCsv(text.replace(/^\ufeff/, ''))
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])))
}
export const example = async (record) => table(await readFile(join(home, 'examples', `${record}.csv`), 'utf8'))

// Numbers that look random and are the same at every run.
export function dice(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
  const upTo = (n) => Math.floor(next() * n)
  return { next, upTo, one: (list) => list[upTo(list.length)], chance: (p) => next() < p }
}
