// A clock that is wrong by a year, ahead or back: it is told, nothing is lost, and what was said last stands, after a rebuild too.
// SPDX-License-Identifier: Apache-2.0
import { dice, equal, long, match, ok, onBothStores, same, tool, wrongBy } from '../tool.mjs'

const year = async (r) => { const ms = BigInt((await r.sql('select max(time) from journal')).trim()) >> 16n; return new Date(Number(ms)).getUTCFullYear() }

async function rebuildsAlike(r) {
  await r.must('verify')
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
}

onBothStores('a clock a year ahead beside one that is right: told in the log, nothing lost, and each record says what was said last', async (t) => {
  const r = await t.register(), token = await r.token()
  await r.mustTake('recommendation', 'key,title\nK1,begin\n')
  const ahead = await r.serve({ env: wrongBy(365) }), api = ahead.api(token)
  const change = async (path, fields) => {
    const { version } = (await api('GET', path)).body, answer = await api('PATCH', path, { version, ...fields })
    equal(answer.status, 200, answer.text)
  }
  await change('/recommendation/K1', { words: 'ahead' })
  for (const [type, fields] of [['person', { key: 'P1', nickname: 'ahead' }], ['contact', { key: 'C1', person: 'P1' }]]) equal((await api('POST', `/${type}`, fields)).status, 201)
  ok(await year(r) > new Date().getUTCFullYear())
  const took = await r.mustTake('recommendation', 'key,title\nK1,right\n') // stands on what the other wrote a year ahead
  match(took.err, /a clock is wrong|set the clock of this machine right/)
  equal((await r.sql("select actor from journal order by id desc limit 1")).trim(), 'operator')
  ok(BigInt((await r.sql('select time from journal order by id desc limit 1')).trim()) >> 16n <= BigInt(Date.now()), 'it was drawn along')
  await r.mustTake('person', 'key,given_name\nP1,right\nP2,right\n')
  await r.mustTake('contact', 'key,reached,person\nC1,1,P1\nC2,2,P1\nC3,3,P2\n') // C2 names what was made a year ahead
  await r.mustTake('contact', 'key,reached,person\nC2,4,P2\nC3,5,P1\n')
  await change('/recommendation/K1', { words: 'ahead again', title: 'ahead' })
  await change('/contact/C2', { reached: '6' })
  await r.mustTake('recommendation', 'key,title\nK1,right again\n', '--overwrite')
  await rebuildsAlike(r)
  match(await r.export('recommendation'), /^K1,right again,.*,ahead again,/m)
  match(await r.export('contact'), /^C1,,,,1,,P1\n(?=[^]*^C2,,,,6,,P2$)(?=[^]*^C3,,,,5,,P1$)/m)
  match(await r.export('person'), /^P1,right,.*ahead/m)
  await ahead.stop()
  const now = await r.serve() // the clock was set right
  match(now.err, /set the clock of this machine right/)
  const { version } = (await now.api(token)('GET', '/recommendation/K1')).body
  equal(version, 5)
  equal((await now.api(token)('PATCH', '/recommendation/K1', { version, title: 'set right' })).status, 200)
  await now.stop()
  await rebuildsAlike(r)
  match(await r.export('recommendation'), /^K1,set right,.*,ahead again,/m)
})

onBothStores('a clock that is set back a year: told in the log, and what is written stands behind what stood', async (t) => {
  const r = await t.register()
  await r.mustTake('recommendation', 'key,title\nK1,begin\n')
  r.env = wrongBy(-365) // a token that is of the future opens nothing
  const token = await r.token()
  r.env = {}
  const last = (await r.sql('select max(time) from journal')).trim()
  const back = await r.serve({ env: wrongBy(-365) }), api = back.api(token)
  match(back.err, /set the clock of this machine right/)
  for (let version = 1; version < 4; version++) equal((await api('PATCH', '/recommendation/K1', { version, title: `back ${version}` })).status, 200)
  await r.mustTake('recommendation', 'key,words\nK1,right\n')
  await back.stop()
  equal((await r.sql(`select count(*) from journal where time <= ${last} and id > (select min(id) from journal where time = ${last})`)).trim(), '0')
  await rebuildsAlike(r)
  match(await r.export('recommendation'), /^K1,back 3,.*,right,/m)
})
