// Backups beside whoever works, registers made again from them on either store, and what is damaged, foreign or cut off refused.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { chmod, copyFile, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { measure, told } from '../../bench/backup.mjs'
import { partOf, tablesOf, taken } from '../backups.mjs'
import { Load } from '../load.mjs'
import { deepEqual, dice, equal, filesOf, long, match, measured, ok, onBothStores, program, sleep, sukhwan, test, written } from '../tool.mjs'

const there = (path) => stat(path).then(() => true, () => false)
const inside = (r, name) => join(r.folder, name)
async function backup(r, name, ...options) {
  const answer = await r.run('backup', inside(r, name), ...options)
  equal(answer.code, 0, answer.err)
  return inside(r, name)
}
// A register made again from a backup: `r` for what is asked of it, beside the one it came from.
async function restored(r, from, name, address = '') {
  await copyFile(`${r.dir}.key`, inside(r, `${name}.key`))
  await chmod(inside(r, `${name}.key`), 0o600)
  const answer = await sukhwan(['restore', from, inside(r, name), ...(address ? ['--store', address] : [])], { command: r.t.program })
  equal(answer.code, 0, answer.err)
  match(answer.err, /erasures.* was not there/)
  return Object.assign(Object.create(Object.getPrototypeOf(r)), r, { dir: inside(r, name), address })
}
async function sameParts(r, one, other) {
  for (const name of ['journal', 'open', 'tables', 'keys']) {
    const [x, y] = await Promise.all([one, other].map((folder) => partOf(folder, name, `${r.dir}.key`)))
    ok(x.length && x.equals(y), `${name} of ${other} is another`)
  }
}
const chains = (r) => r.sql(`select writer, seq, ${r.address ? "encode(hash, 'hex')" : 'lower(hex(hash))'} from journal order by writer, seq`)

// Examples, somebody who may come in, a file that hangs on a record, and looks of both.
async function lived(t) {
  const r = await (await t.register()).examples(), token = await r.token()
  const server = await r.serve()
  const [person] = (await server.ask('GET', '/person?limit=1', undefined, token)).body.items
  equal((await server.ask('GET', `/person/${person.key}`, undefined, token)).status, 200)
  await sleep(1500) // looks are signed each second
  await server.stop()
  return { r, token, person }
}

onBothStores('what is made again from a backup is the same on either store, and can be backed up again to the byte', async (t) => {
  const { r, token, person } = await lived(t)
  const one = await backup(r, 'one')
  const here = await restored(r, one, 'here', r.address ? await t.database() : '')
  const sqlite = r.address ? await restored(r, one, 'file') : here
  for (const again of new Set([here, sqlite])) {
    equal(await chains(again), await chains(r))
    match(await again.must('verify', '--tables'), /tables are what the journal says/)
    await sameParts(r, one, await backup(again, again === here ? 'two' : 'three'))
    const looks = async (of) => (await of.must('looks', '--person', person.key)).trim().split('\n')
    deepEqual(await looks(again), await looks(r))
    await again.must('rebuild')
    await again.must('verify', '--tables')
  }
  const server = await here.serve()
  equal((await server.ask('GET', `/person/${person.key}`, undefined, token)).status, 200, 'who could come in can')
  equal((await server.ask('POST', '/person', { key: 'NEW', given_name: 'Noy', sex: 'female' }, token)).status, 201, 'and goes on')
  await server.stop()
  await here.must('verify', '--tables')
})

onBothStores('a register goes over to the other store and back, every hash intact', async (t) => {
  const r = await (await t.register()).examples()
  const other = await restored(r, await backup(r, 'one'), 'other', r.address ? '' : await t.database())
  await other.mustTake('person', 'key,given_name,sex\nP-OTHER,Noy,female\n')
  await other.must('verify', '--tables')
  const back = await restored(r, await backup(other, 'two', '--since', inside(r, 'one')), 'back', r.address ? await t.database() : '')
  const came = (await chains(back)).split('\n')
  equal(came.join(), (await chains(other)).split('\n').join())
  for (const line of (await chains(r)).trim().split('\n')) ok(came.includes(line), `${line} is gone`)
  await back.mustTake('person', 'key,given_name,sex\nP-BACK,Noy,female\n')
  await back.must('verify', '--tables')
})

