// Making a register, its key and its users; usage, help and exit codes.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, onBothStores, sukhwan, test, tool } from '../tool.mjs'

const mode = async (path) => ((await stat(path)).mode & 0o777).toString(8)

onBothStores('init makes the folder and the key beside it, both for the owner alone', async (t) => {
  const r = await t.register()
  equal(await mode(r.dir), '700')
  equal(await mode(r.dir + '.key'), '600')
  const key = (await readFile(r.dir + '.key', 'utf8')).trim()
  for (const name of await readdir(r.dir, { withFileTypes: true })) {
    if (name.isFile()) ok(!(await readFile(join(r.dir, name.name))).includes(key), `the key lies in ${name.name}`)
  }
  equal(existsSync(join(r.dir, 'register.db')), !r.address)
})

test('SUKHWAN_KEY_FILE names the key: made where there is none, used where there is one', async (t) => {
  const r = await t.register({ init: false })
  const file = join(r.folder, 'elsewhere.key')
  r.env.SUKHWAN_KEY_FILE = file
  await r.must('init', '--pack', join(home, 'packs/laos'))
  equal(await mode(file), '600')
  ok(!existsSync(r.dir + '.key'))
  const key = await readFile(file, 'utf8')
  const other = await t.register({ init: false })
  other.env.SUKHWAN_KEY_FILE = file
  await other.must('init', '--pack', join(home, 'packs/laos'))
  equal(await readFile(file, 'utf8'), key)
  await other.examples()
})

onBothStores('a second init is refused and touches nothing', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,sex\nP1,female\n')
  const again = await r.run('init', '--pack', join(home, 'packs/laos'), ...(r.address ? ['--store', r.address] : []))
  equal(again.code, 1, again.err)
  match(again.err, /\.\n$/)
  match(await r.export('person'), /^P1,/m)
})

onBothStores('a register whose store holds another one is refused', async (t) => {
  const r = await t.register()
  const other = await t.register({ init: false, store: 'sqlite' })
  if (!r.address) return
  const answer = await other.run('init', '--pack', join(home, 'packs/laos'), '--store', r.address)
  equal(answer.code, 1, answer.err)
  await r.must('verify')
})

test('init refuses a folder with other things in it, a missing pack and a store that does not answer', async (t) => {
  const r = await t.register({ init: false })
  equal((await r.run('init', '--pack', join(r.folder, 'nothing'))).code, 1)
  ok(!existsSync(r.dir))
  const gone = await r.run('init', '--pack', join(home, 'packs/laos'), '--store', 'postgres://nobody@127.0.0.1:1/none')
  equal(gone.code, 1, gone.err)
  const file = join(r.folder, 'a-file')
  await writeFile(file, 'mine')
  equal((await sukhwan(['init', file, '--pack', join(home, 'packs/laos')])).code, 1)
  equal(await readFile(file, 'utf8'), 'mine')
})

test('a missing, wrong, unreadable or foreign unlock key is bad input, told in a sentence', async (t) => {
  const r = await (await t.register()).examples()
  const key = await readFile(r.dir + '.key', 'utf8')
  const token = await r.token()
  const wrong = [() => rm(r.dir + '.key'), () => writeFile(r.dir + '.key', 'f'.repeat(64) + '\n', { mode: 0o600 }), () => writeFile(r.dir + '.key', 'short\n'),
    () => writeFile(r.dir + '.key', '')]
  for (const spoil of wrong) {
    await spoil()
    for (const command of [['export', 'person'], ['find', 'Noy'], ['serve', '--listen', '127.0.0.1:0'], ['user token', 'keo'], ['rebuild'],
      ['import', 'person', join(home, 'examples/person.csv')]]) {
      const answer = await r.run(...command)
      equal(answer.code, 1, `${command.join(' ')}: ${answer.code} ${answer.err}`)
      match(answer.err, /key/)
    }
    equal((await r.run('verify')).code, 0) // verify needs none
  }
  await writeFile(r.dir + '.key', key)
  await r.must('export', 'person')
  ok(token)
})

