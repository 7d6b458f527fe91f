// What goes wrong around the program: a second serve, a full disk, a lost database, files that cannot be opened.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Load } from '../load.mjs'
import { deepEqual, equal, home, long, match, measured, ok, onBothStores, postgres, program, records, same, skip, sleep, sukhwan, test, tool } from '../tool.mjs'

const root = process.getuid() === 0
async function until(what, ask, ms = 4000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (await ask()) return
  throw new Error(`${what}: not within ${ms} ms`)
}

test('a second serve of an SQLite register is refused; the first lives on, and its death frees it', async (t) => {
  const r = await t.register()
  const first = await r.serve()
  const second = await r.run('serve', '--listen', '127.0.0.1:0')
  equal(second.code, 1, second.err)
  match(second.err, /\.$/m)
  equal((await first.ask('GET', '/health')).status, 200)
  await first.kill('SIGKILL')
  const third = await r.serve()
  equal((await third.ask('GET', '/health')).status, 200)
  await third.stop()
})

test('several serve on one PostgreSQL, and each sees what another saved', async (t) => {
  t.store = 'postgres'
  const r = await t.register()
  const token = await r.token()
  const one = await r.serve(), two = await r.serve()
  for (let i = 0; i < 20; i++) {
    equal((await one.api(token)('POST', '/person', { key: `A${i}`, given_name: 'Bounthanh' })).status, 201)
    equal((await two.api(token)('PATCH', `/person/A${i}`, { version: 1, sex: 'male' })).status, 200)
    equal((await one.api(token)('GET', `/person/A${i}`)).body.sex, 'male')
  }
  await until('find on the other', async () => (await two.api(token)('GET', '/find?q=Bounthanh')).text.includes('A19'))
  await one.stop()
  await two.stop()
  await r.must('verify')
})

test('a port that is taken, told in a sentence', async (t) => {
  const r = await t.register(), other = await t.register()
  const server = await r.serve()
  const answer = await other.run('serve', '--listen', server.url.slice('http://'.length))
  equal(answer.code, 1, answer.err)
  match(answer.err, /\.$/m)
  await server.stop()
})

test('an address that is none is wrong usage', async (t) => {
  const r = await t.register()
  for (const where of ['foo', ':80', '127.0.0.1', '127.0.0.1:99999']) equal((await r.run('serve', '--listen', where)).code, 2, where)
})

onBothStores('who asks for more than fits is told so, and the next who asks is answered', async (t) => {
  const r = await t.register()
  const wide = '""'.repeat(65_000) // each of them two letters in JSON
  await r.mustTake('case', 'key,summary\n' + Array.from({ length: 1000 }, (_, i) => `K${i},"${wide}"\n`).join(''))
  const token = await r.token()
  const server = await r.serve(), api = server.api(token)
  for (let i = 0; i < 4; i++) {
    const large = await api('GET', '/case?limit=1000')
    equal(large.status, 503)
    equal((await api('GET', '/case?limit=1')).status, 200)
  }
  await server.stop()
})

onBothStores('serve follows what commands do beside it: records, names to find, users', async (t) => {
  const r = await t.register()
  const token = await r.token()
  const server = await r.serve()
  const api = server.api(token)
  await r.mustTake('person', 'key,given_name,family_name\nP1,Somsanouk,Vongphachanh\n')
  equal((await api('GET', '/person/P1')).body.given_name, 'Somsanouk')
  await until('find', async () => (await api('GET', '/find?q=Somsanouk+Vongphachanh')).text.includes('P1'), 2500)
  await r.mustTake('person', 'key,given_name,family_name\nP1,Khamphouvieng,Oudomdeth\n')
  await until('find by the new name', async () => (await api('GET', '/find?q=Khamphouvieng')).text.includes('P1'), 2500)
  await r.user('late')
  const other = (await r.must('user token', 'late')).trim()
  equal((await server.api(other)('GET', '/person/P1')).status, 200)
  // and commands run beside it while it saves
  const saves = Promise.all(Array.from({ length: 40 }, (_, i) => api('POST', '/person', { key: `S${i}` })))
  await r.mustTake('person', 'key\n' + Array.from({ length: 2000 }, (_, i) => `B${i}\n`).join(''))
  ok((await saves).every((one) => one.status === 201))
  await r.must('verify')
  await r.must('export', 'person')
  await server.stop()
})

