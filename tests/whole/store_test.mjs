// The store behind the program's back: keys that are gone, sheets put back, things put in, files moved away.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { chmod, link, lstat, mkdir, readFile, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { countsSeconds, equal, home, match, ok, onBothStores, same, setCookies, sleep, sukhwan, test, tool } from '../tool.mjs'

const noKey = { SUKHWAN_KEY_FILE: '/nonexistent/key' }

async function people(t) {
  const r = await t.register()
  await r.mustTake('case', 'key,title\nK1,one\n')
  await r.mustTake('person', 'key,given_name,sex\nP1,Khamphone,female\nP2,Sisavath,male\n')
  await r.mustTake('involvement', 'key,case,person,part\nI1,K1,P1,victim\n')
  return r
}
const holder = (r, key) => r.sql(`select row from person where key = '${key}'`).then(Number)

// ---- keys --------------------------------------------------------------------------------------------
const lost = [
  ['all data keys deleted', async () => 'delete from keys'],
  ["one person's keys deleted", async (r) => `delete from keys where holder = (select 'person/' || id from person where key = 'P1')`],
  ["a case's keys deleted", async (r) => "delete from keys where holder like 'case/%'"],
  ['keys moved to another row', async (r) => `update keys set row = row + 80000 where row = ${await holder(r, 'P1')}`],
  ['the keys of two persons swapped', async (r) => {
    const [one, two] = [await holder(r, 'P1'), await holder(r, 'P2')]
    return `update keys set row = -9 where row = ${one}; update keys set row = ${one} where row = ${two}; update keys set row = ${two} where row = -9`
  }],
  ['keys said to be of somebody else', async (r) => `update keys set holder = 'person/nobody' where row = ${await holder(r, 'P1')}`],
  ['keys of another agency', async (r) => `update keys set agency = 'other' where agency = 'register' and row = ${await holder(r, 'P1')}`],
  ["the agency's key deleted", async () => 'delete from agencies'],
  ["the agency's key under another name", async () => "update agencies set name = 'other_' || name"],
]
for (const [name, change] of lost) {
  onBothStores(`a key that is gone is broken, and nothing is made of the rest: ${name}`, async (t) => {
    const r = await people(t)
    match((await r.runWith({ env: noKey }, 'verify')).out, /whole/)
    await r.sql(await change(r))
    const before = await r.dump()
    const answer = await r.runWith({ env: noKey }, 'verify') // without a secret
    equal(answer.code, 4, answer.out + answer.err)
    match(answer.err, /key/)
    equal((await r.run('verify')).code, 4)
    const rebuilt = await r.run('rebuild')
    equal(rebuilt.code, 4, rebuilt.err)
    same(await r.dump(), before)
    const record = name.startsWith("a case's") ? 'case' : 'person'
    const exported = await r.run('export', record)
    equal(exported.code, 4, exported.out)
  })
}

for (const [name, change] of [
  ['two wrapped lists swapped', async (r) => `create temp table was as select row, agency, wrapped from keys; update keys set wrapped = (select was.wrapped from was where was.agency = keys.agency and was.row = ${await holder(r, 'P2')}) where row = ${await holder(r, 'P1')}`],
  ['a wrapped list damaged', async (r) => (r.address ? `update keys set wrapped = set_byte(wrapped, 4, get_byte(wrapped, 4) # 1) where row = ${await holder(r, 'P1')}`
    : `update keys set wrapped = cast(substr(wrapped, 1, 4) || x'${'00'}' || substr(wrapped, 6) as blob) where row = ${await holder(r, 'P1')}`)],
  ["the agency's key damaged", async (r) => (r.address ? 'update agencies set wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1)'
    : "update agencies set wrapped = cast(substr(wrapped, 1, 40) || x'00' || substr(wrapped, 42) as blob)")],
]) {
  onBothStores(`a key that does not open is broken: ${name}`, async (t) => {
    const r = await people(t)
    await r.sql(await change(r))
    const before = await r.dump()
    for (const command of ['verify', 'rebuild']) {
      const answer = await r.run(command)
      equal(answer.code, 4, `${command}: ${answer.out}${answer.err}`)
    }
    same(await r.dump(), before)
    equal((await r.run('export', 'person')).code, 4)
  })
}

