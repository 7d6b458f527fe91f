// What is done to a store and its folder past the program, beyond what store_test.mjs tells.
// SPDX-License-Identifier: Apache-2.0
import { chmod, link, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equal, home, match, ok, onBothStores, sukhwan, test, tool } from '../tool.mjs'

async function people(t) {
  const r = await t.register()
  await r.mustTake('person', 'key,given_name,sex\nP1,Khamphone,female\nP2,Sisavath,male\n')
  return r
}
const holder = (r, key) => r.sql(`select row from person where key = '${key}'`).then(Number)

onBothStores('a key that belongs to no record is named by verify, which needs no secret for it', async (t) => {
  const r = await people(t)
  for (const row of [800000, (await holder(r, 'P2')) + 1000]) {
    await r.sql(`insert into keys select ${row}, agency, holder, numbers, open, wrapped from keys where row = ${await holder(r, 'P1')}`)
    const answer = await r.runWith({ env: { SUKHWAN_KEY_FILE: '/nonexistent/key' } }, 'verify')
    equal(answer.code, 4, answer.out)
    match(answer.err, new RegExp(`keys of row ${row} belong to no record`))
    await r.sql(`delete from keys where row = ${row}`)
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

// ---- the folder ------------------------------------------------------------------------------------------
const pack = ['--pack', join(home, 'packs/laos')]
for (const [name, lay] of [
  ['a store that another name leads to', async (dir, theirs) => { await writeFile(theirs, ''); await link(theirs, join(dir, 'register.db')) }],
  ['a log of the store that others may read', async (dir) => { await writeFile(join(dir, 'register.db-wal'), ''); await chmod(join(dir, 'register.db-wal'), 0o644) }],
  ['attachments that are a link', async (dir, theirs) => { await mkdir(theirs); await symlink(theirs, join(dir, 'attachments')) }],
  ['settings that are a link to nothing', async (dir, theirs) => symlink(theirs, join(dir, 'settings'))],
]) {
  test(`what somebody laid into the folder before is not written into, by init and rebuild --to: ${name}`, async (t) => {
    const r = await people(t), last = (await r.sql('select max(id) from journal')).trim()
    const other = await t.register({ init: false })
    await mkdir(other.dir)
    await chmod(other.dir, 0o777)
    await lay(other.dir, join(other.folder, 'theirs'))
    for (const answer of [await other.run('init', ...pack), await r.run('rebuild', '--to', last, other.dir)]) {
      equal(answer.code, 1, answer.out)
      match(answer.err, /is a link/)
    }
    ok(!(await readdir(other.dir)).includes('settings') || name.startsWith('settings'))
    const theirs = await stat(join(other.folder, 'theirs')).catch(() => ({ size: 0 }))
    if (theirs.isFile?.()) equal(theirs.size, 0)
  })
}

test('no register is made where a link leads', async (t) => {
  const r = await people(t), last = (await r.sql('select max(id) from journal')).trim()
  const other = await t.register({ init: false })
  await mkdir(join(other.folder, 'elsewhere'))
  await symlink(join(other.folder, 'elsewhere'), other.dir)
  for (const at of [other.dir, other.dir + '/']) {
    for (const answer of [await t.register({ init: false }).then((one) => Object.assign(one, { dir: at }).run('init', ...pack)), await r.run('rebuild', '--to', last, at)]) {
      equal(answer.code, 1, answer.out)
      match(answer.err, /is a link: name the folder itself/)
    }
  }
  equal((await readdir(join(other.folder, 'elsewhere'))).length, 0)
})

test('a folder that others may write in is told when serving begins', async (t) => {
  const r = await people(t)
  for (const [mode, told] of [[0o700, false], [0o777, true], [0o720, true]]) {
    await chmod(r.dir, mode)
    const server = await r.serve()
    equal(/Others may write in .*: chmod 700/.test(server.err), told, server.err)
    await server.stop()
  }
})

test('a user is not named like another with letters that are not seen', async (t) => {
  const r = await t.register()
  await r.user('keo')
  for (const name of ['keo\u200b', '\u202eoek', 'k\u00adeo', 'keo\ufeff']) {
    const answer = await r.runWith({ input: 'correct horse battery\n' }, 'user add', name, '--role', 'secretariat', '--unit', 'secretariat')
    equal(answer.code, 1, answer.out)
    match(answer.err, /cannot be a user's name/)
  }
  await r.user('ແກ້ວ')
})

test('a field may not be named like a column that a store has by itself', async (t) => {
  const folder = join(await t.folder(), 'pack'), sheet = join(folder, 'survey/02_person.csv')
  await tool('cp', '-r', join(home, 'packs/laos'), folder)
  const text = await readFile(sheet, 'utf8')
  for (const name of ['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']) {
    await writeFile(sheet, text.replace(/,nickname,/, `,${name},`))
    const answer = await sukhwan(['pack', 'check', folder])
    equal(answer.code, 1, answer.out)
    match(answer.err, new RegExp(`^survey/02_person.csv:\\d+: name: The program uses the name '${name}' itself`, 'm'))
  }
})
