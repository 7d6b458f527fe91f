// What goes over the line: pages compressed for who can read them, and nothing in them that their length would tell.
// SPDX-License-Identifier: Apache-2.0
import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { deepEqual, equal, match, ok, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

// Bytes as they come, which fetch would open: { status, headers, bytes, text }.
function wire(visitor, path, headers = {}) {
  return new Promise((done, failed) => {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    request(new URL(path, visitor.server.url), { agent: false, headers: { accept: 'text/html', cookie, ...headers } }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => {
        const bytes = Buffer.concat(parts), packed = answer.headers['content-encoding'] === 'gzip'
        done({ status: answer.statusCode, headers: answer.headers, bytes, packed, text: (packed ? gunzipSync(bytes) : bytes).toString() })
      })
    }).on('error', failed).end()
  })
}
const packs = { 'accept-encoding': 'gzip, deflate, br' }
const wordsOf = (text) => [...text.matchAll(/name='_csrf' value='([^']+)'/g)].map((one) => one[1])
const plain = (text) => text.replace(/name='_(csrf|once)' value='[^']+'/g, '')
const unmasked = (said) => { const both = Buffer.from(said, 'hex'), n = both.length / 2; return Buffer.from(both.subarray(n).map((byte, i) => byte ^ both[i])).toString('hex') }

async function world(t, lang = 'en') {
  const r = await (await t.register()).examples(), server = await r.serve(), visitor = new Visitor(server, lang)
  await visitor.signIn(await r.user('keo'))
  await visitor.get(`/language?to=${lang}&next=/`)
  return { r, server, visitor }
}

test('pages and data are compressed for who can read that, and are the same for who cannot', async (t) => {
  const { r, server, visitor } = await world(t), token = await r.token('api')
  const json = { accept: 'application/json', authorization: `Bearer ${token}` }
  for (const [path, how] of [['/', {}], ['/person', {}], ['/person/new', {}], ['/person/none', {}], ['/person', json], ['/figures/annual?from=2024&to=2025&format=csv', {}]]) {
    const bare = await wire(visitor, path, how), packed = await wire(visitor, path, { ...how, ...packs })
    equal(bare.packed, false)
    if (bare.status === 200) ok(bare.bytes.length > 1000, path)
    equal(packed.packed, bare.bytes.length >= 1000, path)
    equal(packed.status, bare.status)
    equal(plain(packed.text), plain(bare.text), path)
    ok(!packed.packed || packed.bytes.length < 0.6 * bare.bytes.length, `${path}: ${packed.bytes.length} of ${bare.bytes.length}`)
    for (const one of [bare, packed]) match(one.headers.vary, /Accept-Encoding/)
    equal(Number(packed.headers['content-length']), packed.bytes.length)
  }
  for (const none of ['identity', 'br', 'gzip;q=0', 'deflate']) equal((await wire(visitor, '/', { 'accept-encoding': none })).packed, false, none)
  equal((await wire(visitor, '/health', packs)).packed, false) // shorter than a packet
  await server.stop()
})

test('what another site made a browser ask is not compressed, so that no length tells what stands in it', async (t) => {
  const { server, visitor } = await world(t)
  for (const [site, packed] of [['same-origin', true], ['none', true], ['same-site', false], ['cross-site', false]])
    equal((await wire(visitor, '/find?q=Noy', { ...packs, 'sec-fetch-site': site })).packed, packed, site)
  await server.stop()
})

test('the word of a form looks different in every answer, and each of them is good', async (t) => {
  const { r, server, visitor } = await world(t), said = []
  for (let i = 0; i < 20; i++) {
    const [one, ...others] = wordsOf((await visitor.get('/person/new')).text)
    ok(others.every((other) => other === one))
    said.push(one)
  }
  equal(new Set(said).size, 20)
  deepEqual([...new Set(said.map(unmasked))].length, 1)
  for (let from = 0; from < 128; from += 16) equal(new Set(said.map((one) => one.slice(from, from + 16))).size, 20) // no part of it stays
  const word = unmasked(said[0]), text = (await visitor.get('/person/new')).text
  ok(!text.includes(word) && !text.includes(word.slice(0, 16)))
  for (const wrong of [word, word + word, said[0].slice(0, 64) + said[1].slice(64), said[0] + '00', said[0].slice(2)])
    equal((await visitor.ask('POST', '/person', { form: { _csrf: wrong, nickname: 'forged' } })).status, 403, wrong)
  const before = await r.entries()
  for (const good of [said[0], said[19]]) equal((await visitor.ask('POST', '/person', { form: { _csrf: good, nickname: 'Noy' } })).status, 303)
  ok(await r.entries() > before)
  await server.stop()
})

test('a form in Lao is less than 40 KB on the wire, the first page with all that it loads less than 60 KB', async (t) => {
  const { server, visitor } = await world(t, 'lo'), kb = (n) => (n / 1000).toFixed(1)
  const load = async (path) => {
    const page = await wire(visitor, path, packs), seen = new Map(), more = [...page.text.matchAll(/'(\/assets\/[^']+)'/g)].map((one) => one[1])
    match(page.text, /<html [^>]*lang='lo'/)
    while (more.length) {
      const to = more.pop()
      if (seen.has(to)) continue
      const asset = await wire(visitor, to, { ...packs, accept: '*/*' })
      equal(asset.status, 200, to)
      seen.set(to, asset.bytes.length)
      if (/\.css$/.test(to)) { // what it names, whether a browser would want it or not
        const sheet = await wire(visitor, to, { accept: '*/*' })
        more.push(...[...sheet.text.matchAll(/url\(["']?(\/?[\w./-]+)["']?\)/g)].map((one) => new URL(one[1], `http://x${to}`).pathname))
      }
    }
    return { alone: page.bytes.length, bare: page.text.length, all: [...seen.values()].reduce((sum, n) => sum + n, page.bytes.length), n: seen.size }
  }
  const first = await load('/'), forms = []
  for (const path of ['/person/new', '/case/new', '/involvement/new']) forms.push([path, await load(path)])
  const told = ([path, one]) => `${path} ${kb(one.alone)} KB alone, ${kb(one.all)} KB with ${one.n} files on a cold load`
  console.error(`        in Lao: ${[['/', first], ...forms].map(told).join('; ')}`)
  ok(first.all < 60_000, told(['/', first]))
  for (const form of forms) ok(form[1].alone < 40_000, told(form))
  await server.stop()
})
