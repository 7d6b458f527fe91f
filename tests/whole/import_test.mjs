// Import: every refusal of the contract, what is taken, what changes and what does not.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, onBothStores, program, records, same, sleep, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const day = (offset) => new Date(Date.now() + 7 * 3600_000 + offset * 86400_000).toISOString().slice(0, 10) // Vientiane's
const nextYear = String(Number(day(0).slice(0, 4)) + 1)
const K64 = 64 * 1024

// name, record, the file, where its faults are (LINE: COLUMN), a word of the sentence
const refusals = [
  ['bytes that are not UTF-8', 'person', Buffer.from('key,given_name\nP1,Noy\nP2,\xff\xfe\n', 'latin1'), ['3: (-|given_name)'], /UTF-8/],
  ['UTF-8 cut short', 'person', Buffer.from('key,given_name\nP2,\xe0\xba\n', 'latin1'), ['2: (-|given_name)'], /UTF-8/],
  ['an overlong form of UTF-8', 'person', Buffer.from('key,given_name\nP2,\xc0\xaf\n', 'latin1'), ['2: (-|given_name)'], /UTF-8/],
  ['a surrogate in UTF-8', 'person', Buffer.from('key,given_name\nP2,\xed\xa0\x80\n', 'latin1'), ['2: (-|given_name)'], /UTF-8/],
  ['bad UTF-8 in a key', 'person', Buffer.from('key,given_name\n\xff,Noy\n', 'latin1'), ['2: (-|key)'], /UTF-8/],
  ['bad UTF-8 in the header', 'person', Buffer.from('key,given\xff\nP1,Noy\n', 'latin1'), ['1: .*'], /./],
  ['NUL', 'person', 'key,given_name\nP1,No\0y\n', ['2: (-|given_name)'], /./],
  ['NUL alone in a line', 'person', 'key,given_name\nP1,Noy\n\0\n', ['3: (-|key)'], /./],
  ['too few cells', 'person', 'key,given_name,sex\nP1,Noy\nP2,Noy,female\n', ['2: -'], /2.*3/],
  ['too many cells', 'person', 'key,sex\nP1,female,more\n', ['2: -'], /3.*2/],
  ['an unknown column', 'person', 'key,shoe_size\nP1,37\n', ['1: shoe_size'], /shoe_size/],
  ['a column twice', 'person', 'key,sex,sex\nP1,female,male\n', ['1: sex'], /twice/],
  ['an unknown code', 'person', 'key,sex\nP1,female\nP2,woman\n', ['3: sex'], /woman/],
  ['a code in capitals', 'person', 'key,sex\nP1,Female\n', ['2: sex'], /Female/],
  ['one unknown code of several', 'case', 'key,forms\nK1,forced_labour slavery\n', ['2: forms'], /slavery/],
  ['two codes where one may stand', 'person', 'key,sex\nP1,female male\n', ['2: sex'], /./],
  ['an unknown province', 'person', 'key,province\nP1,LA-QQ\n', ['2: province'], /LA-QQ/],
  ['a province of another country', 'case', 'key,province\nK1,TH-10\n', ['2: province'], /TH-10/],
  ['an unknown country', 'person', 'key,citizenship\nP1,LA XX\n', ['2: citizenship'], /XX/],
  ['a country in three letters', 'return', 'key,person,from_country\nR1,P0,THA\n', ['2: from_country'], /THA/],
  ['an unknown parent', 'service', 'key,person,type\nS1,P0,food\nS2,P404,food\n', ['3: person'], /P404/],
  ['an unknown case', 'involvement', 'key,case,person\nI1,K404,P0\n', ['2: case'], /K404/],
  ['a date that does not exist', 'case', 'key,opened\nK1,2024-02-30\n', ['2: opened'], /2024-02-30/],
  ['29 February of a common year', 'person', 'key,born\nP1,2023-02-29\n', ['2: born'], /2023-02-29/],
  ['29 February 1900', 'person', 'key,born\nP1,1900-02-29\n', ['2: born'], /1900-02-29/],
  ['month 13', 'person', 'key,born\nP1,1999-13\n', ['2: born'], /1999-13/],
  ['day 0', 'person', 'key,born\nP1,1999-01-00\n', ['2: born'], /1999-01-00/],
  ['a date in another order', 'person', 'key,born\nP1,31/01/1999\n', ['2: born'], /./],
  ['a date with a time where none belongs', 'person', 'key,born\nP1,1999-01-31T10:00\n', ['2: born'], /./],
  ['an impossible time of day', 'contact', 'key,at\nC1,2024-05-05T24:61\n', ['2: at'], /./],
  ['tomorrow', 'case', `key,opened\nK1,${day(1)}\n`, ['2: opened'], /future/],
  ['next year', 'person', `key,born\nP1,${nextYear}\n`, ['2: born'], /future/],
  ['a month to come', 'person', `key,born\nP1,${nextYear}-01\n`, ['2: born'], /future/],
  ['a contact to come', 'contact', `key,at\nC1,${day(1)}T00:01\n`, ['2: at'], /future/],
  ['reached_female over reached', 'contact', 'key,at,reached,reached_female\nC1,2024-01-01,3,4\n', ['2: reached_female'], /./],
  ['a number with letters', 'contact', 'key,reached\nC1,twelve\n', ['2: reached'], /twelve/],
  ['a negative count', 'contact', 'key,reached\nC1,-3\n', ['2: reached'], /-3/],
  ['a number beyond all bounds', 'contact', 'key,reached\nC1,99999999999999999999999\n', ['2: reached'], /./],
  ['a key twice, told at the second', 'person', 'key,sex\nP1,female\nP2,male\nP1,female\n', ['4: key'], /P1.* 2/],
  ['a missing key', 'person', 'key,sex\n,female\n', ['2: key'], /./],
  ['no header', 'person', 'P1,Noy,Souk\nP2,Mali,Souk\n', ['1: .*'], /./],
  ['an empty file', 'person', '', ['1: .*'], /./],
  ['only empty lines', 'person', '\n\n\n', ['1: .*'], /./],
  ['no column key', 'person', 'given_name,sex\nNoy,female\n', ['1: key'], /key/],
  ['a cell over 64 KiB', 'case', `key,title\nK1,fine\nK2,${'x'.repeat(K64 + 1)}\n`, ['3: (title|-)'], /64/],
  ['a quoted cell over 64 KiB', 'case', `key,title\nK2,"${'x\n'.repeat(K64 / 2 + 1)}"\n`, ['2: (title|-)'], /64/],
  ['a line over 1 MiB', 'case', `key,title\nK1,fine\n${'K2,'.padEnd(1024 * 1024 + 1, ',x')}\nK3,fine\n`, ['3: -'], /./],
  ['a quote that is never closed', 'person', 'key,given_name\nP1,"Noy\nP2,Mali\n', ['2: .*'], /./],
  ['text behind a closed quote', 'person', 'key,given_name\nP1,"Noy"x\n', ['2: .*'], /./],
  ['several faults of several lines, all at once', 'person', 'key,sex,born,province\nP1,woman,1999-02-30,LA-QQ\nP2,female,,\nP3,,2999,\n',
    ['2: sex', '2: born', '2: province', '4: born'], /./],
]