test('numbers that PostgreSQL left out are no fault of a register that came from it, and later ones are', async (t) => {
  t.store = 'postgres'
  const r = await (await t.register()).examples()
  await r.sql("select nextval('journal_id') from generate_series(1, 5)")
  await r.mustTake('person', 'key,given_name,sex\nP-GAP,Noy,female\n')
  const one = await backup(r, 'one')
  equal((await sukhwan(['verify', one], { command: t.program })).code, 0)
  const file = await restored(r, one, 'file')
  await file.mustTake('person', 'key,given_name,sex\nP-1,Noy,female\n')
  await file.must('verify', '--tables')
  const again = await restored(file, await backup(file, 'two'), 'again')
  await again.must('verify')
  const then = await t.register({ init: false, store: 'sqlite' }) // as of an entry, too
  then.env.SUKHWAN_KEY_FILE = file.dir + '.key' // under the same key
  await file.must('rebuild', '--to', (await file.sql('select max(id) from journal')).trim(), then.dir)
  await then.must('verify')
  await file.sql("delete from heads where entry = (select max(entry) from heads); delete from journal where writer not in (select writer from heads)")
  equal((await file.run('verify')).code, 4)
})

onBothStores('backups beside serve under load, each continuing the one before, give back what was acknowledged before them', async (t) => {
  const r = await t.register(), token = await r.token(), server = await r.serve()
  const load = await new Load([server], token, { clients: 4 }).begin()
  load.start()
  let since = []
  const told = []
  for (const name of ['one', 'two', 'three']) {
    await load.more(40)
    told.push(load.acknowledged.length)
    await backup(r, name, ...since)
    since = ['--since', inside(r, name)]
  }
  await load.more(20)
  await load.stop()
  await server.stop()
  const sizes = await Promise.all(['one', 'two'].map(async (name) => (await stat(join(inside(r, name), 'journal'))).size))
  equal((await sukhwan(['verify', inside(r, 'three')], { command: t.program })).code, 0)
  const again = await restored(r, inside(r, 'three'), 'again', r.address ? await t.database() : '')
  await again.must('verify', '--tables')
  const versions = new Map()
  for (const one of load.acknowledged.slice(0, told[2])) versions.set(`${one.type}/${one.key}`, Math.max(one.version, versions.get(`${one.type}/${one.key}`) ?? 0))
  for (const [of, version] of versions) {
    const [type, key] = of.split('/')
    ok(Number(await again.sql(`select version from ${type} where key = '${key}'`)) >= version, `${of} was acknowledged as version ${version}`)
  }
  ok(sizes[1] < sizes[0], 'the second has what came since alone')
  load.end()
})

