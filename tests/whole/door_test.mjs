// The door: whom the server answers, what it takes before it knows who sends it, and who gets in beside an attack.
// SPDX-License-Identifier: Apache-2.0
// Those that attack print what they counted.
import { connect } from 'node:net'
import { countsSeconds, equal, long, match, measured, ok, sleep, sukhwan, test } from '../tool.mjs'
import { raw, Visitor } from '../visitor.mjs'

const at = (list, part) => [...list].sort((one, two) => one - two)[Math.min(list.length - 1, Math.floor(list.length * part))]
const tell = (name, counts) => console.error(`        ${name}: ${Object.entries(counts).map(([what, n]) => `${what} ${n}`).join(', ')}`)

const leave = (sockets) => { for (const socket of sockets) socket.destroy() }
// Connections that say `bytes` and then nothing; they are closed with the test.
async function opened(t, server, n, bytes = '') {
  const port = Number(new URL(server.url).port)
  const sockets = await Promise.all(Array.from({ length: n }, () => new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => done(socket))
    socket.on('connect', () => { if (bytes) socket.write(bytes); done(socket) })
  })))
  t.after(() => leave(sockets))
  return sockets
}

// How long each of n requests takes on a connection of its own, in ms.
async function waits(server, n, path = '/health') {
  const all = []
  for (let i = 0; i < n; i++) {
    const start = performance.now()
    const { statuses } = await raw(server, Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`), { wait: 20_000 })
    equal(statuses[0], 200)
    all.push(performance.now() - start)
  }
  return all
}

// ---- under which name ---------------------------------------------------------------------------------------

const asked = async (server, host) => (await raw(server, Buffer.from(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`))).statuses.join()

test('only its own address and localhost are answered, whatever another site calls it', async (t) => {
  const r = await t.register(), server = await r.serve()
  const port = new URL(server.url).port
  for (const host of [`127.0.0.1:${port}`, '127.0.0.1', `localhost:${port}`, 'LocalHost', 'localhost.:99']) equal(await asked(server, host), '200', host)
  for (const host of [`evil.example:${port}`, 'evil.example', 'localhost.evil.example', `127.0.0.1.evil.example:${port}`, '127.0.0.2', '0', '[::1]', 'register.example'])
    equal(await asked(server, host), '421', host)
  const told = await raw(server, Buffer.from(`GET / HTTP/1.1\r\nHost: evil.example:${port}\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n`))
  equal(told.statuses.join(), '421')
  match(told.text, /does not answer under that name.*--host NAME/)
  equal(told.open, false)
  await server.stop()
})

test('names given with --host are answered too, several of them, in any case and with any port', async (t) => {
  const r = await t.register(), server = await r.serve({ args: ['--host', 'register.example', '--host=Register.GOV.la'] })
  for (const host of ['register.example', 'REGISTER.example:443', 'register.gov.la:8443', 'localhost']) equal(await asked(server, host), '200', host)
  for (const host of ['evil.example', 'example', 'www.register.example', 'register.example.evil.example']) equal(await asked(server, host), '421', host)
  await server.stop()
  for (const name of ['', 'http://register.example', 'register.example:443', 'two words']) {
    const refused = await r.run('serve', '--listen', '127.0.0.1:0', '--host', name)
    equal(refused.code, 2, name)
    match(refused.err, /--host takes the name/)
  }
  match((await sukhwan(['serve', '--help'])).out, /--host NAME\.\.\.: a name that it answers to/)
})

test('an address given with --host is answered however a browser writes it', async (t) => {
  const r = await t.register(), server = await r.serve({ args: ['--host', '[2001:DB8:0::1]', '--host', 'fd00:0:0:1::00A'] })
  for (const host of ['[2001:db8::1]', '[2001:db8::1]:8443', '[2001:DB8:0::1]', '[fd00:0:0:1::a]', '[fd00::1:0:0:0:a]:80']) equal(await asked(server, host), '200', host)
  for (const host of ['[2001:db8::2]', '2001:db8::1', '[fd00::a]', '[::1]']) equal(await asked(server, host), '421', host)
  await server.stop()
  equal((await r.run('serve', '--listen', '127.0.0.1:0', '--host', '[2001:db8::1]:443')).code, 2)
})