test('a rebuild beside serve: what is served afterwards is right', async (t) => {
  const r = await (await t.register()).examples()
  const token = await r.token(), server = await r.serve(), api = server.api(token)
  await r.must('rebuild')
  equal((await api('GET', '/person/P-00001')).body.given_name, 'Palamy')
  equal((await api('POST', '/person', { key: 'NEW' })).status, 201)
  await server.stop()
  await r.must('verify')
})

onBothStores('a register of a newer version is left alone', async (t) => {
  const r = await t.register()
  const token = await r.token()
  const format = (await r.sql("select name from meta where value = '1' or name like '%format%' or name like '%version%'")).trim().split('\n')[0]
  ok(format, 'the register says no version of its own')
  await r.sql(`update meta set value = '99' where name = '${format}'`)
  const before = await r.dump()
  for (const command of [['export', 'person'], ['import', 'person', join(home, 'examples/person.csv')], ['serve', '--listen', '127.0.0.1:0'], ['rebuild'], ['find', 'x'], ['verify'],
    ['figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31']]) {
    const answer = await r.run(...command)
    equal(answer.code, 1, `${command.join(' ')}: ${answer.code} ${answer.err}`)
    match(answer.err, /newer/)
  }
  same(await r.dump(), before)
  ok(token)
})

test('files that cannot be opened are bad input', async (t) => {
  const r = await t.register()
  await writeFile(join(r.dir, 'settings'), 'nonsense\n')
  for (const command of [['verify'], ['export', 'person'], ['serve']]) equal((await r.run(...command)).code, 1)
  const other = await t.register()
  await rename(join(other.dir, 'register.db'), join(other.dir, 'gone.db'))
  for (const command of [['verify'], ['export', 'person'], ['serve', '--listen', '127.0.0.1:0']]) {
    const answer = await other.run(...command)
    equal(answer.code, 1, `${command}: ${answer.err}`)
    match(answer.err, /\.$/m)
  }
})

// As somebody who is not root: permissions mean nothing to root.
function asNobody(args, env = {}) {
  return sukhwan(['--reuid=65534', '--regid=65534', '--clear-groups', program, ...args], { command: 'setpriv', env })
}

test('a read-only register can be read, and says that it cannot be changed', async (t) => {
  if (!root) skip('only root can become somebody else')
  const r = await t.register()
  await r.mustTake('person', 'key,sex\nP1,female\n')
  await r.sql('pragma wal_checkpoint(truncate)')
  await tool('chown', '-R', '65534:65534', r.dir, r.dir + '.key')
  await tool('chmod', '-R', 'a-w', r.dir)
  const change = await asNobody(['import', r.dir, 'person', join(home, 'examples/person.csv')])
  equal(change.code, 1, change.err)
  match(change.err, /\.$/m)
  const reading = await asNobody(['export', r.dir, 'person'])
  equal(reading.code, 0, reading.err)
  ok(reading.out.includes('P1'), reading.out)
  const serving = await asNobody(['serve', r.dir, '--listen', '127.0.0.1:0'])
  equal(serving.code, 1, serving.err)
  await tool('chmod', '-R', 'u+w', r.dir)
  await r.must('verify')
})

test('a register of somebody else is bad input', async (t) => {
  if (!root) skip('only root can become somebody else')
  const r = await t.register()
  const answer = await asNobody(['export', r.dir, 'person'])
  equal(answer.code, 1, answer.err)
  match(answer.err, /\.$/m)
})