onBothStores('while serving, a record whose key is gone answers broken, a list marks it, and no name seems empty', async (t) => {
  const r = await people(t)
  const token = await r.token()
  const id = (await r.sql("select id from person where key = 'P1'")).trim()
  await r.sql(`delete from keys where holder = 'person/${id}'`)
  const server = await r.serve()
  const api = server.api(token)
  const one = await api('GET', '/person/P1', undefined, { 'accept-language': 'en' })
  equal(one.status, 500)
  match(one.body.error, /It was noted/)
  const list = await api('GET', '/person')
  equal(list.status, 200)
  const [hers] = list.body.items.filter((item) => item.key === 'P1')
  equal(hers.broken, true)
  equal('given_name' in hers, false)
  const [his] = list.body.items.filter((item) => item.key === 'P2')
  equal(his.given_name, 'Sisavath')
  equal('broken' in his, false)
  const html = { accept: 'text/html', 'accept-language': 'en' }
  const page = await server.ask('GET', `/person/${id}`, undefined, token, html)
  equal(page.status, 500)
  match(page.text, /It was noted/)
  const rows = await server.ask('GET', '/person', undefined, token, html)
  equal(rows.status, 200)
  match(rows.text, /\(cannot be read\)/)
  match(rows.text, /Sisavath/)
  match((await server.ask('GET', '/person', undefined, token, { ...html, 'accept-language': 'lo' })).text, /\(ອ່ານບໍ່ໄດ້\)/)
  equal((await api('PATCH', '/person/P1', { given_name: 'Other' })).status >= 400, true)
  match(server.err, new RegExp(`person/${id}`))
  match(server.err, /The keys of person\/\S+ are gone/)
  equal((await r.run('verify')).code, 4)
  await server.stop()
})

// ---- sheets --------------------------------------------------------------------------------------------
async function rightTaken(t) {
  const r = await t.register()
  const folder = await t.folder()
  await tool('cp', '-r', join(home, 'packs/laos'), join(folder, 'pack'))
  const file = join(folder, 'pack/rights.csv')
  const text = await readFile(file, 'utf8')
  const kept = text.split('\n').filter((line) => !line.startsWith('auditor,')).join('\n')
  ok(kept.length < text.length)
  await writeFile(file, kept)
  await r.must('pack load', join(folder, 'pack'))
  return r
}
const rights = "record = 'pack' and record_id = 'rights.csv'"
const asText = (r) => (r.address ? "convert_from(body, 'UTF8')" : 'cast(body as text)')
const sheetTampers = [
  ['put back to its older entry', (r) => `update sheets set text = (select ${asText(r)} from journal where ${rights} order by id limit 1), entry = (select min(id) from journal where ${rights}) where path = 'rights.csv'`, true],
  ['deleted', () => "delete from sheets where path = 'rights.csv'", true],
  ['changed', () => "update sheets set text = text || 'auditor,case,all,all,' where path = 'rights.csv'", true],
  ['one added', () => `insert into sheets (path, text, entry) select 'choices/more.csv', 'list_name,name,label::English (en),label::Lao (lo)
more,one,One,?ໜຶ່ງ
', max(id) from journal`, true],
  ['a later number said to be the newest', () => "update meta set value = '9000000000000000000' where name = 'pack'", true],
  ['no number said to be the newest', () => "update meta set value = 'none' where name = 'pack'", true],
  ['changed together with its entry', (r) => `update sheets set text = text || 'auditor,case,all,all,' where path = 'rights.csv';
    update journal set body = ${r.address ? "convert_to((select text from sheets where path = 'rights.csv'), 'UTF8')" : "cast((select text from sheets where path = 'rights.csv') as blob)"}
    where id = (select max(id) from journal where ${rights})`, false],
  ['put back, and the newer entry deleted', (r) => `update sheets set text = (select ${asText(r)} from journal where ${rights} order by id limit 1), entry = (select min(id) from journal where ${rights}) where path = 'rights.csv';
    delete from journal where id = (select max(id) from journal where ${rights})`, false],
]
for (const [name, change, mends] of sheetTampers) {
  onBothStores(`a sheet of the pack past the journal is not worked with: ${name}`, async (t) => {
    const r = await rightTaken(t)
    await r.must('verify')
    const before = await r.dump()
    await r.sql(change(r))
    for (const command of [['verify'], ['figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31'], ['export', 'case'], ['serve', '--listen', '127.0.0.1:0']]) {
      const answer = await r.run(...command)
      equal(answer.code, 4, `${command[0]}: ${answer.out}${answer.err}`)
      match(answer.err, /\.$/m)
    }
    match((await r.run('export', 'case')).err, /rebuild/)
    const rebuilt = await r.run('rebuild')
    equal(rebuilt.code, mends ? 0 : 4, rebuilt.err)
    if (!mends) return
    await r.must('verify')
    same(await r.dump(), before)
  })
}

