// What verify sees of a store that was changed past the program, beyond what store_test.mjs tells.
// SPDX-License-Identifier: Apache-2.0
import { equal, match, onBothStores, test } from '../tool.mjs'

async function people(t) {
  const r = await t.register()
  await r.mustTake('person', 'key,given_name,sex\nP1,Khamphone,female\nP2,Sisavath,male\n')
  return r
}
const holder = (r, key) => r.sql(`select row from person where key = '${key}'`).then(Number)

onBothStores('a key that belongs to no record is named by verify, which needs no secret for it', async (t) => {
  const r = await people(t)
  for (const number of [800000, (await holder(r, 'P2')) * 8 + 8 * 1000]) {
    await r.sql(`insert into keys select ${number}, record, compartment, wrapped_by, wrapped from keys where id = ${(await holder(r, 'P1')) * 8}`)
    const answer = await r.runWith({ env: { SUKHWAN_KEY_FILE: '/nonexistent/key' } }, 'verify')
    equal(answer.code, 4, answer.out)
    match(answer.err, new RegExp(`key ${number} belongs to no record`))
    await r.sql(`delete from keys where id = ${number}`)
    await r.must('verify')
  }
})

test('rows of a table elsewhere that would be read as ours are named, and keep PostgreSQL from being worked with', async (t) => {
  t.store = 'postgres'
  const r = await people(t)
  for (const table of ['person', 'users']) {
    await r.sql(`create schema if not exists elsewhere; create table elsewhere.more () inherits (${table})`)
    for (const command of [['verify'], ['export', 'person']]) {
      const answer = await r.run(...command)
      equal(answer.code, 4, answer.out)
      match(answer.err, new RegExp(`table ${table} .*inherited by elsewhere.more`))
    }
    await r.must('rebuild')
    await r.must('verify')
    await r.must('export', 'person')
  }
})

test('a register that says another format than there ever was is not worked with', async (t) => {
  const r = await people(t)
  for (const format of ['0', '-3', '', '1x']) {
    await r.sql(`update meta set value = '${format}' where name = 'format'`)
    for (const command of ['verify', 'rebuild']) {
      const answer = await r.run(command)
      equal(answer.code, 4, answer.out)
      match(answer.err, /does not say its format/)
    }
  }
})