// Of a person with something in each field that stands open in a store: what a cell of hers says is in no file of a backup more often than
// in that of a register without her, whose pack has names of choices in clear.
onBothStores('whatever a field of a person says, of any class, stands in no file of a backup; it is there under the key alone', async (t) => {
  const r = await t.register(), token = await r.token('noy', 'counsellor', 'lwu_centre'), server = await r.serve()
  const before = await filesOf(await backup(r, 'before'))
  const said = { key: 'P-SCAN-7731', given_name: 'Khamphone', family_name: 'Dao-Ieng', phone: '020 5557 7313', village: 'Ban Namphou', sex: 'female', born: '2008-11-17',
    citizenship: ['TH', 'VN'], province: 'LA-SV', health_note: 'needs her spray', disability: 'no' }
  const made = await server.ask('POST', '/person', said, token)
  equal(made.status, 201, made.text)
  equal((await server.ask('POST', '/case', { key: 'C-SCAN-7732', title: 'The lorry of Thakhek', opened: '2024-11-02', kind: 'criminal' }, token)).status, 201)
  await server.stop()
  const after = await filesOf(await backup(r, 'after')), more = await filesOf(await backup(r, 'more', '--since', inside(r, 'before')))
  const columns = (await r.sql(r.address ? "select column_name from information_schema.columns where table_name = 'person'" : "select name from pragma_table_info('person')")).trim().split('\n')
  const stands = [...Object.values(said).flat(), 'The lorry of Thakhek', 'C-SCAN-7732', '2024-11-02']
  for (const column of columns) if (!['row', 'id', 'version', 'entry', 'head', 'since', 'state', 'unit', 'agency', 'actor'].includes(column)) stands.push((await r.sql(`select ${column} from person where key = 'P-SCAN-7731'`)).trim())
  const times = (all, form) => { let n = 0; for (let at = all.indexOf(form); at >= 0; at = all.indexOf(form, at + 1)) n++; return n }
  const cell = (value) => { const bytes = Buffer.from(value), n = Buffer.alloc(4); n.writeUInt32LE(bytes.length); return Buffer.concat([Buffer.from('t'), n, bytes]) }
  let asked = 0
  for (const value of new Set(stands.filter((one) => one && !/^\\x|[^\x20-\x7e]/.test(one)))) {
    for (const form of [cell(value), ...written(value)]) {
      if (form.length < 6) continue // chance would find it
      for (const all of [after, more]) ok(times(all, form) <= times(before, form), `${value} stands in a backup as ${form}`)
      asked++
    }
  }
  ok(asked > 80, `${asked} forms were looked for`)
  const tables = await tablesOf(inside(r, 'after'), `${r.dir}.key`), store = r.address ? Buffer.from(await r.dump()) : await filesOf(r.dir)
  const person = taken(tables).find(([name]) => name === 'person'), row = Object.fromEntries(person[1].map((name, i) => [name, person[2][0][i]?.toString()]))
  for (const [name, value] of [['key', said.key], ['sex', 'female'], ['born', '2008-11-17'], ['province', 'LA-SV'], ['disability', 'no']]) equal(row[name], value)
  for (const value of ['2008-11-17', 'P-SCAN-7731', 'LA-SV']) ok(store.includes(value), `${value} is found where it may stand`)
  // Without the key all else is looked through; with another's, and with a part keys that lost the tables' own, it is told.
  const keyless = await sukhwan(['verify', inside(r, 'after')], { command: t.program })
  deepEqual([keyless.code, /sealed, and were not looked into/.test(keyless.out)], [0, true], keyless.err)
  const keyed = await sukhwan(['verify', inside(r, 'after')], { command: t.program, env: { SUKHWAN_KEY_FILE: `${r.dir}.key` } })
  deepEqual([keyed.code, /sealed/.test(keyed.out)], [0, false], keyed.err)
  const stranger = await t.register()
  const other = await sukhwan(['restore', inside(r, 'after'), inside(r, 'back')], { command: t.program, env: { SUKHWAN_KEY_FILE: `${stranger.dir}.key` } })
  equal(other.code, 1)
  match(other.err, /does not belong to the register of the backup/)
})

// ---- what is refused -------------------------------------------------------------------------------------------
const nothing = async (r, name) => { for (const one of [name, `${name}.part`]) ok(!(await there(inside(r, one))), `${one} was left behind`) }
async function refused(r, args, code, words, left) {
  const answer = await sukhwan(args, { command: r.t.program, env: { SUKHWAN_KEY_FILE: `${r.dir}.key` } })
  equal(answer.code, code, `${args.join(' ')}: ${answer.err}${answer.out}`)
  match(answer.err, words)
  if (left) await nothing(r, left)
}