test('a full disk: a clear sentence, nothing lost, and on it goes when there is room', async (t) => {
  if (!root) skip('only root can mount a small disk')
  const disk = await t.folder()
  try { await tool('mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk) } catch { skip('no file system can be mounted here') }
  t.after(() => tool('umount', '-l', disk))
  const r = await t.register({ init: false })
  r.dir = join(disk, 'register')
  r.env.SUKHWAN_KEY_FILE = join(r.folder, 'k.key')
  await r.must('init', '--pack', join(home, 'packs/laos'))
  const token = await r.token()
  await r.mustTake('person', 'key,sex\nP1,female\n')
  const before = await r.export('person')
  const many = 'key,given_name\n' + Array.from({ length: 60_000 }, (_, i) => `M${i},Somebody with a rather long name ${i}\n`).join('')
  const big = await r.take('person', many)
  equal(big.code, 1, big.err)
  match(big.err, /\.$/m)
  equal(await r.export('person'), before)
  await r.must('verify')
  const file = join(disk, 'person.csv')
  await writeFile(file, 'as it was')
  await r.mustTake('person', 'key,nickname\n' + Array.from({ length: 40 }, (_, i) => `L${i},${'ຍາວ '.repeat(2000)}\n`).join(''))
  const server = await r.serve(), api = server.api(token)
  await writeFile(join(disk, 'filler'), Buffer.alloc(1 << 20)) // until nothing fits
  for (let i = 0, whole = true; whole && i < 64; i++) await writeFile(join(disk, `filler${i}`), Buffer.alloc(512 * 1024)).catch(() => { whole = false })
  const kept = []
  let refused
  for (let i = 0; i < 3000 && !refused; i++) {
    const answer = await api('POST', '/person', { key: `K${i}`, nickname: 'x'.repeat(2000) })
    if (answer.status === 201) kept.push(`K${i}`)
    else refused = answer
  }
  equal(refused?.status, 503, refused?.text)
  equal((await server.ask('GET', '/health')).status, 200)
  equal((await r.run('export', 'person', '--out', file)).code, 1)
  equal(await readFile(file, 'utf8'), 'as it was') // and nothing half-written beside it
  equal((await readdir(disk)).filter((name) => name.startsWith('person')).length, 1)
  await tool('sh', '-c', `rm ${disk}/filler*`)
  await until('room again', async () => (await api('POST', '/person', { key: 'AFTER' })).status === 201, 10_000)
  await server.stop()
  await r.must('verify')
  const out = await r.export('person')
  for (const key of [...kept, 'AFTER']) ok(out.includes(`\n${key},`), key)
})

// A PostgreSQL of the test's own, which it may end, and a register in it.
async function ownPostgres(t) {
  if (!postgres) skip('there is no PostgreSQL')
  const folder = join(await t.folder(), 'pg'), control = (word) => tool(join(home, 'tests/postgres'), word, folder)
  await mkdir(folder)
  const address = (await control('start')).trim()
  t.after(() => control('crash').catch(() => {}))
  const r = await t.register({ init: false, store: 'sqlite' })
  r.address = address
  await r.must('init', '--pack', join(home, 'packs/laos'), '--store', address)
  return { r, control }
}

test('a database that is ended within a group, its connections or as a whole: a sentence, nothing acknowledged is lost, and on it goes', async (t) => {
  const { r, control } = await ownPostgres(t), token = await r.token()
  const servers = [await r.serve(), await r.serve()], load = await new Load(servers, token).begin()
  const figures = { 'groups ended': 0, 'databases ended': 0 }, most = long ? 500 : 12
  load.patient = true
  load.start()
  for (let i = 0; i < most * 20 && figures['groups ended'] < most; i++) {
    figures['groups ended'] += Number(await r.sql(`select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null) ended`)) // who has written within a transaction
    if (i % 4 === 0) await load.more(4)
  }
  for (; figures['databases ended'] < (long ? 20 : 2); figures['databases ended']++) {
    await load.more(10)
    await control('crash')
    await sleep(100)
    await control('again')
  }
  ok(load.counts.refused > 0)
  load.patient = false // whoever comes now is served, without a second try
  await load.stop()
  for (const server of servers) for (let i = 0; i < 10; i++) equal((await server.ask('POST', '/person', { key: `BACK${i}-${server.pid}` }, token)).status, 201)
  load.start()
  await load.more(40)
  await load.stop()
  for (const one of load.told) match(JSON.parse(one.match(/ 503 ([^]*)$/)[1]).error, /^[A-Z][^]*\.$/)
  for (const server of servers) await server.stop()
  await load.holds(r, figures)
  ok(figures['groups ended'] >= most, `${figures['groups ended']} groups were ended`)
  load.end()
  const before = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), before)
})