test('users: a role and a unit of the pack, a password that is long enough; a name that is there only with --replace', async (t) => {
  const r = await t.register()
  await r.user('keo')
  const add = (input, ...args) => r.runWith({ input }, 'user add', ...args)
  const good = ['--role', 'secretariat', '--unit', 'secretariat']
  equal((await add('correct horse battery\n', 'noy', '--role', 'king', '--unit', 'secretariat')).code, 1)
  equal((await add('correct horse battery\n', 'noy', '--role', 'secretariat', '--unit', 'nowhere')).code, 1)
  equal((await add('', 'noy', ...good)).code, 1)
  equal((await add('\n', 'noy', ...good)).code, 1)
  equal((await add('abc\n', 'noy', ...good)).code, 1)
  equal((await r.run('user add', 'noy', ...good)).code, 1) // no terminal, nothing to read: it does not wait
  equal((await add('correct horse battery\n', 'noy', '--role', 'secretariat')).code, 2)
  equal((await add('correct horse battery without an end of line', 'noy', ...good)).code, 0)
  equal((await add('another horse battery\n', 'noy', ...good)).code, 1)
  const older = (await r.must('user token', 'noy')).trim()
  const server = await r.serve()
  equal((await server.api(older)('GET', '/person')).status, 200)
  equal((await add('another horse battery\n', 'noy', ...good, '--replace')).code, 0)
  equal((await server.api(older)('GET', '/person')).status, 401)
  await server.stop()
  equal(await r.sql('select count(*) from users'), '2\n')
  equal((await r.run('user token', 'nobody')).code, 1)
  const token = (await r.must('user token', 'noy')).trim()
  ok(token.length >= 32)
  ok(!(await r.dump()).includes(token), 'the token lies in the store')
  ok(!(await r.dump()).includes('correct horse'), 'the password lies in the store')
})

test('help comes from the command table, everywhere', async () => {
  const all = await sukhwan(['--help'])
  equal(all.code, 0)
  const commands = ['init', 'serve', 'import', 'export', 'figures', 'find', 'user add', 'user token', 'verify', 'rebuild', 'pack check', 'pack load', 'version']
  for (const command of commands) {
    match(all.out, new RegExp(`^sukhwan ${command}\\b`, 'm'))
    const one = await sukhwan([...command.split(' '), '--help'])
    equal(one.code, 0)
    match(one.out, new RegExp(`^sukhwan ${command}\\b`))
  }
  match((await sukhwan(['version'])).out, /^sukhwan \d+\.\d+\.\d+\n$/)
})

test('--version answers as version does, and refuses what version refuses', async () => {
  for (const more of [[], ['x'], ['--help'], ['--colour']]) {
    const [one, other] = [await sukhwan(['version', ...more]), await sukhwan(['--version', ...more])]
    deepEqual([other.code, other.out, other.err], [one.code, one.out, one.err], more.join())
  }
  match((await sukhwan(['--version'])).out, /^sukhwan \d+\.\d+\.\d+\n$/)
})

test('help COMMAND tells what COMMAND --help tells, of one command or of several that begin alike', async () => {
  for (const command of ['figures', 'user add', 'pack'])
    equal((await sukhwan(['help', ...command.split(' ')])).out, (await sukhwan([...command.split(' '), '--help'])).out)
  match((await sukhwan(['help', 'user'])).out, /^sukhwan user add [^\n]+\n(sukhwan user \w+ DIR[^\n]*\n)+sukhwan user token DIR NAME \[--days N\]\n$/)
  const none = await sukhwan(['help', 'dance'])
  deepEqual([none.code, none.out], [2, ''])
  match(none.err, /there is no command dance\./)
})

test('a wrong command line is told with the word that is wrong or lacks', async (t) => {
  const r = await t.register()
  for (const [args, says] of [[['figures', r.dir, 'annual', '--form', '2024-01-01'], 'there is no option --form.'], [['export', r.dir, 'person', '--colour=red'], 'there is no option --colour.'],
    [['import', r.dir, 'person'], 'something is missing: FILE.csv'], [['rebuild'], 'something is missing: DIR [OUT]'], [['verify', r.dir, 'twice'], 'this is too much: twice'],
    [['serve', r.dir, '--host'], '--host lacks its value.'], [['pack', 'load', r.dir, 'x', '--dry-run=yes'], '--dry-run takes no value.'], [['user'], 'say what to do with user:']])
    equal((await sukhwan(args)).err.split('\n')[0], `sukhwan: ${says}`)
  for (const [role, unit, says] of [['secretar', 'secretariat', 'There is no role secretar in the pack: its sheet roles.csv names them.'], ['secretariat', 'nowhere', 'There is no unit nowhere in the pack: its sheet units.csv names them.']])
    equal((await r.runWith({ input: 'correct horse battery\n' }, 'user add', 'keo', '--role', role, '--unit', unit)).err, `sukhwan: ${says}\n`)
  equal((await r.run('export', 'persons')).err, 'sukhwan: There is no record type persons in the pack: its sheet records.csv names them.\n')
})

