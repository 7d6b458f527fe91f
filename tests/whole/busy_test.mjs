// What takes long: a question is stopped after a while, one person has two at a time, and others do not notice.
// SPDX-License-Identifier: Apache-2.0
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { countsSeconds, csv, deepEqual, equal, home, match, ok, sleep, test } from '../tool.mjs'

const FIGURES = 200, ROWS = 4000

// A pack with a table whose count takes a minute: each figure looks eighty times into the citizenships of every row's person.
async function slow(t) {
  const folder = await t.folder(), pack = join(folder, 'pack')
  cpSync(join(home, 'packs/laos'), pack, { recursive: true })
  const half = '(' + Array(38).fill("selected(${person.citizenship}, 'TH')").join(' or ') + ')'
  const names = Array.from({ length: FIGURES }, (_, i) => `slow_${i}`)
  const rows = names.map((name) => [name, 'Slow', 'Slow', 'person', 'involvement', `${half} or ${half}`, 'identified', 'records', '', ''])
  const figures = join(pack, 'figures.csv'), tables = join(pack, 'tables.csv')
  const width = readFileSync(figures, 'utf8').split('\n')[0].split(',').length
  writeFileSync(figures, readFileSync(figures, 'utf8') + csv(rows.map((row) => [...row, ...Array(width - row.length).fill('')])))
  writeFileSync(tables, readFileSync(tables, 'utf8') + `slow,Slow,Slow,${names.join(' ')}\n`)
  const r = await t.register({ pack })
  await r.mustTake('person', 'key,citizenship\n' + Array.from({ length: ROWS }, (_, i) => `P${i},LA\n`).join(''))
  await r.mustTake('involvement', 'key,person,part,identified\n' + Array.from({ length: ROWS }, (_, i) => `I${i},P${i},victim,2024-05-05\n`).join(''))
  return r
}

// On a connection of its own, which a thread that is free takes up.
function alone(server, path, token, language = 'en', accept = 'application/json') {
  const began = performance.now()
  return new Promise((done, failed) => {
    get(server.url + path, { agent: false, headers: { accept, authorization: `Bearer ${token}`, 'accept-language': language } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part) => { text += part }).on('end', () => {
        const error = accept.includes('json') ? JSON.parse(text).error : undefined
        done({ status: answer.statusCode, text, error, retry: answer.headers['retry-after'], ms: performance.now() - began })
      })
    }).on('error', failed)
  })
}

const path = '/figures/slow?from=1900-01-01&to=2099-12-31'
// One after the other, so that each has a thread of its own.
async function running(server, who) {
  const all = []
  for (const token of who) {
    all.push({ answer: alone(server, path, token) })
    await sleep(300)
  }
  return all
}
const busy = 'You have 2 long questions running already. Wait until one of them has answered, then ask again.'

test('eight long questions of one person: two run until their time is over, six are refused at once, and others are answered meanwhile', async (t) => {
  countsSeconds(t)
  const r = await slow(t)
  const mine = await r.token('keo'), others = await r.token('noy')
  const server = await r.serve()
  const two = await running(server, [mine, mine])
  for (let i = 0; i < 6; i++) {
    const a = await alone(server, path, mine)
    deepEqual([a.status, a.error, a.retry], [503, busy, '2'])
    ok(a.ms < 2000, `${a.ms} ms`)
  }
  const waits = []
  for (let i = 0; i < 40; i++) {
    const page = await alone(server, '/person?limit=5', others)
    equal(page.status, 200)
    waits.push(page.ms)
  }
  equal((await alone(server, '/person?limit=5', mine)).status, 200) // what is quick is hers, too
  for (const a of await Promise.all(two.map((one) => one.answer))) {
    equal(a.status, 503)
    match(a.error, /^This question was stopped, since it took more than 5 seconds\. Ask for less at once/)
    ok(a.ms > 4900 && a.ms < 9000, `${a.ms} ms`)
  }
  waits.sort((a, b) => a - b)
  ok(waits[38] < 1000, `others waited ${waits[38].toFixed(0)} ms`)
  console.log(`    others' pages beside two long questions: p50 ${waits[20].toFixed(1)} ms, p95 ${waits[38].toFixed(1)} ms`)
  equal((await alone(server, '/figures/annual?year=2024', mine)).status, 200) // her places are free again
  await server.stop()
})

test('two people have two long questions each, and a third of theirs is told on a page, in Lao too', async (t) => {
  countsSeconds(t)
  const r = await slow(t)
  const one = await r.token('keo'), two = await r.token('noy')
  const server = await r.serve()
  const four = await running(server, [one, one, two, two])
  const third = await alone(server, path, two, 'lo', 'text/html')
  equal(third.status, 503)
  match(third.text, /ທ່ານມີ 2 ຄຳຖາມທີ່ໃຊ້ເວລາດົນກຳລັງດຳເນີນຢູ່ແລ້ວ/)
  equal((await alone(server, '/figures/annual?year=2024', one)).error, busy) // it counts by the route
  for (const answer of await Promise.all(four.map((each) => each.answer))) match(answer.error, /^This question was stopped/)
  await server.stop()
})
