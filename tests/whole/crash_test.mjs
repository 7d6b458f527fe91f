// kill -9 at any moment: what was acknowledged is there afterwards, and the journal is whole. 1,000 times a store with --long.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Load } from '../load.mjs'
import { dice, equal, long, ok, onBothStores, program, same, sleep } from '../tool.mjs'

const times = long ? 1000 : 20, each = 100 // kills of one register: verify after each of them walks all that was saved so far

// Whoever dies comes back at once; the others go on saving meanwhile.
async function killed(t, times) {
  const r = await t.register(), token = await r.token(), { upTo, chance } = dice(Date.now())
  const servers = await Promise.all(Array.from({ length: r.address ? 4 : 1 }, () => r.serve()))
  const load = await new Load(servers, token, { lookers: 4 }).begin()
  load.start()
  for (let kills = 0; kills < times;) {
    // Most die while saves run, however long a busy machine takes to answer the first; some before that.
    if (chance(0.75)) await load.more(5)
    await sleep(5 + upTo(60))
    const some = [...servers.keys()].filter(() => chance(0.5)), victims = some.length ? some : [upTo(servers.length)] // now and then the machine as a whole
    kills += victims.length
    for (const at of victims) ok(!/Sanitizer|runtime error:|deadlock/i.test(servers[at].err), servers[at].err)
    await Promise.all(victims.map((at) => servers[at].kill('SIGKILL')))
    const verified = await r.run('verify') // as they left it, before anybody goes on
    equal(verified.code, 0, verified.err)
    await Promise.all(victims.map(async (at) => { servers[at] = await r.serve() }))
  }
  await load.stop()
  for (const server of servers) await server.stop()
  await load.holds(r, { kills: times })
  load.end()
  ok(load.looked > 2 * times, `only ${load.looked} answers were looked at`)
  ok(load.acknowledged.length > 2 * times, `only ${load.acknowledged.length} saves were acknowledged`)
  const before = await r.dump()
  equal((await r.runWith({ limit: 900_000 }, 'rebuild')).code, 0) // of a hundred thousand entries after a hundred kills
  same(await r.dump(), before)
}

onBothStores(`kill -9 under load loses no acknowledged save and no look of an answer that came, and breaks no chain, with four serve on PostgreSQL: ${times} times`, async (t) => {
  for (let left = times; left > 0; left -= each) await killed(t, Math.min(left, each))
})

onBothStores('an import killed at any moment is there whole or not at all', async (t) => {
  const r = await t.register()
  const { upTo } = dice(Date.now())
  const lines = long ? 3000 : 1000, start = Date.now()
  const text = (round) => 'key,given_name,sex\n' + Array.from({ length: lines }, (_, i) => `M${round}-${i},Somebody ${i},female\n`).join('')
  await r.mustTake('person', text('whole'))
  const takes = Date.now() - start
  for (let round = 0; round < (long ? 200 : 20); round++) {
    const file = await r.write('many.csv', text(round))
    const child = spawn(program, ['import', r.dir, 'person', join(r.folder, file)], { stdio: 'ignore' })
    const ended = new Promise((done) => child.on('close', done))
    await sleep(upTo(takes * 1.1))
    child.kill('SIGKILL')
    await ended
    const count = (await r.export('person')).split(`\nM${round}-`).length - 1
    ok(count === 0 || count === lines, `${count} of ${lines} lines are there`)
    equal((await r.run('verify')).code, 0)
  }
  await r.mustTake('person', text('after'))
})

onBothStores('a rebuild killed at any moment leaves the tables as they were', async (t) => {
  const r = await (await t.register()).examples()
  const before = await r.dump()
  const { upTo } = dice(Date.now())
  for (let round = 0; round < (long ? 100 : 8); round++) {
    const child = spawn(program, ['rebuild', r.dir], { stdio: 'ignore' })
    const ended = new Promise((done) => child.on('close', done))
    await sleep(upTo(300))
    child.kill('SIGKILL')
    await ended
    equal(await r.dump() === before, true, `round ${round}`)
  }
  await r.must('verify')
})
