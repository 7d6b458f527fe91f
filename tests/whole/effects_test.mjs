// What follows from steps and days, as the whole program does it: made records, notices read, days passed once, rebuilt the same.
// SPDX-License-Identifier: Apache-2.0
import { appendFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, measured, ok, onBothStores, sleep } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

// Somebody who came home is visited after a month and after three: Lao PDR's guidelines on return and reintegration, as the seeds tell them.
const rows = `return,home,\${person} != '',followup,person,\${person},,,,,,
return,home,\${person} != '',followup,due,"day-add(\${arrived}, 30)",,,,,,
return,home,\${person} != '',followup,person,\${person},,,,,,
return,home,\${person} != '',followup,due,"day-add(\${arrived}, 90)",,,,,,
return,home,,return,person,\${person},,,,,,
return,bring_home,,notice,.,'Tell the sending side.','secretariat',"day-add(today(), 10)",,,,
followup,\${due},\${done} = '',notice,.,"concat('Nobody visited by ', \${due}, '.')",'secretariat',,,,,
followup,\${due},\${done} = '',.,mode,'letter',,,,,,
`

async function begun(t) {
  const pack = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), pack, { recursive: true })
  await appendFile(join(pack, 'effects.csv'), rows)
  const r = await t.register({ pack }), token = await r.token('api'), person = await r.user('keo')
  const server = await r.serve(), api = server.api(token), visitor = new Visitor(server)
  await visitor.signIn(person)
  return { r, server, api, visitor }
}

async function comesHome(api, arrived) {
  await api('POST', '/person', { key: 'P1', given_name: 'Noy' })
  const made = (await api('POST', '/return', { person: 'P1', agreed: 'yes', arrived, destination: 'family', followup: 'none' })).body, at = `/return/${made.id}/move`
  for (const [i, move] of ['plan', 'receive'].entries()) equal((await api('POST', at, { move, version: i + 1 })).status, 200)
  const home = await api('POST', at, { move: 'bring_home', version: 3 })
  equal(home.status, 200)
  deepEqual(home.body.made.map((one) => one.record), ['followup', 'followup', 'return'])
  equal((await api('GET', `/followup/${home.body.made[0].id}`)).body.person, 'P1')
  equal((await api('POST', at, { move: 'bring_home', version: 3 })).status, 200) // sent twice
}

onBothStores('a step makes records and a notice, once; who has read it does not see it again, and a rebuild gives the same', async (t) => {
  const { r, server, api, visitor } = await begun(t)
  const day = (after) => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10)
  await comesHome(api, day(0))
  const due = async () => (await api('GET', '/followup')).body.items.map((one) => [one.person, one.due]).sort()
  deepEqual(await due(), [['P1', day(30)], ['P1', day(90)]])
  equal((await api('GET', '/return')).body.items.length, 2)
  const [notice] = (await api('GET', '/notices')).body.items
  deepEqual([notice.words, notice.record, notice.read], ['Tell the sending side.', 'return', 'no'])
  const page = (await visitor.get('/')).text
  match(page, /<h2[^>]*id='notices'>Notices<[^]*Tell the sending side\./)
  equal((await visitor.post(`/notices/${notice.notice}`, {})).status, 303)
  ok(!/Tell the sending side/.test((await visitor.get('/')).text))
  match((await visitor.get('/notices')).text, /Tell the sending side/)
  equal((await api('GET', '/notices')).body.items[0].read, 'no') // that was somebody else
  await server.stop()
  const before = (await r.run('export', 'followup')).out
  equal((await r.run('rebuild')).code, 0)
  equal((await r.run('export', 'followup')).out, before)
  equal((await r.run('verify')).code, 0)
})

onBothStores('a day that passed is done by the serving program and by the command, once', async (t) => {
  const { r, server, api } = await begun(t)
  await api('POST', '/person', { key: 'P1', given_name: 'Noy' })
  const made = (await api('POST', '/followup', { person: 'P1', due: '2026-01-05' })).body
  await server.stop()
  match((await r.run('days')).out, /^2 days passed and were done; 0 /)
  match((await r.run('days')).out, /^0 days passed and were done; 0 /)
  const token = await r.token('ann'), again = await r.serve(), now = (await again.api(token)('GET', `/followup/${made.id}`)).body
  deepEqual([now.mode, now.version], ['letter', 4]) // made; the notice's day, and the notice; the field's day
  await again.api(token)('POST', '/followup', { person: 'P1', due: '2026-01-06', key: 'F2' })
  await again.stop()
  const third = await r.serve() // it looks when it begins
  let last
  for (let i = 0; i < 100 && last?.mode !== 'letter'; i++) {
    await sleep(100)
    last = (await third.api(token)('GET', '/followup/F2')).body
  }
  equal(last.mode, 'letter')
  equal((await third.api(token)('GET', '/notices')).body.items.filter((one) => /^Nobody visited/.test(one.words)).length, 2)
})

const three = Array(3).fill(`followup,create,\${mode} = 'letter',followup,person,\${person},,,,,,
followup,create,\${mode} = 'letter',followup,mode,'message',,,,,,
`).join('')

async function threeFollow(t) {
  const pack = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), pack, { recursive: true })
  await appendFile(join(pack, 'effects.csv'), three)
  const r = await t.register({ pack }), token = await r.token('api'), api = (await r.serve()).api(token)
  await api('POST', '/person', { key: 'P1', given_name: 'Noy' })
  const took = { hotline: [], letter: [] }
  for (let i = 0; i < 120; i++) {
    for (const mode of ['hotline', 'letter']) {
      const began = performance.now()
      equal((await api('POST', '/followup', { person: 'P1', mode })).status, 201)
      took[mode].push(performance.now() - began)
    }
  }
  const median = (all) => all.sort((a, b) => a - b)[all.length / 2], alone = median(took.hotline), with3 = median(took.letter)
  console.log(`# a save alone ${alone.toFixed(2)} ms, with three records that follow ${with3.toFixed(2)} ms: ${(with3 / alone).toFixed(2)} times`)
  ok(with3 <= 2 * alone)
}
measured('three records that follow cost no more than twice their save alone (SQLite)', threeFollow)
measured('three records that follow cost no more than twice their save alone (PostgreSQL)', (t) => {
  t.store = 'postgres'
  return threeFollow(t)
})