test('PostgreSQL gone in the middle: a clear answer, and back when it is back, nothing lost', async (t) => {
  const { r, control } = await ownPostgres(t)
  const token = await r.token()
  const server = await r.serve(), api = server.api(token)
  const kept = []
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20; i++) {
      equal((await api('POST', '/person', { key: `P${round}-${i}` })).status, 201)
      kept.push(`P${round}-${i}`)
    }
    await control(round ? 'stop' : 'crash')
    for (const [method, path, body] of [['GET', '/person'], ['POST', '/person', { key: `LOST${round}` }], ['GET', '/person/P0-1']]) {
      const answer = await api(method, path, body)
      equal(answer.status, 503, `${method} ${path}: ${answer.text}`)
      ok(answer.text.length > 10)
    }
    equal((await server.ask('GET', '/health')).status, 503)
    const command = await r.run('export', 'person')
    equal(command.code, 1, command.err)
    match(command.err, /\.$/m)
    await control('again')
    for (let i = 0; i < 16; i++) equal((await api('GET', '/person')).status, 200) // on whichever thread, without a second try
    equal((await api('POST', '/person', { key: `BACK${round}` })).status, 201) // the first one, without a second try
    kept.push(`BACK${round}`)
  }
  await server.stop()
  const out = await r.export('person')
  for (const key of kept) ok(out.includes(`\n${key},`), key)
  ok(!out.includes('LOST0'))
  await r.must('verify')
})

test('nothing waits for a person: no command reads a terminal that is not there', async (t) => {
  const r = await t.register()
  for (const [code, ...command] of [[0, 'verify', r.dir], [0, 'export', r.dir, 'person'], [1, 'user', 'add', r.dir, 'noy', '--role', 'secretariat', '--unit', 'secretariat'], [1, 'init', r.dir]]) {
    const answer = await sukhwan(command, { limit: 5000 })
    equal(answer.code, code, `${command[0]}: ${answer.err}`)
  }
  deepEqual(records.length, 6)
})

test('SIGTERM ends serve within a second or two, after what it was doing', async (t) => {
  const r = await t.register()
  const token = await r.token(), server = await r.serve(), api = server.api(token)
  const saves = Array.from({ length: 30 }, (_, i) => api('POST', '/person', { key: `P${i}` }).catch(() => null))
  await sleep(30)
  const start = Date.now()
  await server.stop()
  ok(Date.now() - start < 5000)
  const acknowledged = (await Promise.all(saves)).map((answer, i) => (answer?.status === 201 ? `P${i}` : '')).filter(Boolean)
  const out = await r.export('person')
  for (const key of acknowledged) ok(out.includes(`\n${key},`), key)
})

measured('idle memory stays small', async (t) => {
  const r = await (await t.register()).examples()
  const token = await r.token(), server = await r.serve(), api = server.api(token)
  for (let i = 0; i < 200; i++) await api('GET', i % 2 ? '/person?limit=20' : `/person/P-00${100 + (i % 300)}`)
  await api('GET', '/figures/annual?from=2024-01-01&to=2024-12-31')
  const rollup = await readFile(`/proc/${server.pid}/smaps_rollup`, 'utf8')
  const anonymous = Number(rollup.match(/^Pss_Anon:\s+(\d+)/m)[1]) / 1024
  ok(anonymous < 64, `${anonymous} MiB`)
  await server.stop()
})

test('a pipe that is closed early ends an export quietly', async (t) => {
  const r = await (await t.register()).examples()
  const child = spawn('bash', ['-c', '"$0" export "$1" person | head -n 2', program, r.dir])
  let out = ''
  child.stdout.on('data', (part) => { out += part })
  await new Promise((done) => child.on('close', done))
  equal(out.split('\n').length, 3)
  await rm(join(r.folder, 'none'), { force: true })
  await chmod(r.dir, 0o700)
})