test('a backup that is damaged, short of a part, or holds another file, is refused whole', async (t) => {
  const { r } = await lived(t)
  await backup(r, 'one')
  await r.mustTake('person', 'key,given_name,sex\nP-TWO,Noy,female\n')
  await backup(r, 'two', '--since', inside(r, 'one'))
  const harm = [
    ...['journal', 'open', 'tables', 'keys', 'beside'].flatMap((part) => (part === 'keys' ? ['two'] : ['one', 'two']).map((of) => [`${of}/${part}`, async (path) => rm(path), /is missing/])),
    ['two/manifest', async (path) => rm(path), /no backup/, 1],
    ['one/manifest', async (path) => rm(path), /is not there: put that one/, 1],
    ['two/manifest', async (path) => writeFile(path, (await readFile(path, 'utf8')).replace(/^entries \d+/m, 'entries 7')), /not the one that was signed/],
    ['two/manifest', async (path) => writeFile(path, (await readFile(path, 'utf8')).replace('sukhwan-backup 2', 'sukhwan-backup 3')), /newer version/, 1],
    ['two/manifest', async (path) => writeFile(path, (await readFile(path, 'utf8')).replace('sukhwan-backup 2', 'sukhwan-backup 1')), /older version .* in clear/, 1],
    ['one/tables', async (path) => { const all = await readFile(path); all[all.length >> 1] ^= 32; await writeFile(path, all) }, /was changed/],
    ['two/manifest', async (path) => writeFile(path, 'something'), /does not begin as one/],
    ['two/more', async (path) => writeFile(path, ''), /does not name/],
    ['two/attachments/more', async (path) => writeFile(path, ''), /does not name/],
    ['one/journal', async (path) => { const all = await readFile(path); all[all.length >> 1] ^= 32; await writeFile(path, all) }, /was changed/],
  ]
  for (const [what, change, words, code = 4] of harm) {
    await cp(inside(r, 'one'), inside(r, 'kept-one'), { recursive: true })
    await cp(inside(r, 'two'), inside(r, 'kept-two'), { recursive: true })
    await change(inside(r, what))
    await refused(r, ['verify', inside(r, 'two')], what === 'two/manifest' && code === 1 && /no backup/.test(words) ? 1 : code, /no register|no backup/.test(words) ? /There is no register/ : words)
    await refused(r, ['restore', inside(r, 'two'), inside(r, 'back')], code, words, 'back')
    for (const one of ['one', 'two']) {
      await rm(inside(r, one), { recursive: true })
      await rename(inside(r, `kept-${one}`), inside(r, one))
    }
  }
  await refused(r, ['verify', inside(r, 'two'), '--tables'], 0, /^$/)
  await rm(inside(r, 'one/keys')) // an older one's may be destroyed: the newer has what is not erased
  await refused(r, ['restore', inside(r, 'two'), inside(r, 'back')], 0, /erasures/)
})

onBothStores('what a backup or a restore cannot be made of, or into, is told, and nothing is done', async (t) => {
  const r = await (await t.register()).examples(), stranger = await (await t.register()).examples()
  await backup(r, 'one')
  await backup(stranger, 'theirs')
  const out = inside(r, 'out'), back = inside(r, 'back')
  await refused(r, ['backup', r.dir, out, '--since', inside(stranger, 'theirs')], 1, /of another register/, 'out')
  await refused(r, ['backup', r.dir, out, '--since', inside(r, 'nowhere')], 1, /no backup/, 'out')
  await refused(r, ['backup', r.dir, inside(r, 'one')], 1, /not empty/)
  await refused(r, ['backup', r.dir, join(r.dir, 'out')], 1, /inside the register/)
  await refused(r, ['backup', inside(r, 'one'), out], 1, /no register/, 'out')
  await refused(r, ['restore', inside(stranger, 'theirs'), back], 1, /does not belong/, 'back')
  await refused(r, ['restore', r.dir, back], 1, /no backup/, 'back')
  await refused(r, ['restore', inside(r, 'one'), r.dir], 1, /a register in .* already/)
  await mkdir(inside(r, 'full'))
  await writeFile(join(inside(r, 'full'), 'x'), '')
  await refused(r, ['restore', inside(r, 'one'), inside(r, 'full')], 1, /not empty/)
  const keyless = await sukhwan(['restore', inside(r, 'one'), back], { command: t.program })
  equal(keyless.code, 1)
  match(keyless.err, /unlock key .*back\.key is missing/)
  await nothing(r, 'back')
  if (r.address) await refused(r, ['restore', inside(r, 'one'), back, '--store', r.address], 1, /holds a register/, 'back')
  await mkdir(back) // an empty folder will do
  await refused(r, ['restore', inside(r, 'one'), back], 0, /erasures/)
  await rm(back, { recursive: true })
  // The register lost what the older backup knows.
  await r.mustTake('person', 'key,given_name,sex\nP-LATER,Noy,female\n')
  await backup(r, 'two')
  const past = await restored(r, inside(r, 'one'), 'past', r.address ? await t.database() : '')
  await refused(past, ['backup', past.dir, out, '--since', inside(r, 'two')], 1, /does not hold/, 'out')
  await past.must('verify')
})

