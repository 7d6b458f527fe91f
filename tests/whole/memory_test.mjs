// What a serving program still holds of a request that was answered: looked for in its memory, byte by byte.
// SPDX-License-Identifier: Apache-2.0
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Agent, get } from 'node:http'
import { equal, filesOf, home, long, measured, ok, skip, sleep, test, tool, written } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const release = join(home, 'build/sukhwan') // sanitizers keep memory of their own

const PAGE = 4096, STRETCH = 1 << 17 // pages looked at together

// The stretches of [from, end) that are there at all: a reserve is mostly holes that nobody touched.
async function* present(pages, from, end) {
  const words = Buffer.alloc(8 * STRETCH), none = Buffer.alloc(8 * STRETCH)
  for (let at = from; at < end; at += STRETCH * PAGE) {
    const n = Math.min(STRETCH, (end - at) / PAGE)
    await pages.read(words, 0, 8 * n, at / PAGE * 8)
    if (words.subarray(0, 8 * n).equals(none.subarray(0, 8 * n))) continue
    let first = -1
    for (let i = 0; i <= n; i++) {
      const here = i < n && (words[8 * i + 7] & 0xc0) !== 0 // in memory, or swapped out
      if (here && first < 0) first = i
      if (!here && first >= 0) { yield [at + first * PAGE, (i - first) * PAGE]; first = -1 }
    }
  }
}

// Where `words` stand in the memory of a process.
async function survivors(pid, words) {
  const may = () => skip('only root may look into a process that wants no core file')
  const memory = await open(`/proc/${pid}/mem`).catch(may), pages = await open(`/proc/${pid}/pagemap`).catch(may)
  const found = []
  let looked = 0
  for (const line of (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n')) {
    const [, from, to, rights, where] = line.match(/^(\w+)-(\w+) (\S+) \S+ \S+ \S+ *(.*)$/) ?? []
    if (!rights?.startsWith('rw')) continue
    for await (const [at, n] of present(pages, Number.parseInt(from, 16), Number.parseInt(to, 16))) {
      const bytes = Buffer.alloc(n)
      await memory.read(bytes, 0, n, at)
      looked += n
      for (const word of words) {
        for (let i = bytes.indexOf(word); i >= 0; i = bytes.indexOf(word, i + 1)) {
          const around = bytes.subarray(Math.max(0, i - 60), i + 60).toString('latin1').replace(/[^ -~]/g, '.')
          found.push(`${(at + i).toString(16)} ${where || 'anonymous'}: ${around}`)
        }
      }
    }
  }
  await memory.close()
  await pages.close()
  return { found, looked }
}

async function serveRelease(t) {
  if (!existsSync(release)) skip('there is no release build')
  const r = await t.register(), token = await r.token()
  const server = await r.serve({ command: release })
  return { r, server, api: server.api(token), token }
}

test('a person who was saved, shown, found and changed is nowhere left in memory but in the index of names', async (t) => {
  const { server, api, token } = await serveRelease(t)
  const word = 'QZXMARKWV', later = 'QZYLATERWV'
  for (let i = 0; i < 20; i++) {
    const { status, body } = await api('POST', '/person', { key: `P-${i}`, given_name: word, family_name: `${word}SON`, occupation: `weaver ${word}` })
    equal(status, 201, JSON.stringify(body))
    equal((await api('PATCH', `/person/P-${i}`, { nickname: later, version: body.version })).status, 200)
    ok((await api('GET', `/person/P-${i}`)).text.includes(later))
    ok((await server.ask('GET', `/person/P-${i}`, undefined, token, { accept: 'text/html' })).text.includes(word))
  }
  ok((await api('GET', `/find?q=${word}`)).text.includes(word))
  // By a form, too, with its letters as an address has them; and what Lao letters make of it in each way of writing.
  const visitor = new Visitor(server), formed = 'QZWFORMEDWV', lao = 'ຊ່າງຕ່ຳແຜ່ນ'
  await visitor.signIn({ name: 'keo', password: 'correct horse battery' })
  for (let i = 0; i < 20; i++) {
    await visitor.get('/person/new')
    equal((await visitor.post('/person', { given_name: formed, occupation: `${lao} ${formed}`, sex: 'female', _confirm: 'yes' })).status, 303)
    await visitor.get('/person/new')
    equal((await visitor.post('/person', { given_name: formed, occupation: lao, born: 'no day' })).status, 400)
    equal((await api('POST', '/person', { key: `L-${i}`, given_name: word, occupation: lao })).status, 201)
    ok((await api('GET', `/person/L-${i}`)).text.includes(lao))
  }
  await sleep(1500)
  const words = [word, later, formed, lao].flatMap((one) => [...written(one), encodeURIComponent(one)])
  const { found, looked } = await survivors(server.pid, [...new Set(words)])
  console.error(`        ${found.length} places hold one of ${words.length} spellings, of ${looked >> 20} MiB`)
  equal(found.join('\n'), '')
  const index = await survivors(server.pid, [word.toLowerCase()]) // folded, as the index keeps names
  ok(index.found.length > 0, 'the search sees nothing at all')
})

// "Z" was once the mark of a page that nobody had touched.
test('a long text is gone from memory whatever letter it is of, saved or refused', async (t) => {
  const { server, api, token } = await serveRelease(t)
  for (const letter of ['Z', 'ໝ', 'z']) {
    const words = letter.repeat(Math.floor(300_000 / Buffer.byteLength(letter)))
    const few = letter.repeat(1000)
    for (let i = 0; i < 3; i++) {
      equal((await api('POST', '/person', { key: `L-${letter.codePointAt()}-${i}`, nosuch: words })).status, 400)
      equal((await api('POST', '/person', { health_note: few })).status, 201)
      await server.ask('POST', '/person', `{"health_note": "${few}", `, token, { 'content-type': 'application/json' }) // broken off
    }
    await sleep(1500)
    const { found, looked } = await survivors(server.pid, [Buffer.from(letter.repeat(40))])
    console.error(`        ${JSON.stringify(letter)}: ${found.length} places hold 40 of it, of ${looked >> 20} MiB`)
    equal(found.join('\n'), '')
  }
})

// ---- and what lies about when it died ---------------------------------------------------------------------

// Ends it as a fault would, where the machine was told to keep what dies; true: that left a core file.
async function died(child, folder) {
  const before = await readdir(folder)
  await tool('prlimit', '--pid', String(child.pid), '--core=unlimited').catch(() => {}) // who gave that up does not get it back
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGABRT')
  await ended
  const left = (await readdir(folder)).filter((name) => !before.includes(name))
  for (const name of left) await rm(join(folder, name))
  return left.length > 0
}

test('who dies leaves no core file, and what she served stands in no file, temporary ones included', async (t) => {
  if (!existsSync(release)) skip('there is no release build')
  const r = await t.register(), who = await r.user(), token = (await r.must('user token', who.name)).trim(), temporary = join(r.folder, 'temporary'), word = 'QZXMARKWV Keomany'
  await mkdir(temporary)
  if (!await died(spawn('sleep', ['60'], { cwd: r.folder, stdio: 'ignore' }), r.folder)) skip('this machine keeps core files elsewhere, or none')
  const server = await r.serve({ command: release, env: { TMPDIR: temporary } }), api = server.api(token)
  for (let i = 0; i < 20; i++) equal((await api('POST', '/person', { key: `P-${i}`, given_name: word, phone: '020 5557 7313' })).status, 201)
  const visitor = new Visitor(server)
  await visitor.signIn(who)
  ok(await visitor.bring('person', `key,given_name\n${Array.from({ length: 5000 }, (_, i) => `Q-${i},${word}\n`).join('')}`))
  ok((await api('GET', '/find?q=QZXMARKWV')).text.includes(word))
  ok(!await died(server.child, r.folder), 'a core file lies there')
  const all = Buffer.concat([await filesOf(r.dir), await filesOf(temporary)])
  for (const value of [word, '020 5557 7313', '02055577313']) for (const one of written(value)) ok(!all.includes(one), `${value} stands in a file`)
})

// ---- and how much it holds -------------------------------------------------------------------------------

const privately = async (pid) => Number((await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')).match(/^Pss_Anon:\s+(\d+)/m)[1]) / 1024
// Asks for these paths in turn, on eight lines that stay open; 503: of what takes long one person has two at a time.
async function asked(url, token, paths, times) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 }), wrong = []
  const one = (path) => new Promise((done) => {
    get(url + path, { agent, headers: { authorization: `Bearer ${token}`, accept: 'application/json' } }, (answer) => {
      if (![200, 503].includes(answer.statusCode)) wrong.push(`${path}: ${answer.statusCode}`)
      answer.resume().on('end', done)
    }).on('error', (error) => { wrong.push(`${path}: ${error.message}`); done() })
  })
  let next = 0
  await Promise.all(Array.from({ length: 8 }, async () => { while (next < times) await one(paths[next++ % paths.length]) }))
  agent.destroy()
  equal(wrong.slice(0, 3).join('\n'), '')
}