// What the thread that started it has used of a processor until it could be asked, in ms: no other program's load counts.
async function startCost(r) {
  const server = await r.serve()
  const [, , user, system] = (await readFile(`/proc/${server.pid}/task/${server.pid}/stat`, 'utf8')).match(/\) (\S+ ){11}(\d+) (\d+)/)
  await server.stop()
  return 10 * (Number(user) + Number(system))
}
test('a register with thousands of entries still starts at once', async (t) => {
  countsSeconds(t)
  const r = await t.register(), empty = await startCost(r)
  await r.mustTake('person', 'key,given_name,sex\n' + Array.from({ length: 15_000 }, (_, i) => `P${i},Noy ${i},female\n`).join(''))
  const full = await startCost(r)
  console.error(`        an empty register starts in ${empty} ms of processor time, one of 15,000 entries in ${full} ms`)
  ok(empty > 0 && full < empty + 60, `${full} ms, and ${empty} ms without an entry`)
})

// ---- files -----------------------------------------------------------------------------------------------
test('a key file that others may read, or that could be guessed, is refused everywhere', async (t) => {
  const r = await people(t)
  const key = r.dir + '.key', right = await readFile(key, 'utf8')
  for (const mode of [0o644, 0o640, 0o666]) {
    await chmod(key, mode)
    for (const command of [['figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31'], ['serve', '--listen', '127.0.0.1:0'], ['rebuild']]) {
      const answer = await r.run(...command)
      equal(answer.code, 1, answer.err)
      match(answer.err, /chmod 600/)
    }
  }
  await chmod(key, 0o600)
  await r.must('figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31')
  const other = await t.register({ init: false })
  for (const weak of ['a'.repeat(32), 'a'.repeat(64) + '\n', 'the quick brown fox jumps over the lazy dog', '0123456789abcdef'.repeat(4),
    'the quick brown fox jumps over 13 lazy dogs', 'qwertyuiopasdfghjklzxcvbnmqwertyuiop', 'abcdefghijklmnopqrstuvwxyz0123456789', Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex')]) {
    await writeFile(other.dir + '.key', weak, { mode: 0o600 })
    const answer = await other.run('init', '--pack', join(home, 'packs/laos'))
    equal(answer.code, 1, `${weak}: ${answer.err}`)
    match(answer.err, /could be guessed/)
  }
  await writeFile(other.dir + '.key', createHash('sha512').update(right).digest('base64'), { mode: 0o600 })
  await other.must('init', '--pack', join(home, 'packs/laos')) // one of the operator's own making will do
  await other.must('verify')
})

test('init closes a folder that is open to others, tells of an open one above, and takes none of somebody else', async (t) => {
  for (const mode of [0o777, 0o770, 0o755]) {
    const r = await t.register({ init: false })
    await mkdir(r.dir)
    await chmod(r.dir, mode)
    await r.must('init', '--pack', join(home, 'packs/laos'))
    equal((await stat(r.dir)).mode & 0o777, 0o700)
  }
  const under = await t.register({ init: false })
  await chmod(under.folder, 0o777)
  const told = await under.run('init', '--pack', join(home, 'packs/laos'))
  equal(told.code, 0)
  match(told.err, /warning: Others may write in .*: chmod go-w/)
  const well = await t.register({ init: false })
  ok(!/Others may write/.test((await well.run('init', '--pack', join(home, 'packs/laos'))).err))
  if (process.getuid() !== 0) return
  const theirs = await t.register({ init: false })
  await mkdir(theirs.dir)
  await tool('chown', '65534', theirs.dir)
  const refused = await theirs.run('init', '--pack', join(home, 'packs/laos'))
  equal(refused.code, 1)
  match(refused.err, /belongs to another user/)
})

test('nothing that holds names is written through a link', async (t) => {
  const r = await people(t)
  const at = (name) => join(r.folder, name)
  await writeFile(at('theirs'), 'as it was')
  await symlink(at('theirs'), at('link'))
  await symlink(at('nowhere'), at('dangling'))
  await tool('mkfifo', at('pipe'))
  await mkdir(at('folder'))
  for (const name of ['link', 'dangling', 'pipe', 'folder']) {
    const answer = await r.run('export', 'person', '--out', at(name))
    equal(answer.code, 1, answer.err)
    match(answer.err, /is a (link|pipe|folder)/)
  }
  equal(await readFile(at('theirs'), 'utf8'), 'as it was')
  ok(!(await readdir(r.folder)).includes('nowhere'))
  ok((await lstat(at('link'))).isSymbolicLink())
  await link(at('theirs'), at('twin')) // another name of the same file
  await r.must('export', 'person', '--out', at('twin'))
  match(await readFile(at('twin'), 'utf8'), /Khamphone/)
  equal(await readFile(at('theirs'), 'utf8'), 'as it was')
  equal((await stat(at('twin'))).mode & 0o077, 0)
})

test('a lock or a store that is a link is not followed', async (t) => {
  const r = await people(t)
  await symlink(join(r.folder, 'elsewhere'), join(r.dir, 'serve.lock'))
  const served = await r.runWith({ limit: 20_000 }, 'serve', '--listen', '127.0.0.1:0')
  equal(served.code, 1, served.err)
  ok(!(await readdir(r.folder)).includes('elsewhere'))
  await rename(join(r.dir, 'register.db'), join(r.folder, 'moved.db'))
  await symlink(join(r.folder, 'moved.db'), join(r.dir, 'register.db'))
  equal((await r.run('export', 'person')).code, 1)
})

// ---- what is gone is gone --------------------------------------------------------------------------------
async function bytesOf(dir) {
  const all = []
  for (const name of await readdir(dir)) if ((await stat(join(dir, name))).isFile()) all.push(await readFile(join(dir, name)))
  return Buffer.concat(all)
}

test('a session that was ended lies in no file of the folder a second later', async (t) => {
  const r = await t.register()
  const who = await r.user()
  const server = await r.serve()
  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', origin: server.url }
  const signed = await server.ask('POST', '/sign-in', `name=${who.name}&password=${encodeURIComponent(who.password)}`, undefined, form)
  equal(signed.status, 303, signed.text)
  const cookie = setCookies(signed.headers).map((one) => one.split(';')[0]).join('; ')
  const hash = Buffer.from((await r.sql('select hex(hash) from sessions')).trim(), 'hex')
  equal(hash.length, 32)
  ok((await bytesOf(r.dir)).includes(hash))
  const page = await server.ask('GET', '/', undefined, undefined, { accept: 'text/html', cookie })
  const csrf = page.text.match(/action='\/sign-out'[^]*?name='(_\w+)' value='([^']+)'/)
  ok(csrf, page.text)
  const out = await server.ask('POST', '/sign-out', `${csrf[1]}=${csrf[2]}`, undefined, { ...form, cookie })
  equal(out.status, 303, out.text)
  for (let i = 0; i < 40 && (await bytesOf(r.dir)).includes(hash); i++) await sleep(100)
  ok(!(await bytesOf(r.dir)).includes(hash))
  await server.stop()
})