test('an address of 30,000 bytes is told to be too long, one of 10,000 leads on to sign in', async (t) => {
  const r = await t.register(), server = await r.serve()
  const get = async (path, more = '') => raw(server, Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}Connection: close\r\n\r\n`))
  for (const path of [`/${'a'.repeat(30_000)}`, `/find?q=${'%E0%BA%81'.repeat(2000)}`, `/${'/'.repeat(20_000)}`]) {
    const { statuses, text } = await get(path)
    equal(statuses.join(), '414', path.slice(0, 20))
    match(text, /This address is too long\./)
  }
  equal((await get(`/person?q=${'%E0%BA%81'.repeat(1100)}`)).statuses.join(), '303')
  const large = await get('/health', `Cookie: ${'a=b; '.repeat(100)}\r\nX-A: ${'a'.repeat(33_000)}\r\n`)
  equal(large.statuses.join(), '431')
  match(large.text, /The headers of this request are too large\./)
  await server.stop()
})

test('listening on every address, it says what it answers to, and answers to the one it was reached at', async (t) => {
  const r = await t.register(), server = await r.serve({ args: ['--listen', '0.0.0.0:0', '--host', 'register.example'] })
  server.url = server.url.replace('0.0.0.0', '127.0.0.1')
  match(server.err, /Host is this machine's address, localhost or a name given with --host \(register\.example\)/)
  equal(await asked(server, '127.0.0.1'), '200')
  equal(await asked(server, 'register.example'), '200')
  equal(await asked(server, '0.0.0.0'), '421')
  equal(await asked(server, 'evil.example'), '421')
  await server.stop()
})

// ---- before it is known who sends ---------------------------------------------------------------------------

// Saves one after the other while something goes on; how many were refused.
async function saved(api, n) {
  let refused = 0
  for (let i = 0; i < n; i++) refused += (await api('POST', '/person', { nickname: `n${i}` })).status !== 201
  return refused
}

test('half-sent bodies to the sign-in keep nobody from saving', async (t) => {
  const r = await t.register(), token = await r.token(), who = await r.user('noy'), server = await r.serve()
  const head = (length) => `POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}\r\n\r\n`
  const large = await raw(server, Buffer.from(head(7 << 20) + 'name='))
  equal(large.statuses.join(), '413')
  equal(large.open, false)
  await opened(t, server, 41, head(7 << 20) + 'a'.repeat(1 << 20))
  const first = await saved(server.api(token), 20)
  const held = [...await opened(t, server, 41, head(500 << 10) + 'a'.repeat(490 << 10)), // as much as it takes
    ...await opened(t, server, 300, head(15_000) + 'a'.repeat(14_000))]
  await sleep(200)
  const second = await saved(server.api(token), 20)
  equal((await new Visitor(server).post('/sign-in', { ...who, next: `/${'a'.repeat(14_000)}` })).status, 303) // at once: a small body always has room
  tell('half-sent bodies', { large: 41, 'as large as allowed': 41, small: 300, saves: 40, refused: first + second })
  equal(first + second, 0)
  leave(held)
  await server.stop()
})

test('a file is taken before the end of its headers from those alone who are signed in', async (t) => {
  const r = await t.register(), token = await r.token(), server = await r.serve()
  const head = (path, more) => `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${more}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${30 << 20}\r\n\r\n`
  for (const path of ['/import', '/person', '/nothing/here', '/account/token']) {
    const { statuses, open } = await raw(server, Buffer.from(head(path, '')))
    equal(statuses.join(), '413', path)
    equal(open, false)
  }
  await opened(t, server, 41, head('/import', '') + 'a'.repeat(1 << 20))
  await opened(t, server, 41, head('/import', 'Authorization: Bearer nothing\r\n') + 'a'.repeat(1 << 20))
  const refused = await saved(server.api(token), 20)
  tell('half-sent files of strangers', { sent: 82, saves: 20, refused })
  equal(refused, 0)
  const waiting = await raw(server, Buffer.from(head('/import', `Authorization: Bearer ${token}\r\n`)), { wait: 500 })
  equal(waiting.statuses.join() + waiting.open, 'true') // hers is waited for
  await server.stop()
})

measured('beside a thousand silent connections an honest one is answered within 50 ms', async (t) => {
  const r = await t.register(), server = await r.serve()
  const silent = await opened(t, server, 1000)
  const beside = await waits(server, 40)
  tell('1,000 silent connections', { asked: 40, 'median ms': at(beside, 0.5).toFixed(1), 'p95 ms': at(beside, 0.95).toFixed(1), 'longest ms': Math.max(...beside).toFixed(1) })
  ok(at(beside, 0.5) < 50 && Math.max(...beside) < 1000, String(beside))
  leave(silent)
  await server.stop()
})

measured('beside a thousand connections with half a header or half a body an honest one is answered within 50 ms', async (t) => {
  const r = await t.register(), server = await r.serve()
  const silent = await opened(t, server, 700, 'GET /health HTTP/1.1\r\nHost: local')
  silent.push(...await opened(t, server, 700, 'POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nname='), ...await opened(t, server, 1600))
  const beside = await waits(server, 40)
  tell('3,000 connections that never end', { asked: 40, 'median ms': at(beside, 0.5).toFixed(1), 'p95 ms': at(beside, 0.95).toFixed(1), 'longest ms': Math.max(...beside).toFixed(1) })
  ok(at(beside, 0.5) < 50 && Math.max(...beside) < 1000, String(beside))
  leave(silent)
  await server.stop()
})

// ---- who gets in ---------------------------------------------------------------------------------------------

const right = { password: 'correct horse battery' }
const wrong = (server, name, visitor = new Visitor(server)) => visitor.ask('POST', '/sign-in', { form: { name, password: 'guess guess guess' } })
const entered = (server, name, visitor = new Visitor(server)) => visitor.ask('POST', '/sign-in', { form: { name, ...right } })

// Comes back when it is told to, as the page's script does; how long until she was in, in ms, or null.
async function comesIn(server, name, visitor, most = 60_000) {
  const start = Date.now()
  while (Date.now() - start < most) {
    const { status, headers } = await entered(server, name, visitor)
    if (status === 303) return Date.now() - start
    equal(status, 503)
    await sleep(1000 * Number(headers.get('retry-after')))
  }
  return null
}

test('four wrong passwords a second for a name do not shut out who has signed in there before', async (t) => {
  const r = await t.register()
  await r.user('keo')
  const server = await r.serve(), own = new Visitor(server)
  equal((await entered(server, 'keo', own)).status, 303)
  match(own.setCookies.join('\n'), /sukhwan-known=[a-z0-9]{20}\.[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=31536000/)
  ok(!own.cookies.get('sukhwan-known').includes('keo'))
  const counts = { guesses: 0, 'of them looked at': 0, 'right password from her browser': 0, 'let in': 0 }
  let over = false
  const guessing = (async () => {
    for (; !over; await sleep(250)) {
      counts.guesses++
      counts['of them looked at'] += (await wrong(server, 'keo')).status === 403
    }
  })()
  guessing.catch(() => {}) // told when it is waited for
  await sleep(2500)
  for (let i = 0; i < (long ? 25 : 5); i++, await sleep(long ? 4800 : 1000)) {
    counts['right password from her browser']++
    counts['let in'] += (await entered(server, 'keo', own)).status === 303
  }
  tell('guessing', counts)
  equal(counts['let in'], counts['right password from her browser'])
  ok(counts['of them looked at'] < counts.guesses)
  // a new password opens at once, beside the guessing
  equal((await r.runWith({ input: 'another long sentence\n' }, 'user add', 'keo', '--role', 'secretariat', '--unit', 'secretariat', '--replace')).code, 0)
  equal((await new Visitor(server).ask('POST', '/sign-in', { form: { name: 'keo', password: 'another long sentence' } })).status, 303)
  equal((await own.get('/person')).to, '/sign-in?next=%2Fperson') // and it ends what the old one had opened
  over = true
  await guessing
  await server.stop()
})

test('guesses in flight together are as many as were allowed one after the other', async (t) => {
  const r = await t.register(), server = await r.serve()
  await r.user('keo')
  const round = async () => (await Promise.all(Array.from({ length: 14 }, () => wrong(server, 'keo')))).filter((one) => one.status === 403).length
  let looked = 0
  for (let i = 0; i < 30 && looked < 5; i++, await sleep(150)) looked += await round()
  equal(looked, 5)
  const counts = []
  for (let i = 0; i < 3; i++) { // the wait is over: one is allowed
    await r.sql('update tries set wait_until = wait_until - 100000')
    await sleep(150) // the places were free for long enough that a newcomer gets one
    counts.push(await round())
  }
  tell('14 guesses in flight, one allowed', { 'looked at': counts.join(' ') })
  equal(counts.join(), '1,1,1')
  equal(await r.sql('select failed from tries'), '8\n')
  await server.stop()
})

test('a browser counts for the names that signed in there, and its cookie cannot be made', async (t) => {
  countsSeconds(t)
  const r = await t.register(), server = await r.serve()
  await r.user('keo')
  await r.user('noy')
  const shared = new Visitor(server), strange = new Visitor(server)
  equal((await entered(server, 'noy', shared)).status, 303)
  for (let i = 0; i < 6; i++) await wrong(server, 'keo')
  equal((await entered(server, 'keo', shared)).status, 503) // noy's browser is a strange one to keo
  for (let i = 0; i < 6; i++) await wrong(server, 'noy')
  equal((await entered(server, 'noy', shared)).status, 303)
  const cookie = shared.cookies.get('sukhwan-known')
  for (const forged of ['', 'x', cookie.slice(0, -1), cookie.replace(/^./, (c) => (c === 'a' ? 'b' : 'a')), `${cookie.split('.')[0]}.${'0'.repeat(32)}`, '.'.repeat(500)]) {
    strange.cookies.set('sukhwan-known', forged)
    equal((await entered(server, 'noy', strange)).status, 503, forged)
  }
  // it is no session
  const only = new Visitor(server)
  only.cookies.set('sukhwan-known', cookie)
  equal((await only.get('/person')).status, 303)
  await server.stop()
})

measured('sixteen connections that sign in with unknown names shut out neither who comes back when told to nor who is known', async (t) => {
  const r = await t.register(), token = await r.token('keo'), server = await r.serve(), api = server.api(token)
  const known = new Visitor(server)
  equal((await entered(server, 'keo', known)).status, 303)
  const counts = { requests: 0, 'passwords looked at': 0, 'sent away': 0 }
  let over = false
  const attack = Promise.all(Array.from({ length: 16 }, async (_, i) => {
    for (let n = 0; !over; n++) {
      const { status } = await wrong(server, `nobody ${i} ${n}`)
      counts.requests++
      counts[status === 403 ? 'passwords looked at' : 'sent away']++
    }
  }))
  attack.catch(() => {})
  await sleep(500)
  const pages = []
  let counting = true
  const others = (async () => {
    for (; counting; await sleep(20)) {
      const start = performance.now()
      equal((await api('GET', '/person')).status, 200)
      pages.push(performance.now() - start)
    }
  })()
  others.catch(() => {})
  const hers = [], strangers = []
  for (let i = 0; i < 20; i++) hers.push(await comesIn(server, 'keo', known, 5000))
  for (let i = 0; i < 20; i += 4) strangers.push(...await Promise.all(Array.from({ length: 4 }, () => comesIn(server, 'keo', new Visitor(server), 15_000))))
  counting = false
  await others
  over = true
  await attack
  const seconds = (list) => list.map((ms) => (ms === null ? 'never' : (ms / 1000).toFixed(1))).sort((one, two) => one - two)
  tell('16 connections with unknown names', { ...counts, 'known browsers let in': `${hers.filter((one) => one !== null).length} of ${hers.length}`, 'slowest s': seconds(hers).at(-1),
    'strangers let in': `${strangers.filter((one) => one !== null).length} of ${strangers.length}`, 'median s': seconds(strangers)[10], 'their slowest s': seconds(strangers).at(-1),
    "others' pages": pages.length, 'median ms': at(pages, 0.5).toFixed(1), 'p95 ms': at(pages, 0.95).toFixed(1) })
  ok(!hers.includes(null) && !strangers.includes(null))
  ok(at(pages, 0.95) < 300, `${at(pages, 0.95)} ms`)
  await server.stop()
})

// ---- what outlives a session -----------------------------------------------------------------------------------

test('a token makes no token, and neither does a session without the password', async (t) => {
  const r = await t.register(), token = await r.token('keo'), server = await r.serve()
  const visitor = new Visitor(server)
  equal((await visitor.signIn({ name: 'keo', ...right })).status, 303)
  const made = () => r.sql('select count(*) from tokens')
  for (const headers of [{ authorization: `Bearer ${token}` }, { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' }]) {
    equal((await fetch(`${server.url}/account/token`, { method: 'POST', headers, body: 'password=correct+horse+battery' })).status, 403)
    equal(await made(), '1\n')
  }
  equal((await server.ask('GET', '/person', undefined, token)).status, 200)
  await visitor.get('/account')
  for (const form of [{}, { password: '' }, { password: 'guess guess guess' }]) {
    equal((await visitor.post('/account/token', form)).status, 403)
    ok(!/<code>/.test(visitor.text))
    await visitor.get('/account')
  }
  equal(await made(), '1\n')
  equal((await visitor.post('/account/token', right)).status, 200)
  const fresh = visitor.text.match(/<code>([^<]{43})<\/code>/)[1]
  equal((await server.ask('GET', '/person', undefined, fresh)).status, 200)
  equal((await server.ask('GET', '/person', undefined, token)).status, 401) // the new one ends the old
  await server.stop()
})

test('what a form must say is nowhere in the store', async (t) => {
  const r = await t.register(), server = await r.serve(), visitor = new Visitor(server)
  await visitor.signIn(await r.user('keo'))
  await visitor.get('/person/new')
  ok(visitor.csrf.length >= 40)
  const stored = await r.sql('select * from sessions')
  ok(stored.includes('keo') && !stored.includes(visitor.csrf) && !stored.includes(visitor.csrf.slice(0, 16)))
  ok(!(await r.dump()).includes(visitor.csrf))
  equal((await visitor.post('/person', { nickname: 'Noy' })).status, 303)
  await server.stop()
})

test('after the clock was set back, what was opened under the later one is over', async (t) => {
  const r = await t.register(), token = await r.token('keo'), server = await r.serve()
  const visitor = new Visitor(server)
  await visitor.signIn({ name: 'keo', ...right })
  equal((await visitor.get('/person')).status, 200)
  for (let i = 0; i < 6; i++) await wrong(server, 'keo')
  equal((await entered(server, 'keo')).status, 503)
  const years = 3 * 365 * 86_400_000 // as if it had been three years later until now
  await r.sql(`update sessions set seen = seen + ${years}, made = made + ${years}; update passes set made = made + ${years}; update tries set wait_until = wait_until + ${years}`)
  equal((await visitor.get('/person')).to, '/sign-in?next=%2Fperson')
  equal((await server.ask('GET', '/person', undefined, token)).status, 401)
  equal((await entered(server, 'keo')).status, 303)
  await server.stop()
})
