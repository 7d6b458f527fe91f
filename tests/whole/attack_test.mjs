// Somebody means harm: hostile HTTP, forged forms, scripts in names, doors without keys.
// SPDX-License-Identifier: Apache-2.0
import { connect } from 'node:net'
import { addresses, mechanism, nothingElseIsTold, oneOfEach, routes } from '../mechanism.mjs'
import { countsSeconds, deepEqual, equal, match, ok, sleep, test } from '../tool.mjs'
import { raw, Visitor } from '../visitor.mjs'

async function served(t) {
  const r = await t.register()
  const token = await r.token()
  const server = await r.serve()
  return { r, token, server, api: server.api(token) }
}

test('requests that two readers could read differently get one refusal, and the connection is closed', async (t) => {
  const { r, server, token } = await served(t)
  const before = await r.entries()
  const auth = `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nAccept: application/json\r\n`
  const smuggled = '{"key":"SMUGGLED"}'
  const inner = `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`
  const vectors = {
    'both lengths': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    'two lengths': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    'two equal lengths': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
    'a negative length': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: -1\r\n\r\n${inner}`,
    'a length with a sign': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: +0\r\n\r\n${inner}`,
    'a length that is no number': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: 0x2\r\n\r\n{}`,
    'a length of twenty digits': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: 99999999999999999999\r\n\r\n{}`,
    'a space before the colon': `GET /person HTTP/1.1\r\nHost : localhost\r\n${auth}\r\n`,
    'no Host': `GET /health HTTP/1.1\r\nAccept: */*\r\n\r\n`,
    'two Hosts': `GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`,
    'NUL in a header': `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n`,
    'no such encoding': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`,
    'chunked twice': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    'a header of 64 KiB': `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(65536)}\r\n\r\n`,
    'ten thousand headers': `GET /health HTTP/1.1\r\nHost: localhost\r\n${'X-A: a\r\n'.repeat(10_000)}\r\n`,
    'an address of 64 KiB': `GET /${'a'.repeat(65536)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    'a length far over the limit': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: 5000000000\r\n\r\n{`,
    'chunks': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n${inner}`,
    'chunks whose lines end in a bare LF': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n${inner}`,
    'chunks with something behind a semicolon': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Transfer-Encoding: chunked\r\n\r\n2;a\n\r\n{}\r\n0\r\n\r\n${inner}`,
    'an encoding that is none': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Transfer-Encoding: identity\r\n\r\n${inner}`,
    'two lengths in one': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}Content-Length: 2, 2\r\n\r\n{}${inner}`,
    'a header line that ends in a bare LF': `POST /person HTTP/1.1\r\nHost: localhost\r\nX-A: b\nContent-Length: 0\r\n${auth}Content-Length: ${inner.length}\r\n\r\n${inner}`,
    'a folded header': `POST /person HTTP/1.1\r\nHost: localhost\r\n${auth}X-A: b\r\n Content-Length: 2\r\n\r\n{}${inner}`,
    'blanks in the first line': `GET  /health  HTTP/1.1\r\nHost: localhost\r\n\r\n${inner}`,
    'no HTTP at all': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'words': 'hello there\r\n\r\n',
    'a line end alone': '\r\n\r\n\r\n',
    'no version': 'GET /health\r\n\r\n',
  }
  for (const [name, bytes] of Object.entries(vectors)) {
    const { statuses, text, open } = await raw(server, Buffer.from(bytes, 'latin1'))
    ok(!open || !statuses.some((status) => status >= 400), `${name}: ${statuses}, and the connection stays open`)
    // A second 400 for what is left over harms nobody.
    ok(statuses.length <= 2 && statuses.every((status) => status >= 400 || (name === 'no version' && status === 200)), `${name}: ${statuses} ${text.slice(0, 200)}`)
    ok(!text.includes('201'), `${name} saved something`)
    equal((await server.ask('GET', '/health')).status, 200, name)
  }
  equal(await r.entries(), before)
  const header = await raw(server, Buffer.from(vectors['a header of 64 KiB']))
  ok(!header.statuses.length || header.statuses[0] === 431, header.text.slice(0, 100))
  await server.stop()
})

test('a slow sender is cut, of headers and of a body, and holds up nobody', async (t) => {
  countsSeconds(t)
  const { server, token, api } = await served(t)
  const start = Date.now()
  const slow = Array.from({ length: 40 }, () => raw(server, Buffer.from(`GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(1000)}`), { every: 500, wait: 30_000 }))
  const idle = Array.from({ length: 200 }, () => { const socket = connect(Number(new URL(server.url).port), '127.0.0.1'); socket.on('error', () => {}); return socket })
  const bodies = Array.from({ length: 20 }, () => raw(server, Buffer.from(`POST /person HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Length: 1000\r\n\r\n{`), { wait: 2000 }))
  await sleep(300)
  for (let i = 0; i < 20; i++) {
    const at = Date.now()
    equal((await api('GET', '/person')).status, 200)
    ok(Date.now() - at < 1500, `${Date.now() - at} ms beside slow senders`)
  }
  await Promise.all(bodies)
  for (const one of await Promise.all(slow)) ok(!one.open, 'a slow sender was not cut')
  ok(Date.now() - start < 25_000)
  for (const socket of idle) socket.destroy()
  await server.stop()
})

test('a body over its limit is refused, however it comes', async (t) => {
  const { server, token } = await served(t)
  const head = `POST /person HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`
  const early = await raw(server, Buffer.from(`${head}Content-Length: ${64 << 20}\r\n\r\n`))
  deepEqual(early.statuses, [413])
  const part = Buffer.from('100000\r\n' + 'x'.repeat(0x100000) + '\r\n')
  equal(early.open, false)
  const chunked = await raw(server, Buffer.concat([Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`), ...Array.from({ length: 40 }, () => part), Buffer.from('0\r\n\r\n')]), { wait: 10_000 })
  ok(!chunked.open && chunked.statuses.every((status) => status === 411), String(chunked.statuses)) // cut without a word, or told
  equal((await server.ask('GET', '/health')).status, 200)
  await server.stop()
})

test('a form without its word, from another site or of another session does nothing', async (t) => {
  const { r, server } = await served(t)
  const keo = await r.user('keo2'), noy = await r.user('noy2')
  const visitor = new Visitor(server), other = new Visitor(server)
  equal((await visitor.signIn(keo)).status, 303)
  equal((await other.signIn(noy)).status, 303)
  await other.get('/person/new')
  const foreign = other.csrf
  await visitor.get('/person/new')
  const own = visitor.csrf
  ok(own && foreign && own !== foreign)
  const before = await r.entries()
  const send = (form, headers) => visitor.ask('POST', '/person', { form: { nickname: 'forged', ...form }, headers })
  for (const [form, headers] of [[{}], [{ _csrf: '' }], [{ _csrf: foreign }], [{ _csrf: own.slice(1) }], [{ _csrf: own }, { origin: 'https://evil.example' }], [{ _csrf: own }, { origin: 'null' }],
    [{ _csrf: own }, { origin: server.url.replace('127.0.0.1', 'localhost') }]])
    equal((await send(form, headers)).status, 403, JSON.stringify([form, headers]))
  // a session's cookie opens the API for nobody who does not know the word
  for (const headers of [{ 'content-type': 'application/json' }, { 'content-type': 'text/plain' }, { 'content-type': 'application/json', 'x-requested-with': 'fetch' }])
    ok((await visitor.ask('POST', '/person', { body: '{"nickname":"forged"}', headers: { ...headers, accept: 'application/json' } })).status >= 400)
  equal(await r.entries(), before)
  equal((await send({ _csrf: own }, { origin: server.url })).status, 303)
  equal((await visitor.ask('POST', '/sign-in', { form: keo, headers: { origin: 'https://evil.example' } })).status, 403)
  await server.stop()
})

test('whatever can be sent is nothing without signing in, and nothing without the word of its form', async (t) => {
  const { r, server, api } = await served(t)
  const m = await mechanism(), records = await oneOfEach(api, m), visitor = new Visitor(server)
  await visitor.signIn(await r.user('keo2'))
  const before = await r.entries(), sent = { nickname: 'forged', key: 'FORGED', password: 'correct horse battery' }
  const methods = [...new Set((await routes()).map((one) => one.method))].filter((one) => one !== 'GET')
  let tried = 0
  for (const method of methods) {
    for (const { path } of (await addresses(m, records, method)).filter((one) => one.route !== '/sign-in')) {
      const stranger = await new Visitor(server).ask(method, path, { form: sent })
      ok([401, 403].includes(stranger.status) || (stranger.status === 303 && /^\/sign-in/.test(stranger.to)), `${method} ${path} answers a stranger ${stranger.status}`)
      equal((await server.ask(method, path, { nickname: 'forged', key: 'FORGED' })).status, 401, `${method} ${path}`)
      const hers = await visitor.ask(method, path, { form: sent })
      equal(hers.status, 403, `${method} ${path} without its word`)
      tried += 3
    }
  }
  ok(tried > 9 * m.types.length)
  equal(await r.entries(), before)
  equal(await r.sql('select count(*) from tokens'), '1\n')
  equal((await visitor.get('/')).status, 200) // nor did it end her session
  await server.stop()
})

test('a session: its cookie is out of reach, it begins anew with each sign-in and ends with signing out', async (t) => {
  const { r, server } = await served(t)
  const who = await r.user('keo2')
  const visitor = new Visitor(server)
  visitor.cookies.set('sukhwan', 'fixed-by-somebody-else')
  await visitor.signIn(who)
  match(visitor.lastCookie, /HttpOnly/)
  match(visitor.lastCookie, /SameSite=(Strict|Lax)/)
  const session = visitor.cookies.get('sukhwan')
  ok(session !== 'fixed-by-somebody-else' && session.length >= 32)
  ok(!(await r.dump()).includes(session), 'the session lies in the store in the clear')
  equal((await visitor.get('/')).status, 200)
  equal((await visitor.post('/sign-out', {})).status, 303)
  const stolen = new Visitor(server)
  stolen.cookies.set('sukhwan', session)
  match((await stolen.get('/person')).to ?? '', /^\/sign-in/)
  await visitor.signIn(who)
  ok(visitor.cookies.get('sukhwan') !== session)
  await server.stop()
})

const forAnybody = ['/health', '/api', '/sign-in', '/language'] // whoever adds one says so here
const neverPages = { '/:record/:id/move': 404, '/:record/:id/:field': 404, '/:record/:id/:field/:name': 404, '/:record/:id/later': [200, 403], '/:record/:id/erase': [200, 404], // only a person is forgotten
  '/language': 400, '/sign-in': 303, '/users': 404, '/users/:name': 404, '/account/first': 303, '/lock': 303, '/looks': 404, '/import/look': 400, '/import/undo': 400 } // to her; some without what they name
test('no page opens without signing in, and every page keeps to its policy', async (t) => {
  const { r, token, server, api } = await served(t)
  const m = await mechanism(), asked = await addresses(m, await oneOfEach(api, m))
  await nothingElseIsTold(server, token, m, asked)
  const visitor = new Visitor(server), stranger = new Visitor(server), keeper = new Visitor(server)
  for (const { path, route } of asked.filter((one) => !forAnybody.includes(one.route))) {
    const answer = await stranger.get(path)
    equal(answer.status, 303, path)
    match(answer.to, /^\/sign-in/)
    equal((await server.ask('GET', path)).status, 401, `${route} as JSON`)
  }
  const keeps = async (who, path, expected) => {
    const { text, headers, status } = await who.get(path)
    ok([expected].flat().includes(status), `${path} answers ${status}`)
    const policy = headers.get('content-security-policy') ?? ''
    match(policy, /default-src 'none'/)
    ok(!/unsafe|data:|\*/.test(policy), policy)
    equal(headers.get('x-content-type-options'), 'nosniff')
    equal(headers.get('cache-control'), 'no-store', path)
    ok(!/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|https?:\/\//i.test(text.replace(/xmlns='[^']*'|http:\/\/…/g, '')), `${path} has something inline or foreign`)
  }
  await visitor.signIn(await r.user('keo2'))
  await keeper.signIn(await r.user('noy2', 'administrator'))
  for (const { path, route } of asked) await keeps(visitor, path, neverPages[route] ?? 200)
  for (const path of ['/find?q=Palamy', '/figures/annual?from=2024-01-01&to=2024-12-31', await visitor.bring('person', 'key,sex\nQ1,male\n')] /* so that there is something to take back */) await keeps(visitor, path, 200)
  for (const path of ['/nothing/here', '/person/P404']) await keeps(visitor, path, 404)
  await keeps(keeper, '/users', 200)
  await server.stop()
})

test('no script in any value runs anywhere', async (t) => {
  const { r, server, api } = await served(t)
  const evil = `<script>alert(1)</script>'"><img src=x onerror=alert(2)>{{7*7}}`
  const m = await mechanism(), records = await oneOfEach(api, m, { word: evil, key: (type) => `${type}'1"<b>` })
  const who = await r.user('keo2'), visitor = new Visitor(server)
  await visitor.signIn(who)
  equal((await api('PATCH', `/case/${records.find((one) => one.type === 'case').id}`, { version: 1, title: evil + '2' })).status, 200)
  await sleep(1500)
  const word = encodeURIComponent(evil)
  const pages = ['/', `/find?q=${word}`, `/person?sex=${word}`, `/person?village=${word}`, `/nothing/${word}`, `/sign-in?next=${word}`, `/figures/annual?from=${word}`, `/figures/${word}`]
  let shown = 0
  for (const path of [...(await addresses(m, records)).map((one) => one.path), ...pages]) {
    const { text } = await visitor.get(path)
    shown += text.includes('&lt;script&gt;alert')
    ok(!/<script>alert|<img src=x|<b>'?>|'"><img/.test(text), path)
  }
  ok(shown > 2 * m.types.length, `the test has lost its subject: ${shown} pages show it`)
  await visitor.get('/person/new')
  const back = await visitor.post('/person', { born: evil, nickname: evil, phone: evil })
  equal(back.status, 400)
  ok(!/<script>alert|<img src=x/.test(back.text))
  const signIn = await new Visitor(server).post('/sign-in', { name: evil, password: 'x', next: evil })
  ok(!/<script>alert|<img src=x/.test(signIn.text))
  await server.stop()
})

test('nobody is led away to another site', async (t) => {
  const { r, server } = await served(t)
  const who = await r.user('keo2')
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', '\\\\evil.example', 'javascript:alert(1)', '/\t/evil.example', '/%0d%0aSet-Cookie:x=y', ' //evil.example', '/\r\nX-Evil: 1']) {
    const visitor = new Visitor(server)
    const answer = await visitor.ask('POST', '/sign-in', { form: { ...who, next } })
    equal(answer.status, 303)
    ok(/^\/(?![\/\\])/.test(answer.to) && !/[\t\r\n\\]/.test(answer.to), `${next} leads to ${answer.to}`)
    equal(answer.headers.get('x-evil'), null)
    const language = await visitor.get(`/language?to=lo&next=${encodeURIComponent(next)}`)
    ok(/^\/(?![\/\\])/.test(language.to ?? '/'), `${next} leads to ${language.to}`)
  }
  await server.stop()
})

test('guessing passwords becomes slow, says nothing about names, and stops nobody else', async (t) => {
  const { r, server } = await served(t)
  const who = await r.user('keo2'), other = await r.user('noy2')
  const wrong = async (name) => (await new Visitor(server).post('/sign-in', { name, password: 'guess guess guess' }))
  const known = await wrong('keo2'), unknown = await wrong('nobody-here')
  equal(known.status, unknown.status)
  equal(known.text.replace(/keo2/g, ''), unknown.text.replace(/nobody-here/g, ''))
  const statuses = []
  for (let i = 0; i < 12; i++) statuses.push((await wrong('keo2')).status)
  ok(statuses.slice(-3).every((status) => status === 503), String(statuses))
  const now = await new Visitor(server).post('/sign-in', who)
  equal(now.status, 503, 'from a browser nobody knows, the right password opens at once after twelve guesses')
  equal((await new Visitor(server).post('/sign-in', other)).status, 303)
  await server.stop()
})

test('many sign-ins at once: some are asked to wait, all are answered, pages go on', async (t) => {
  const { r, server, api } = await served(t)
  const who = await r.user('keo2')
  const many = Array.from({ length: 30 }, () => new Visitor(server).post('/sign-in', who))
  const start = Date.now()
  equal((await api('GET', '/person')).status, 200)
  ok(Date.now() - start < 2000)
  const answers = await Promise.all(many), inside = answers.filter(({ status }) => status === 303)
  ok(inside.length >= 2, `${inside.length} were let in`) // as many as there are places, and more when one is free again
  for (const { status, headers } of answers) if (status !== 303) deepEqual([status, Number(headers.get('retry-after')) > 0], [503, true])
  await server.stop()
})

test('assets are their own, and nothing beside them', async (t) => {
  const { server } = await served(t)
  for (const path of ['/assets/../settings', '/assets/%2e%2e/settings', '/assets/..%2fsettings', '/assets/', '/assets', '/assets/app.css', '/assets/%00', '/.git/config', '/register.db', '/settings']) {
    const { statuses, text } = await raw(server, Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`))
    ok(statuses[0] >= 300, `${path}: ${statuses}`)
    ok(!text.includes('writer ='))
  }
  const page = await new Visitor(server).get('/sign-in')
  for (const [, path] of page.text.matchAll(/(?:href|src)='(\/assets\/[^']+)'/g)) {
    const asset = await fetch(server.url + path)
    equal(asset.status, 200)
    match(asset.headers.get('cache-control'), /immutable/)
  }
  await server.stop()
})
