// The door: whom the server answers, what it takes before it knows who sends it, and who gets in beside an attack.
// SPDX-License-Identifier: Apache-2.0
// Those that attack print what they counted.
import { connect } from 'node:net'
import { equal, match, measured, ok, sleep, sukhwan, test } from '../tool.mjs'
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
  const r = await t.register(), token = await r.token(), server = await r.serve()
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
  equal((await new Visitor(server).signIn(await r.user('noy'))).status, 303)
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