for (const [name, record, text, faults, words] of refusals) {
  test(`refused with nothing written: ${name}`, async (t) => {
    const r = await t.register()
    await r.mustTake('person', 'key\nP0\n')
    const before = await r.dump()
    const file = join(r.folder, 'in.csv')
    await writeFile(file, text)
    for (const options of [[], ['--dry-run'], ['--format', 'json']]) {
      const answer = await r.run('import', record, file, ...options)
      equal(answer.code, 1, answer.err)
      const lines = answer.err.split('\n').filter((line) => line.startsWith(file) && !line.includes(': warning: '))
      for (const [i, fault] of faults.entries()) match(lines[i] ?? '(no line)', new RegExp(`^${file}:${fault}: .+[.;]`))
      if (name !== 'no header') equal(lines.length, faults.length, answer.err)
      match(answer.err, words)
      if (options[1] !== 'json') continue
      const told = JSON.parse(answer.out)
      deepEqual([told.created, told.changed, told.unchanged], [0, 0, 0])
      equal(told.rejected.length, lines.length)
      for (const [i, one] of told.rejected.entries()) {
        match(lines[i], new RegExp(`:${one.line}: ${one.column}: `))
        deepEqual(Object.keys(one), ['line', 'column', 'value', 'message'])
      }
    }
    same(await r.dump(), before)
  })
}