for (const beside of ['by itself', 'beside serve']) { // which keeps the log open, so that it does not go by itself
  test(`what rebuild and a new password replace lies in no file of the folder, ${beside}`, async (t) => {
    const r = await people(t)
    await r.token('keo')
    const token = Buffer.from((await r.sql('select hex(hash) from tokens')).trim(), 'hex')
    const password = (await r.sql("select password from passwords where name = 'keo'")).trim()
    const server = beside === 'by itself' ? null : await r.serve()
    ok((await bytesOf(r.dir)).includes(token) && (await bytesOf(r.dir)).includes(password))
    equal((await r.runWith({ input: 'another long password\n' }, 'user add', 'keo', '--role', 'secretariat', '--unit', 'secretariat', '--replace')).code, 0)
    ok(!(await bytesOf(r.dir)).includes(token))
    ok(!(await bytesOf(r.dir)).includes(password))
    await r.sql("update person set sex = 'PAST-THE-PROGRAM'")
    ok((await bytesOf(r.dir)).includes('PAST-THE-PROGRAM'))
    await r.must('rebuild')
    ok(!(await bytesOf(r.dir)).includes('PAST-THE-PROGRAM'))
    await server?.stop()
  })
}

// ---- a store that is away -----------------------------------------------------------------------------------
test('serve lives through a file that was moved away, answers 503, writes nothing into it, and comes back', async (t) => {
  const r = await people(t)
  const token = await r.token()
  const server = await r.serve()
  const api = server.api(token)
  equal((await api('GET', '/person/P1')).status, 200)
  await rename(join(r.dir, 'register.db'), join(r.dir, 'away'))
  const counts = {}
  for (let i = 0; i < 150; i++) {
    const answer = i % 3 ? await api('GET', '/person/P1') : await api('POST', '/case', { key: `W${i}`, title: 'lost?' })
    counts[answer.status] = (counts[answer.status] ?? 0) + 1
    equal(answer.status, 503, answer.text)
    equal(answer.headers.get('retry-after'), '2')
  }
  console.error(`        answers: ${JSON.stringify(counts)}`)
  await sleep(1500)
  await rename(join(r.dir, 'away'), join(r.dir, 'register.db'))
  for (let i = 0; i < 30 && (await api('GET', '/person/P1')).status !== 200; i++) await sleep(100)
  equal((await api('GET', '/person/P1')).body.given_name, 'Khamphone')
  equal((await api('POST', '/case', { key: 'W', title: 'kept' })).status, 201)
  equal((await r.sql("select count(*) from \"case\" where key like 'W%'")).trim(), '1')
  const told = server.err.match(/There is no file/g)?.length // once by each who looks at it by itself, not twice a second
  ok(told === 1 || told === 2, server.err)
  await r.must('verify')
  await server.stop()
})

