// Several processes at one register at once: nothing is lost, nothing stands twice, the chains stay whole.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, long, ok, onBothStores, same, test } from '../tool.mjs'

async function served(t, count) {
  t.store = 'postgres'
  const r = await t.register()
  const token = await r.token()
  const servers = []
  for (let i = 0; i < count; i++) servers.push(await r.serve())
  return { r, servers, apis: servers.map((server) => server.api(token)) }
}
async function whole(r, servers) {
  for (const server of servers) await server.stop()
  await r.must('verify')
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
}

test('three serve on a new PostgreSQL register: their first saves at once make a whole chain', async (t) => {
  for (let round = 0; round < 3; round++) {
    const { r, servers, apis } = await served(t, 3)
    const answers = await Promise.all(apis.flatMap((api, n) => Array.from({ length: 6 }, (_, i) => api('POST', '/person', { key: `F${n}-${i}` }))))
    ok(answers.every((one) => one.status === 201), answers.map((one) => one.text).join())
    await whole(r, servers)
  }
})

test('three serve on one PostgreSQL: one record changed by all at once goes to one, and the others are told', async (t) => {
  const { r, servers, apis } = await served(t, 3)
  equal((await apis[0]('POST', '/case', { key: 'K1', title: 'begin' })).status, 201)
  for (let round = 1; round <= 15; round++) {
    const answers = await Promise.all(Array.from({ length: 9 }, (_, n) => apis[n % 3]('PATCH', '/case/K1', { version: round, title: `${round} by ${n}` })))
    const won = answers.filter((one) => one.status === 200)
    deepEqual([won.length, answers.filter((one) => one.status === 409).length], [1, 8], `round ${round}: ${answers.map((one) => one.status)}`)
    equal(won[0].body.version, round + 1)
  }
  await whole(r, servers)
})

test('three serve on one PostgreSQL: of one new key there is one record', async (t) => {
  const { r, servers, apis } = await served(t, 3)
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(Array.from({ length: 9 }, (_, n) => apis[n % 3]('POST', '/person', { key: `SAME${round}` })))
    deepEqual(answers.map((one) => one.status).sort(), [201, ...Array(8).fill(400)])
    ok(answers.every((one) => one.status === 201 || one.body.faults?.[0].field === 'key'), answers.map((one) => one.text).join())
  }
  await whole(r, servers)
})

onBothStores('imports and other commands beside clients that save', async (t) => {
  const r = await t.register()
  const token = await r.token()
  const server = await r.serve(), api = server.api(token)
  let going = true, saved = 0
  const clients = Array.from({ length: 4 }, async (_, n) => {
    for (let i = 0; going; i++) {
      const made = await api('POST', '/person', { key: `C${n}-${i}`, nickname: 'x' })
      equal(made.status, 201, made.text)
      const changed = await api('PATCH', `/person/C${n}-${i}`, { version: 1, nickname: 'y' })
      equal(changed.status, 200, changed.text)
      saved++
    }
  })
  for (let round = 0; round < 4; round++) {
    await r.mustTake('person', 'key,sex\n' + Array.from({ length: 400 }, (_, i) => `I${round}-${i},female\n`).join(''))
    await r.must('export', 'person')
  }
  going = false
  await Promise.all(clients)
  const lines = (await r.export('person')).split('\n')
  equal(lines.filter((line) => /^I\d/.test(line)).length, 1600)
  equal(lines.filter((line) => /^C\d.*,y,/.test(line)).length, saved)
  ok(saved > 20)
  await whole(r, [server])
})

// Each race is two saves of one field of one record at the version that both saw; several records race at once.
const races = long ? 10_000 : 240
onBothStores(`two saves of one field of one record at one version: never both and never neither, ${races} times`, async (t) => {
  const r = await t.register(), token = await r.token(), lanes = 8
  const servers = r.address ? [await r.serve(), await r.serve()] : [await r.serve()] // an SQLite register has one serve alone
  const apis = [servers[0].api(token), servers.at(-1).api(token)]
  const counts = { one: 0, both: 0, neither: 0, again: 0 }, told = []
  await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
    const key = `R${lane}`
    let version = 1
    equal((await apis[0]('POST', '/recommendation', { key, title: 'begin' })).status, 201)
    for (let round = 0; round < races / lanes; round++) {
      const values = [`${round} one`, `${round} two`], order = round % 2 ? [0, 1] : [1, 0] // neither is always first
      const answers = (await Promise.all(order.map(async (n) => ({ n, ...(await apis[n]('PATCH', `/recommendation/${key}`, { version, title: values[n] })) }))))
      const won = answers.filter((one) => one.status === 200), lost = answers.filter((one) => one.status === 409), again = answers.filter((one) => one.status === 503)
      counts.again += again.length
      counts[['neither', 'one', 'both'][won.length]]++
      equal(won.length + lost.length + again.length, 2, answers.map((one) => one.text).join())
      ok(!answers.some((one) => /deadlock/i.test(one.text)), answers.map((one) => one.text).join())
      if (won.length === 1) {
        equal(won[0].body.version, version + 1)
        for (const one of lost) ok(one.text.includes(values[won[0].n]), one.text) // told what stands there now
        version++
      } else if (won.length || again.length < 2) told.push(`${key} at version ${version}: ${answers.map((one) => one.status)}`)
      if (won.length > 1) version = (await apis[0]('GET', `/recommendation/${key}`)).body.version
      else if (won.length) equal((await apis[round % 2]('GET', `/recommendation/${key}`)).body.title, values[won[0].n])
    }
  }))
  const twice = Number(await r.sql("select count(*) from (select row from journal where verb in ('create', 'change') group by row, version having count(*) > 1) d"))
  console.error(`        ${races} races · ${counts.one} won by one · ${counts.both} by both · ${counts.neither} by neither · ${counts.again} told to try again · ${twice} versions twice`)
  deepEqual([told, counts.both, twice], [[], 0, 0])
  await whole(r, servers)
})