onBothStores('--keep-good keeps the good lines, tells the others and exits 1', async (t) => {
  const r = await t.register()
  const text = 'key,sex,born\nP1,female,2001\nP2,woman,2002\nP3,male,1999-02-30\nP4,male,1999-02\nP1,male,1999\n,male,\nP5\nP6,other,\n'
  const dry = await r.take('person', text, '--keep-good', '--dry-run', '--format', 'json')
  const answer = await r.take('person', text, '--keep-good', '--format', 'json')
  equal(answer.code, 1)
  const told = JSON.parse(answer.out)
  deepEqual([told.created, told.changed, told.unchanged], [3, 0, 0])
  deepEqual(told.rejected.map((one) => [one.line, one.column, one.value]),
    [[3, 'sex', 'woman'], [4, 'born', '1999-02-30'], [6, 'key', 'P1'], [7, 'key', ''], [8, '-', '']])
  equal(answer.err.split('\n').filter((line) => /^in\.csv:\d+: \S+: /.test(line)).length, 5)
  deepEqual([dry.code, JSON.parse(dry.out)], [1, told])
  deepEqual((await r.export('person')).split('\n').slice(1).map((line) => line.split(',')[0]), ['P1', 'P4', 'P6', ''])
  const clean = await r.take('person', 'key,sex\nP7,male\n', '--keep-good')
  equal(clean.code, 0)
})

onBothStores('--dry-run counts and writes nothing', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,sex\nP1,female\nP2,male\n')
  const before = await r.entries()
  const answer = await r.mustTake('person', 'key,sex\nP1,female\nP2,female\nP3,male\n', '--dry-run', '--format', 'json')
  deepEqual(JSON.parse(answer.out), { created: 1, changed: 1, unchanged: 1, rejected: [] })
  equal(await r.entries(), before)
})

onBothStores('the same file twice changes nothing, and writes no entry', async (t) => {
  const r = await (await t.register()).examples()
  const before = await r.entries()
  for (const record of records) {
    const answer = await r.run('import', record, join(home, 'examples', `${record}.csv`), '--format', 'json')
    equal(answer.code, 0)
    const told = JSON.parse(answer.out)
    deepEqual([told.created, told.changed], [0, 0])
    ok(told.unchanged > 100)
  }
  equal(await r.entries(), before)
})

onBothStores('a missing column leaves the value, an empty cell clears it', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,given_name,sex,born,citizenship,province,phone\nP1,Noy,female,2001-05,LA TH,LA-VT,020 1\n')
  await r.mustTake('person', 'key,sex\nP1,other\n')
  match(await r.export('person'), /^P1,Noy,,,other,2001-05,LA TH,LA-VT,020 1$/m)
  const answer = await r.mustTake('person', 'phone,key,citizenship,given_name,born,province\n,P1,,,,\n', '--format', 'json')
  deepEqual(JSON.parse(answer.out), { created: 0, changed: 1, unchanged: 0, rejected: [] })
  match(await r.export('person'), /^P1,,,,other,,,,$/m)
  await r.mustTake('person', 'key,sex\nP1,\n')
  match(await r.export('person'), /^P1,,,,,,,,$/m)
})