// What a thread prepares for itself it keeps, and a line that stays open stays with its thread: so four people ask at once, in a dozen
// rounds with new lines each, until every thread has met every kind of question of each; and that has settled when two thousand
// requests add nothing.
measured(`memory is flat: after ${long ? 'a million' : 'some thousand'} requests it holds what it held after the first thousands`, async (t) => {
  const r = await (await t.register()).examples(), tokens = []
  for (const name of ['keo', 'noy', 'mali', 'somsy']) tokens.push(await r.token(name))
  const server = await r.serve({ command: release }), { items } = (await server.api(tokens[0])('GET', '/case?limit=5')).body
  const paths = ['/person', '/case', '/work', '/find?q=noy', '/figures/annual?from=2024-01-01&to=2024-12-31', ...items.map((one) => `/case/${one.id}`)]
  const all = (times) => Promise.all(tokens.map((token) => asked(server.url, token, paths, times / tokens.length)))
  for (let round = 0; round < 12; round++) await all(2_500)
  for (let last = 0, round = 0; round < 20 && await privately(server.pid) > last + 0.2; round++) {
    last = await privately(server.pid)
    await all(2_000)
  }
  const before = await privately(server.pid), times = long ? 1_000_000 : 10_000, start = Date.now()
  await all(times)
  const after = await privately(server.pid)
  console.error(`        ${times} requests in ${((Date.now() - start) / 1000).toFixed(0)} s: ${before.toFixed(1)} MiB before, ${after.toFixed(1)} after`)
  ok(after < before + 2, `${before.toFixed(1)} MiB became ${after.toFixed(1)}`)
  await server.stop()
})
