// The words that people read: everyday ones, and a page of those that no Lao reader has confirmed.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { equal, home, match, ok, readCsv, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const plain = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replace(/&amp;/g, '&').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"')
function sheets(folder = join(home, 'packs/laos')) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? sheets(join(folder, one.name)) : one.name.endsWith('.csv') ? [join(folder, one.name)] : []))
}

test('a page lists every word that no Lao reader has confirmed, with its English and where it stands, for who looks after the program alone', async (t) => {
  const r = await t.register(), server = await r.serve(), visitor = new Visitor(server)
  await visitor.signIn(await r.user('mali', 'administrator', 'secretariat'))
  match((await visitor.get('/help')).text, /href='\/help\?unsure=yes'/)
  const page = await visitor.get('/help?unsure=yes'), said = plain(page.text)
  equal(page.status, 200)
  const unsure = sheets().flatMap((file) => {
    const [head, ...rows] = readCsv(readFileSync(file, 'utf8'))
    return rows.flatMap((row) => row.filter((cell, i) => cell.startsWith('?') && /::Lao \(lo\)$/.test(head[i])))
  })
  const po = readFileSync(join(home, 'locale/lo.po'), 'utf8'), fuzzy = [...po.matchAll(/^#, fuzzy\nmsgid "(.*)"\nmsgstr "(.*)"$/gm)]
  ok(unsure.length > 300 && fuzzy.length > 300)
  for (const cell of unsure) ok(said.includes(`lang='lo'>${cell.slice(1).trim()}</span>`), cell)
  for (const [, english, lao] of fuzzy.filter(([, english]) => !english.includes('\\'))) ok(said.includes(`lang='en'>${english}</span>`) && said.includes(`lang='lo'>${lao}</span>`), english)
  const rows = said.match(/<tr class='govuk-table__row'><th scope='row'/g).length
  equal(rows, unsure.length + fuzzy.length)
  match(said, />choices\/01_lists\.csv:\d+</)
  match(said, />locale\/lo\.po:\d+</)
  const other = new Visitor(server)
  await other.signIn(await r.user('keo'))
  ok(!/unsure=yes/.test((await other.get('/help')).text))
  ok(!/locale\/lo\.po/.test((await other.get('/help?unsure=yes')).text))
  await server.stop()
})

test('no page speaks of keys, tokens, moments or involvements, in English or in Lao', async (t) => {
  const r = await (await t.register()).examples(), server = await r.serve(), visitor = new Visitor(server)
  await visitor.signIn(await r.user('keo'))
  for (const [lang, never] of [['en', /\b(involvements?|bring in a table|show only some|all kinds|keys?|moments? that|tokens?)\b/i], ['lo', /ໂທເຄັນ|ການກ່ຽວຂ້ອງ/]]) {
    await visitor.get(`/language?to=${lang}&next=/`)
    for (const path of ['/', '/person', '/person?_filter=yes', '/case', '/involvement', '/involvement/new', '/person/new', '/person/P-00001', '/account', '/find', '/find?q=Noy', '/figures', '/help']) {
      const shown = plain((await visitor.get(path)).text.replace(/^[^]*<main/, '<main').replace(/<\/main>[^]*$/, '').replace(/<[^>]*>/g, ' '))
      ok(!never.test(shown), `${lang} ${path}: …${shown.slice(Math.max(0, shown.search(never) - 80), shown.search(never) + 60)}`)
    }
  }
  await server.stop()
})