onBothStores('a byte order mark, CRLF, any order of columns, quotes and a last line without an end are taken', async (t) => {
  const r = await t.register()
  await r.mustTake('person', '\ufeffsex,key,given_name\r\nfemale,P1,"ນ້ອຍ ""Noy"", of\r\nPakse"\r\n\r\nmale,P2,Mali')
  await r.mustTake('person', '\ufeff"key","sex"\n"P3","female"\n')
  const out = await r.export('person', '--format', 'json')
  const rows = JSON.parse(out)
  const items = rows.items ?? rows
  deepEqual(items.map((one) => [one.key, one.sex]), [['P1', 'female'], ['P2', 'male'], ['P3', 'female']])
  match(items[0].given_name, /^ນ້ອຍ "Noy", of\r?\nPakse$/)
})

onBothStores('dates of every precision are taken as given, today too; a moment has its zone', async (t) => {
  const r = await t.register()
  const now = new Date(Date.now() - 60_000)
  const vientiane = new Date(now.getTime() + 7 * 3600_000).toISOString().slice(0, 16)
  await r.mustTake('person', `key,born\nP1,2001\nP2,2001-02\nP3,2004-02-29\nP4,${day(0)}\nP5,${day(0).slice(0, 7)}\nP6,${day(0).slice(0, 4)}\n`)
  await r.mustTake('contact', `key,at\nC1,${vientiane}\nC2,${now.toISOString().slice(0, 16)}Z\nC3,2024\nC4,2024-05-05\nC5,2023-12-31T23:30+07:00\n`)
  const people = await r.export('person')
  for (const born of ['P1,,,,,2001,', 'P2,,,,,2001-02,', 'P3,,,,,2004-02-29,', `P4,,,,,${day(0)},`]) ok(people.includes(born), born)
  const contacts = await r.export('contact')
  for (const at of [`C1,${vientiane},`, `C2,${now.toISOString().slice(0, 16)}Z,`, 'C3,2024,', 'C5,2023-12-31T23:30+07:00,']) ok(contacts.includes(at), at)
  equal((await r.take('contact', `key,at\nC9,${new Date(now.getTime() + 600_000 + 7 * 3600_000).toISOString().slice(0, 16)}\n`)).code, 0)
})

test('the implausible is taken with a warning: identified before the case opened, a suspect of nine', async (t) => {
  const r = await t.register()
  await r.mustTake('case', 'key,opened\nK1,2024-06-01\n')
  await r.mustTake('person', 'key,born\nP1,2015-03-01\nP2,1990\n')
  const early = await r.mustTake('involvement', 'key,case,person,part,identified\nI1,K1,P2,victim,2024-05-31\n')
  match(early.err, /in\.csv:2: identified: .*\./)
  const young = await r.mustTake('involvement', 'key,case,person,part,arrested\nI2,K1,P1,suspect,2024-07-01\n')
  match(young.err, /in\.csv:2: \S+: .*\./)
  const plain = await r.mustTake('involvement', 'key,case,person,part,identified\nI3,K1,P2,victim,2024-06-01\n')
  equal(plain.err, '')
  equal((await r.export('involvement')).split('\n').length, 5)
})

onBothStores('a case names its persons by key, and a link may be moved and cleared', async (t) => {
  const r = await t.register()
  await r.mustTake('case', 'key\nK1\nK2\n')
  await r.mustTake('person', 'key\nP1\nP2\n')
  await r.mustTake('involvement', 'key,case,person,part\nI1,K1,P1,victim\n')
  await r.mustTake('involvement', 'key,case,person\nI1,K2,P2\n')
  match(await r.export('involvement'), /^I1,K2,P2,victim,,$/m)
  await r.must('verify')
})

async function peak(pid) { // the most memory it ever held of its own, in MiB
  try { return Number((await readFile(`/proc/${pid}/status`, 'utf8')).match(/VmHWM:\s+(\d+)/)?.[1] ?? 0) / 1024 } catch { return 0 }
}