onBothStores(`kill -9 while a backup or a restore is made leaves nothing that looks like one: ${long ? 100 : 8} times each`, async (t) => {
  const r = await (await t.register()).examples(), { upTo } = dice(Date.now())
  const one = await backup(r, 'one'), env = { ...process.env, SUKHWAN_KEY_FILE: `${r.dir}.key` }
  for (let round = 0; round < (long ? 100 : 8); round++) {
    const address = r.address && round % 2 ? await t.database() : ''
    for (const [args, name, marks] of [[['backup', r.dir, inside(r, 'out')], 'out', 'manifest'],
      [['restore', one, inside(r, 'back'), ...(address ? ['--store', address] : [])], 'back', 'settings']]) {
      const child = spawn(program, args, { stdio: 'ignore', env })
      const ended = new Promise((done) => child.on('close', done))
      await sleep(upTo(args[0] === 'backup' ? 250 : 900))
      child.kill('SIGKILL')
      await ended
      const made = await there(inside(r, name))
      if (made) ok(await there(join(inside(r, name), marks)))
      if (made) equal((await sukhwan(['verify', inside(r, name)], { env, command: t.program })).code, 0)
      if (!made && !address) { // and the next one goes well over what lies there
        const next = await sukhwan(args, { env, command: t.program })
        equal(next.code, 0, next.err)
      }
      await rm(inside(r, name), { recursive: true, force: true })
      await rm(inside(r, `${name}.part`), { recursive: true, force: true })
    }
  }
})

// ---- each table against the journal -----------------------------------------------------------------------------
onBothStores('verify --tables names what was changed, is missing or was added, beside serve, and rebuild mends it', async (t) => {
  const { r } = await lived(t)
  const server = await r.serve()
  const changes = {
    users: ["update users set role = 'auditor'", "insert into users select 'thief', role, unit, active, entry from users", 'delete from users'],
    passes: ['update passes set until = until + 1', "insert into passes select 'x', name, made, until, entry from passes", 'delete from passes'],
    person: ["update person set sex = 'male' where row = (select min(row) from person where sex = 'female')", 'update person set version = version + 1'],
    'case.forms': [`update "case.forms" set value = 'other' where row = (select min(row) from "case.forms") and value = (select min(value) from "case.forms" f where f.row = (select min(row) from "case.forms")) and value <> 'other'`, `delete from "case.forms" where row = (select min(row) from "case.forms")`, `insert into "case.forms" values (1, 'other')`],
    imports: ['update imports set undone = 1', 'delete from imports'],
    grants: [`insert into grants values ('unit lwu', 'person', 1, 1, 1, 99991231, '', 'lwu', '', 'operator', 1)`],
    notices: [`insert into notices values (1, 'unit lwu', 'person', 1, 99991231)`],
    later: [`insert into later values ('person', 1, 'lwu', 99991231, 1)`],
    days: [`insert into days values ('person', 1, 'x', 20300101, 0)`],
  }
  // One change of each table at a time; each is named.
  for (let round = 0; Object.values(changes).some((all) => all[round]); round++) {
    const now = Object.entries(changes).filter(([, all]) => all[round])
    for (const [, all] of now) await r.sql(all[round])
    const answer = await r.run('verify', '--tables')
    equal(answer.code, 4, answer.out)
    for (const [table, all] of now)
      match(answer.err, new RegExp(`The table ${table.replace('.', '\\.')} is not what the journal says: the row of .* sukhwan rebuild`), all[round])
    await r.must('rebuild')
  }
  match(await r.must('verify', '--tables'), /tables are what/)
  const keyless = await r.runWith({ env: { SUKHWAN_KEY_FILE: '/nonexistent/key' } }, 'verify', '--tables')
  equal(keyless.code, 1)
  match(keyless.err, /unlock key/)
  await server.stop()
})