test('a store that comes back as another file is read from that file', async (t) => {
  const r = await people(t)
  const token = await r.token()
  const server = await r.serve()
  equal((await server.ask('GET', '/person/P1', undefined, token)).status, 200)
  await tool('sqlite3', join(r.dir, 'register.db'), `.backup ${join(r.dir, 'copy')}`)
  await rename(join(r.dir, 'register.db'), join(r.dir, 'old'))
  for (const end of ['-wal', '-shm']) await rename(join(r.dir, `register.db${end}`), join(r.dir, `old${end}`)).catch(() => {})
  equal((await server.ask('GET', '/person/P1', undefined, token)).status, 503)
  await rename(join(r.dir, 'copy'), join(r.dir, 'register.db'))
  for (let i = 0; i < 30 && (await server.ask('GET', '/person/P1', undefined, token)).status !== 200; i++) await sleep(100)
  equal((await server.ask('POST', '/case', { key: 'NEW', title: 'x' }, token)).status, 201)
  equal((await tool('sqlite3', join(r.dir, 'register.db'), "select count(*) from \"case\" where key = 'NEW'")).trim(), '1')
  await server.stop()
})

// ---- packs, the clock ----------------------------------------------------------------------------------------
const sizeOf = async (pid) => Number((await readFile(`/proc/${pid}/status`, 'utf8')).match(/VmSize:\s+(\d+)/)[1]) / 1048576

test('a pack is read once for all threads, and older ones are given back', async (t) => {
  const r = await t.register()
  const token = await r.token()
  const folder = await t.folder()
  await tool('cp', '-r', join(home, 'packs/laos'), join(folder, 'pack'))
  const server = await r.serve()
  const everybody = () => Promise.all(Array.from({ length: 24 }, () => server.ask('GET', '/case', undefined, token)))
  const load = async (i) => {
    await writeFile(join(folder, 'pack/choices/zz_more.csv'), `list_name,name,label::English (en),label::Lao (lo)\nmore_${i},one,One,?ໜຶ່ງ\n`)
    const asked = everybody()
    await r.must('pack load', join(folder, 'pack'))
    for (const answer of [...await asked, ...await everybody()]) equal(answer.status, 200)
  }
  const first = 20 // until each thread that may hold an older one holds one
  for (let i = 0; i < first; i++) await load(i)
  const before = await sizeOf(server.pid)
  for (let i = first; i < first + 12; i++) await load(i)
  const after = await sizeOf(server.pid)
  console.error(`        address space: ${before.toFixed(1)} GiB, after 12 more packs ${after.toFixed(1)} GiB`)
  ok(after - before < 6, `${after - before} GiB more`)
  await server.stop()
})