test('wrong usage exits 2 and says how to call', async (t) => {
  const r = await t.register()
  const wrong = [[], ['dance'], ['init'], ['import', r.dir], ['import', r.dir, 'person'], ['export', r.dir], ['figures', r.dir, 'annual'],
    ['find', r.dir], ['find', r.dir, 'a', 'b'], ['user'], ['user', 'add', r.dir], ['verify'], ['verify', r.dir, 'x'], ['rebuild', r.dir, 'out'],
    ['rebuild', r.dir, '--to', '3'], ['pack'], ['pack', 'check'], ['pack', 'load', r.dir], ['export', r.dir, 'person', '--format', 'xml'],
    ['export', r.dir, 'person', '--colour'], ['import', r.dir, 'person', 'x.csv', '--format'], ['version', 'x']]
  for (const args of wrong) {
    const answer = await sukhwan(args)
    equal(answer.code, 2, `${args.join(' ')}: ${answer.code} ${answer.err}`)
    match(answer.err, /^sukhwan/)
    equal(answer.out, '')
  }
})

test('an option with a value that cannot be is wrong usage', async (t) => {
  const r = await t.register()
  for (const args of [['figures', 'annual', '--from', '2024-02-30', '--to', '2024-12-31'], ['figures', 'annual', '--from', '2025-01-01', '--to', '2024-12-31'],
    ['figures', 'annual', '--from', '2024', '--to', '2024-12-31'], ['find', 'x', '--limit', '0'], ['find', 'x', '--limit', 'many'], ['serve', '--listen', 'nowhere'],
    ['serve', '--listen', '127.0.0.1:99999'], ['rebuild', 'out', '--to', 'yesterday']]) {
    const answer = await r.run(...args)
    ok(args[0] === 'serve' ? answer.code === 1 || answer.code === 2 : answer.code === 2, `${args.join(' ')}: ${answer.code} ${answer.err}`)
    match(answer.err, /\./)
  }
})

test('no register, no such record, no such table: bad input', async (t) => {
  const r = await t.register()
  const bad = [['export', join(r.folder, 'none'), 'person'], ['verify', join(r.folder, 'none')], ['serve', join(r.folder, 'none')],
    ['export', r.dir, 'ghost'], ['import', r.dir, 'ghost', '/dev/null'], ['figures', r.dir, 'ghost', '--from', '2024-01-01', '--to', '2024-12-31'],
    ['find', r.dir, '--batch', join(r.folder, 'none.txt')], ['import', r.dir, 'person', join(r.folder, 'none.csv')], ['import', r.dir, 'person', r.folder],
    ['import', r.dir, 'person', '/dev/null', '--map', 'ghost'], ['export', r.dir, 'person', '--out', join(r.folder, 'none/x.csv')], ['pack', 'check', join(r.folder, 'none')]]
  for (const args of bad) {
    const answer = await sukhwan(args)
    equal(answer.code, 1, `${args.join(' ')}: ${answer.code} ${answer.err}`)
    ok(answer.err.length > 10)
  }
})

test('the yardsticks of the bench ask of the tables as they are', async (t) => {
  const r = await t.register({ store: 'sqlite' }), folder = await t.folder()
  for (const name of ['bare_import', 'bare_sqlite']) await tool('gcc', '-std=gnu17', '-D_GNU_SOURCE', join(home, `bench/${name}.c`), '-o', join(folder, name), '-lsqlite3')
  const file = join(r.dir, 'register.db')
  ok(Number(await tool(join(folder, 'bare_import'), file, '3000')) > 0)
  for (const what of ['list', 'case', 'save']) ok(Number(await tool(join(folder, 'bare_sqlite'), file, what, '3000', '0.02')) > 0, what)
})