// What no rebuild makes again: who opens what for good is told by the entry that made it and the pack of that day.
onBothStores('verify --tables names a mask of keys that was changed, a token of no entry and a password of nobody, in a register and in its backup', async (t) => {
  const { r } = await lived(t)
  const counsellor = await r.token('noy', 'counsellor', 'lwu_centre'), police = await r.token('det', 'police_investigator', 'atd_cases')
  const server = await r.serve(), made = async (token, key, more) => {
    const answer = await server.ask('POST', '/person', { key, given_name: 'Noy', sex: 'female', phone: '020 5551 2345', ...more }, token)
    equal(answer.status, 201, answer.text)
  }
  await made(counsellor, 'W1', { health_note: 'asthma' })
  await made(police, 'W2')
  await r.must('share', 'person', 'W1', '--to', 'atd_investigation', '--compartments', 'identity,case', '--until', '2099-12-31', '--why', 'asked for')
  equal((await server.ask('PATCH', '/person/W1', { version: 1, health_note: 'none' }, counsellor)).status, 200)
  await server.stop()
  match(await r.must('verify', '--tables'), /tables are what/)
  const masks = 'select row, agency, open from keys order by row, agency', before = await r.sql(masks)
  const row = (key) => `(select row from person where key = '${key}')`
  const changes = {
    'open to the register': [`update keys set open = 63 where agency = 'register' and row = ${row('W1')}`, /open of person\/\w+ to register/],
    'open to who was given some': [`update keys set open = 1 where agency = 'atd' and row = ${row('W1')}`, /open of person\/\w+ to atd/],
    'closed to who made it': [`update keys set open = open - 1 where agency = 'lwu_centre' and row = ${row('W1')}`, /open of person\/\w+ to lwu_centre/],
    'less than its sheet says': [`update keys set open = 1 where agency = 'atd' and row = ${row('W2')}`, /open of person\/\w+ to atd/],
    'a case of an import': [`update keys set open = 0 where row = (select min(row) from "case")`, /open of case\/\w+ to register/],
    'a token of no entry': [`insert into tokens select ${r.address ? `decode('00', 'hex')` : `x'00'`}, 'noy', 'x'`, /table tokens [^]*a token of noy was added/],
    'somebody else\'s token': ["update tokens set name = 'det' where name = 'noy'", /table tokens [^]*a token of det/],
    'a password of nobody': ["insert into passwords values ('thief', 'x', 1)", /table passwords [^]*one of thief/],
  }
  const back = { tokens: ["delete from tokens where id = 'x'", "update tokens set name = 'noy' where id in (select id from passes where name = 'noy')"], passwords: ["delete from passwords where name = 'thief'"] }
  let n = 0
  for (const [what, [change, named]] of Object.entries(changes)) {
    await r.sql(change)
    const copy = n < 6 && n % 3 ? '' : await backup(r, `b${n}`)
    for (const args of [['verify', '--tables'], ...(copy ? [['verify', copy, '--tables']] : [])]) {
      const answer = copy && args[1] === copy ? await sukhwan(args, { env: { SUKHWAN_KEY_FILE: `${r.dir}.key` }, command: t.program }) : await r.run(...args)
      equal(answer.code, 4, `${what}: ${answer.out}`)
      match(answer.err, named, what)
    }
    const now = await r.sql(masks)
    for (const [of, agency, open] of before.split('\n').filter((line) => !now.includes(`${line}\n`)).map((line) => line.split('|')))
      if (open) await r.sql(`update keys set open = ${open} where row = ${of} and agency = '${agency}'`)
    for (const one of [...back.tokens, ...back.passwords]) await r.sql(one)
    n++
  }
  await r.must('verify', '--tables')
  console.error(`        ${n} changes of masks, tokens and passwords: ${n} found`)
})

test('a folder that somebody keeps beside is not taken for one that was left unfinished', async (t) => {
  const r = await t.register()
  await mkdir(inside(r, 'out.part'))
  await writeFile(join(inside(r, 'out.part'), 'mine'), 'x')
  await refused(r, ['backup', r.dir, inside(r, 'out')], 1, /is not ours/)
  deepEqual(await readdir(inside(r, 'out.part')), ['mine'])
})

// Of a million it is bench/backup.mjs that tells; here what a minute shows, with bounds for a machine that does other things.
measured('a backup beside full load keeps saves under 100 ms, and is restored at a rate of a million entries a minute: a short form', async (t) => {
  const r = await t.register()
  await r.mustTake('person', `key,given_name,sex\n${Array.from({ length: 20000 }, (_, i) => `P${i},Somebody ${i},female\n`).join('')}`)
  const m = await measure({ program: t.program, dir: r.dir, clients: 8, seconds: 3 })
  console.error(`        ${told(m)}`)
  ok(m.beside.p99 < Math.max(100, 2 * m.alone.p99), told(m))
  ok(m.backup < 20 && m.restore < 10, told(m))
})