test('a line of a gigabyte is one fault, within little memory', async (t) => {
  const r = await t.register()
  const file = await r.write('make.sh', `(printf 'key,title\\nK1,fine\\n'; head -c 1G /dev/zero | tr '\\0' x; printf '\\nK3,fine\\n') | "$@"\n`)
  const child = spawn('bash', [join(r.folder, file), program, 'import', r.dir, 'case', '/dev/stdin', '--keep-good'], { stdio: ['ignore', 'pipe', 'pipe'], cwd: r.folder })
  let err = '', most = 0, over = false
  child.stderr.on('data', (part) => { err += part })
  const ended = new Promise((done) => child.on('close', (code) => { over = true; done(code) }))
  while (!over) {
    const children = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '')).split(' ')
    for (const pid of [child.pid, ...children.filter(Boolean)]) most = Math.max(most, await peak(pid))
    await sleep(50)
  }
  equal(await ended, 1)
  match(err, /^\/dev\/stdin:3: -: .+\.$/m)
  equal(err.split('\n').filter((line) => line.startsWith('/dev/stdin:')).length, 1, err)
  ok(most > 1 && most < 400, `it took ${most} MiB`)
  match(await r.export('case'), /^K1,.*\nK3,/m)
})

test('a hundred thousand lines go through in little memory, and go on being told of', async (t) => {
  const r = await t.register()
  const lines = ['key,given_name,sex,born']
  for (let i = 0; i < 100_000; i++) lines.push(`P${i},Noy${i},female,19${10 + (i % 90)}`)
  const answer = await r.runWith({ limit: 300_000 }, 'import', 'person', await r.write('many.csv', lines.join('\n')), '--format', 'json')
  equal(answer.code, 0, answer.err)
  equal(JSON.parse(answer.out).created, 100_000)
  equal((await r.export('person')).split('\n').length, 100_002)
})

onBothStores('the same old file after a colleague filled what it leaves empty: her words stay, and are told', async (t) => {
  const r = await t.register()
  const file = 'key,given_name,phone,safe_contact,sex\nP1,Noy,,,female\nP2,Mali,020 2,,\n'
  await r.mustTake('person', file)
  const token = await r.token('vong'), server = await r.serve(), api = server.api(token)
  const patched = await api('PATCH', '/person/P1', { version: 1, phone: '020 5551', safe_contact: 'only her sister, after dark' })
  equal(patched.status, 200, patched.text)
  await server.stop()
  const before = await r.entries()
  for (const options of [['--dry-run'], []]) {
    const again = await r.mustTake('person', file, ...options, '--format', 'json')
    const told = JSON.parse(again.out)
    deepEqual(Object.keys(told), ['created', 'changed', 'unchanged', 'rejected', 'kept'])
    deepEqual([told.created, told.changed, told.unchanged, told.rejected], [0, 0, 2, []])
    deepEqual(told.kept.map((one) => [one.line, one.column, one.value]), [[2, 'phone', ''], [2, 'safe_contact', '']])
    match(again.err, /^in\.csv:2: phone: warning: kept: vong wrote '020 5551' here on \d{4}-\d\d-\d\d, .*\.$/m)
    match(again.err, /^in\.csv:2: safe_contact: warning: kept: vong wrote 'only her sister, after dark' .*\.$/m)
    equal(again.err.split('\n').length, 3)
  }
  equal(await r.entries(), before)
  match((await r.mustTake('person', file)).out, /^0 created, 0 changed, 2 unchanged, 0 refused\.\n2 values that somebody wrote since were kept; --overwrite /)
  const over = await r.mustTake('person', file, '--overwrite', '--format', 'json')
  deepEqual(JSON.parse(over.out), { created: 0, changed: 1, unchanged: 1, rejected: [] })
  match(await r.export('person'), /^P1,Noy,,,female,,,,$/m)
})