onBothStores('a clock that stands behind the journal is told at start', async (t) => {
  const r = await people(t)
  const well = await r.serve()
  ok(!/clock/.test(well.err), well.err)
  await well.stop()
  await r.sql(`update heads set time = time + ${BigInt(11 * 60 * 1000) << 16n} where time = (select max(time) from heads)`)
  const server = await r.serve()
  match(server.err, /The clock stands at \d{4}-\d\d-\d\d \d\d:\d\d UTC, and the journal's newest entry is of /)
  await server.stop()
  await r.sql(`update heads set time = time - ${BigInt(2 * 60 * 1000) << 16n} where time = (select max(time) from heads)`)
  const near = await r.serve() // nine minutes: clocks differ
  ok(!/clock/.test(near.err), near.err)
  await near.stop()
})

// ---- what somebody put into the store ---------------------------------------------------------------------------
const put = [ // what, how on SQLite, how on PostgreSQL (null: there is no such thing), which words name it
  ['a trigger', "create trigger sneak after insert on person begin update person set sex = 'male'; end",
    "create function sneak() returns trigger language plpgsql as $$ begin new.sex := 'male'; return new; end $$; create trigger sneak before insert on person for each row execute function sneak()", /(trigger|function) sneak/],
  ['a trigger on the journal', 'create trigger hush after insert on journal begin delete from person where row = new.row; end',
    'create function hush() returns trigger language plpgsql as $$ begin return null; end $$; create trigger hush after insert on journal for each row execute function hush()', /(trigger|function) hush/],
  ['a view', 'create view everybody as select * from person', 'create view everybody as select * from person', /view everybody/],
  ['a table of somebody else', 'create table copies (name text)', 'create table copies (name text)', /table copies/],
  ['an index over what is hidden', 'create index spy on person (upper(key))', 'create index spy on person (upper(key))', /index spy/],
  ['an index that is gone', 'drop index "person.key"', 'drop index "person.key"', /lacks the index person.key/],
  ['an index that is no more unique', 'drop index "person.key"; create index "person.key" on person (key)', 'drop index "person.key"; create index "person.key" on person (key)', /index person.key/],
  ['a column of somebody else', "alter table person add column note text default 'x'", "alter table person add column note text default 'x'", /table person .*note text default/],
  ["a column of the engine's", "alter table users add column note text default 'x'", "alter table users add column note text default 'x'", /table users .*note text default/],
  ['a generated column', 'alter table person add column twice text generated always as (key || key)', 'alter table person add column twice text generated always as (key || key) stored', /table person .*twice text/],
  ['a changed default', null, "alter table person alter column sex set default 'male'", /table person .*default/],
  ['a check', null, "alter table person add constraint males check (sex <> 'nobody')", /constraint males/],
  ['a rule', null, 'create rule away as on delete to sessions do instead nothing', /rule away/],
  ['row security', null, 'alter table person enable row level security', /row security/],
  ['a policy', null, 'create policy mine on person using (false)', /policy mine/],
  ['an event trigger', null, 'create function seen() returns event_trigger language plpgsql as $$ begin end $$; create event trigger seen on ddl_command_end execute function seen()', /(event trigger|function) seen/],
  ['a check of links that is switched off', null, `do $$ declare r record; begin for r in select tgname from pg_trigger where tgrelid = 'involvement'::regclass and tgisinternal loop
    execute format('alter table involvement enable replica trigger %I', r.tgname); end loop; end $$`, /table involvement .*switched off/],
  ['a cast', null, 'create cast (bigint as boolean) with inout as implicit', /cast bigint as boolean/],
  ['links that are looked at at once', `pragma foreign_keys = off; begin; create table was as select * from involvement; drop table involvement;
    create table involvement ("case" integer references "case" (row), person integer references person (row)) strict; insert into involvement select "case", person from was; drop table was; commit`, null, /table involvement/],
  ['a function that stands before one of the store', null, 'create function lower(bigint) returns text language sql as $$ select 1 $$', /function lower/],
]
onBothStores('what the program did not make is named by verify and taken away by rebuild', async (t) => {
  const r = await people(t)
  await r.user()
  await r.must('verify')
  const before = (await r.dump()).replace(/\s+/g, ' ').length
  for (const [name, ours, theirs, words] of put) {
    const how = r.address ? theirs : ours
    if (!how) continue
    await r.sql(how)
    const answer = await r.runWith({ env: noKey }, 'verify')
    equal(answer.code, 4, `${name}: ${answer.out}${answer.err}`)
    match(answer.err, words)
    match(answer.err, /rebuild/)
    await r.must('rebuild')
    await r.must('verify')
    equal((await r.dump()).replace(/\s+/g, ' ').length, before, name)
  }
  await r.mustTake('person', 'key,given_name,sex\nP9,New,female\n')
  equal((await r.sql("select sex from person where key = 'P9'")).trim(), 'female')
  await r.must('verify')
})

test('a trigger in the file does nothing, is told by serve, and a table renamed is broken', async (t) => {
  const r = await people(t)
  await r.sql("create trigger sneak after insert on person begin update person set sex = 'male'; end")
  await r.mustTake('person', 'key,given_name,sex\nP8,New,female\n')
  equal((await r.sql("select group_concat(sex) from person where sex = 'female'")).trim(), 'female,female')
  const token = await r.token()
  const server = await r.serve()
  match(server.err, /trigger sneak/)
  equal((await server.ask('POST', '/person', { key: 'P9', given_name: 'New', sex: 'female' }, token)).status, 201)
  equal((await r.sql("select count(*) from person where sex = 'female'")).trim(), '3')
  await server.stop()
  await r.sql('alter table service rename to other')
  equal((await r.run('verify')).code, 4)
  await r.must('rebuild')
  await r.must('verify')
  await r.sql('create view was as select * from person; drop table sessions; create view sessions as select * from was')
  equal((await r.run('verify')).code, 4)
  await r.must('rebuild')
  await r.must('verify')
  await r.serve().then((again) => again.stop())
})

test('a trigger in PostgreSQL cannot be switched off, so nothing is done with it', async (t) => {
  t.store = 'postgres'
  const r = await people(t)
  await r.sql("create function sneak() returns trigger language plpgsql as $$ begin new.sex := 'male'; return new; end $$; create trigger sneak before insert on person for each row execute function sneak()")
  for (const command of [['serve', '--listen', '127.0.0.1:0'], ['export', 'person']]) {
    const answer = await r.run(...command)
    equal(answer.code, 4, answer.err)
    match(answer.err, /(trigger|function) sneak/)
  }
  equal((await r.take('person', 'key,given_name,sex\nP8,New,female\n')).code, 4)
  await r.must('rebuild')
  await r.mustTake('person', 'key,given_name,sex\nP8,New,female\n')
  equal((await r.sql("select sex from person where key = 'P8'")).trim(), 'female')
})

onBothStores('a newer pack leaves the store as it would have been made', async (t) => {
  const r = await people(t)
  const folder = await t.folder(), change = async (sheet, from, to) => {
    const text = await readFile(join(folder, 'pack', sheet), 'utf8')
    ok(from.test(text), sheet)
    await writeFile(join(folder, 'pack', sheet), text.replace(from, to))
  }
  await tool('cp', '-r', join(home, 'packs/laos'), join(folder, 'pack'))
  await writeFile(join(folder, 'pack/survey/zz_more.csv'), 'record,type,name,label::English (en),label::Lao (lo),class,compartment\nperson,date,seen_again,Seen again,?ເຫັນອີກ,plain,case\nperson,link case,last_case,Last case,?ຄະດີ,plain,case\nperson,select_multiple sex,several,Several,?ຫຼາຍ,plain,case\n')
  // what lists and figures go by: a filter more, one less, a figure of another day
  await change('screens.csv', /^(persons,,list,person,.*),sex province citizenship,/m, '$1,sex education citizenship,')
  await change('figures.csv', /$/, `seen_again,Seen again,?ເຫັນອີກ,person,person,\${education} = 'primary',seen_again,records,,,\n`)
  const loaded = await r.run('pack load', join(folder, 'pack'))
  equal(loaded.code, 0, loaded.err)
  await r.must('verify')
  await r.must('rebuild')
  await r.must('verify')
})