onBothStores('a case moved on and its link moved since: the old file with states changes neither', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key\nP1\nP2\n')
  await r.mustTake('case', 'key,title,state,province,forms\nK1,one,reported,LA-VT,forced_labour\nK2,two,reported,LA-VT,\n')
  await r.mustTake('involvement', 'key,case,person,part\nI1,K1,P1,victim\n')
  const token = await r.token('vong'), server = await r.serve(), api = server.api(token)
  const moves = (await r.sql('select text from sheets where path = \'moves.csv\'')).match(/^case,(\w+),[^\n]*,reported,(\w+),/m)
  const page = new Visitor(server)
  await page.signIn({ name: 'vong', password: 'correct horse battery' })
  await page.get('/case/K1')
  equal((await page.post('/case/K1/move', { move: moves[1], _version: '1', version: '1' })).status, 303)
  equal((await api('GET', '/case/K1')).body.state, moves[2])
  equal((await api('PATCH', '/case/K1', { version: 2, province: 'LA-BK', forms: 'forced_labour forced_marriage' })).status, 200)
  equal((await api('PATCH', '/involvement/I1', { version: 1, person: 'P2' })).status, 200)
  await server.stop()
  const cases = await r.mustTake('case', 'key,title,state,province,forms\nK1,one,reported,LA-VT,forced_labour\nK2,zwei,reported,LA-VT,\n', '--format', 'json')
  const told = JSON.parse(cases.out)
  deepEqual([told.created, told.changed, told.unchanged], [0, 1, 1])
  deepEqual(told.kept.map((one) => [one.line, one.column, one.value]), [[2, 'province', 'LA-VT'], [2, 'forms', 'forced_labour'], [2, 'state', 'reported']])
  const links = JSON.parse((await r.mustTake('involvement', 'key,case,person,part\nI1,K1,P1,victim\n', '--format', 'json')).out)
  deepEqual([links.unchanged, links.kept.map((one) => [one.column, one.value])], [1, [['person', 'P1']]])
  match(await r.export('case'), /^K1,,,LA-BK,forced_labour forced_marriage,one\nK2,,,LA-VT,,zwei$/m)
  equal((await r.sql(`select state from "case" where key = 'K1'`)).trim(), moves[2])
  match(await r.export('involvement'), /^I1,K1,P2,victim/m)
})

test('what nobody wrote since is cleared and changed by the same words as ever, without a word of keeping', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key,phone,safe_contact\nP1,020 1,by letter\nP2,020 2,\n')
  const answer = await r.mustTake('person', 'key,phone,safe_contact\nP1,,\nP2,020 3,\n', '--format', 'json')
  deepEqual([JSON.parse(answer.out), answer.err], [{ created: 0, changed: 2, unchanged: 0, rejected: [] }, ''])
  match(await r.export('person'), /^P1,,,,,,,,$/m)
})

onBothStores('lines that link to lines before them, in the same handful and in an earlier one', async (t) => {
  const r = await t.register()
  const line = (i) => `A${i},Agreement ${i},${i ? `A${i - (i % 3 ? 1 : Math.min(i, 250))}` : ''}`
  const text = `key,title,under\n${Array.from({ length: 450 }, (_, i) => line(i)).join('\n')}\n`
  const counts = async (file) => {
    const { created, changed, unchanged, rejected } = JSON.parse((await r.take('agreement', file, '--keep-good', '--format', 'json')).out)
    return [created, changed, unchanged, rejected.map((one) => [one.line, one.column])]
  }
  deepEqual(await counts(text), [450, 0, 0, []])
  match(await r.export('agreement'), /^A449,.*,A448$/m)
  match(await r.export('agreement'), /^A447,.*,A197$/m)
  deepEqual(await counts(text), [0, 0, 450, []])
  // Not to lines that come later, though they stand in the same handful.
  deepEqual(await counts('key,title,under\nB1,x,B2\nB2,x,A0\nB3,x,B2\n'), [2, 0, 0, [[2, 'under']]])
})

onBothStores('many faults of many lines are told in the order of the lines, those of cells and those of links', async (t) => {
  const r = await t.register()
  await r.mustTake('person', 'key\nP0\n')
  const lines = Array.from({ length: 500 }, (_, i) => `I${i},${i % 5 === 1 ? 'P404' : 'P0'},${i % 5 === 3 ? 'nothing' : 'food'}`)
  const answer = await r.take('service', `key,person,type\n${lines.join('\n')}\n`, '--format', 'json')
  const told = JSON.parse(answer.out).rejected.map((one) => [one.line, one.column])
  const wanted = lines.flatMap((_, i) => (i % 5 === 1 ? [[i + 2, 'person']] : i % 5 === 3 ? [[i + 2, 'type']] : []))
  deepEqual(told, wanted)
})
