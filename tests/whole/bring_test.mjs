// Bringing a table in by page: looked at first, kept sealed meanwhile, written when it is said so.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { countsSeconds, deepEqual, equal, home, match, measured, ok, onBothStores, sleep, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

class Bringer extends Visitor {
  async come(who) {
    await this.signIn(who)
    await this.get('/import')
    return this
  }
  // The form with a file, as a browser sends it.
  look(what, text, file = 'in.csv') {
    this.token ??= this.csrf
    const body = new FormData()
    for (const [name, value] of Object.entries({ _csrf: this.token, what })) body.append(name, value)
    body.append('file', new Blob([text]), file)
    return this.ask('POST', '/import', { body })
  }
  get fields() { return Object.fromEntries([...this.text.matchAll(/<input type='hidden' name='([^']+)' value='([^']*)'>/g)].map(([, name, value]) => [name, value])) }
  write(more = {}) { return this.post('/import', { ...this.fields, _csrf: this.token, ...more }) }
}

async function served(t) {
  const r = await t.register()
  const who = await r.user('keo')
  const server = await r.serve()
  return { r, who, server, page: await new Bringer(server).come(who) }
}
const kept = (r) => readdir(join(r.dir, 'uploads')).catch(() => [])
const count = async (r, record) => Number(await r.sql(`select count(*) from "${record}"`))

// ---- nothing to write ---------------------------------------------------------------------------------

for (const [name, record, text] of [
  ['a person of an unknown sex', 'person', 'key,sex\nP1,woman\n'],
  ['two cases of days that never were', 'case', 'key,title,opened\nK1,one,2024-02-30\nK2,two,2999-01-01\n'],
]) {
  test(`of a table without a good line nothing is offered, and nothing said to be brought in: ${name}`, async (t) => {
    const { r, page, server } = await served(t)
    const looked = await page.look(record, text)
    equal(looked.status, 200)
    ok(!/good lines only|Write it/.test(looked.text), 'it is offered to be written')
    match(looked.text, /Not one line of it could be written/)
    deepEqual([await kept(r), page.fields._upload], [[], undefined])
    await page.look(record, text + (record === 'person' ? 'P2,male\n' : 'K3,three,2024-01-01\n'))
    match(page.text, /Write the good lines only/)
    await server.stop()
  })
}

for (const [name, record, text] of [['a header alone', 'person', 'key,sex\n'], ['empty rows below the header', 'case', 'key,title,opened\n,,\n\n, ,\n']]) {
  test(`of a table without lines it is said that it holds none: ${name}`, async (t) => {
    const { page, server } = await served(t)
    const looked = await page.look(record, text)
    equal(looked.status, 200)
    match(looked.text, /This table holds no lines, only its header/)
    ok(!/stands in the register already|Write it/.test(looked.text))
    await server.stop()
  })
}

// The language link of a preview leads to the same preview, which can still be written.
for (const [name, record, text, expected] of [
  ['a new person', 'person', 'key,sex\nP1,female\n', 1],
  ['cases, one of them refused', 'case', 'key,title,opened\nK1,one,2024-01-30\nK2,two,2024-02-30\n', 1],
]) {
  test(`the preview in the other language keeps the table that was chosen: ${name}`, async (t) => {
    const { r, page, server } = await served(t)
    await page.look(record, text, 'ຕາຕະລາງ 1.csv')
    const link = (lang) => page.text.match(new RegExp(`href='(/language\\?to=${lang}[^']*)'`))[1].replaceAll('&amp;', '&')
    const chosen = page.fields._upload
    let moved = await page.get(link('lo'))
    equal(moved.status, 303)
    equal((await page.get(moved.to)).status, 200)
    match(page.text, /<html[^>]* lang='lo'/)
    match(page.text, /ຕາຕະລາງ 1\.csv/)
    equal(page.fields._upload, chosen)
    moved = await page.get(link('en')) // and back
    await page.get(moved.to)
    match(page.text, /Nothing is written yet: look first/)
    equal(await count(r, record), 0)
    equal((await page.write()).status, 200)
    match(page.text, /The table was brought in/)
    equal(await count(r, record), expected)
    const gone = await page.get(moved.to)
    equal(gone.status, 400)
    match(gone.text, /This table is not kept any more/)
    const other = await new Bringer(server).come(await r.user('noy'))
    await other.look(record, text)
    equal((await page.get(`/import/look?what=${record}&_upload=${other.fields._upload}`)).status, 400) // another's
    await server.stop()
  })
}

test('a table that says what stands there already is not offered to be written, and never brought in', async (t) => {
  const { r, page, server } = await served(t)
  await page.look('person', 'key,sex\nP1,female\n')
  const form = page.fields
  match((await page.write()).text, /The table was brought in/)
  await page.look('person', 'key,sex\nP1,female\n')
  ok(!/Write it/.test(page.text))
  match(page.text, /stands in the register already/)
  equal(await count(r, 'person'), 1)
  const again = await page.write(form) // the form of before, from the browser's memory
  equal(again.status, 400)
  ok(!/was brought in/.test(again.text))
  match(again.text, /not kept any more/)
  await server.stop()
})

test('when the good lines are gone by the time they are written, the page says that nothing was', async (t) => {
  const { r, page, server } = await served(t)
  await page.look('person', 'key,sex\nP1,female\nP2,woman\n')
  const form = page.fields
  await page.look('person', 'key,sex\nP1,female\n')
  await page.write()
  const late = await page.write(form)
  match(late.text, /Nothing was written/)
  ok(!/was brought in/.test(late.text))
  equal(late.status, 400)
  equal(await count(r, 'person'), 1)
  await server.stop()
})

// ---- what changes, and what somebody wrote since ---------------------------------------------------------

// The rows of a table below a heading, cells as texts.
function rowsBelow(text, heading) {
  const part = text.split('<h2').find((one) => one.includes(`>${heading}<`)) ?? ''
  return [...part.matchAll(/<tr class='govuk-table__row'>(<th scope='row'[^]*?)<\/tr>/g)]
    .map(([, row]) => [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell]) => cell.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim()))
}
const keptHeading = 'Kept: somebody wrote this after it was last brought in'

test('the same old file after a colleague filled what it leaves empty: the page shows hers, keeps it, and overwrites it only when told', async (t) => {
  const { r, page, server } = await served(t)
  const file = 'key,given_name,phone,safe_contact,sex\nP1,Noy,,,female\nP2,Mali,020 2,,\n'
  await page.look('person', file)
  await page.write()
  const vong = server.api(await r.token('vong'))
  equal((await vong('PATCH', '/person/P1', { version: 1, phone: '020 5551', safe_contact: 'only her sister' })).status, 200)
  await page.look('person', file)
  const kept = rowsBelow(page.text, keptHeading)
  deepEqual(kept.map((row) => [row[0], row[1], row[2], row[4]]), [['2', 'Noy', 'Phone', 'nothing'], ['2', 'Noy', 'How and when contact is safe', 'nothing']])
  match(kept[0][3], /^020 5551 vong, \d/)
  match(kept[1][3], /^only her sister vong, \d/)
  deepEqual(rowsBelow(page.text, 'What changes'), [])
  const form = page.fields
  await page.write()
  match(page.text, /Nothing was written/)
  equal((await vong('GET', '/person/P1')).body.safe_contact, 'only her sister')
  await page.look('person', file)
  match((await page.write({ _overwrite: 'yes' })).text, /The table was brought in/)
  deepEqual((({ phone, safe_contact }) => [phone, safe_contact])((await vong('GET', '/person/P1')).body), ['', ''])
  ok(form._upload)
  await server.stop()
})

test('the preview shows each change with before and after, as people read them, the first 200 of them and how many there are', async (t) => {
  const { page, server } = await served(t)
  await page.look('case', 'key,title,opened,province,forms\nK1,one,2024-03-27,LA-VT,forced_labour\n')
  await page.write()
  await page.look('case', 'key,title,opened,province,forms\nK1,two,2024-04,LA-BK,\n')
  const rows = rowsBelow(page.text, 'What changes')
  for (const [before, after] of [['one', 'two'], ['Vientiane Capital', 'Bokeo'], ['Forced labour', 'nothing']])
    ok(rows.some((row) => row[3].startsWith(before) && row[4].startsWith(after)), `${before} ${after}: ${JSON.stringify(rows)}`)
  equal(rows.length, 4)
  const many = (sex) => 'key,sex\n' + Array.from({ length: 250 }, (_, i) => `P${i},${sex}\n`).join('')
  await page.look('person', many('male'))
  await page.write()
  await page.look('person', many('female'))
  equal(rowsBelow(page.text, 'What changes').length, 200)
  match(page.text, /and 50 more/)
  await server.stop()
})

// ---- what was sent stays here -----------------------------------------------------------------------------

onBothStores('a table that is looked at is kept sealed until it is written, and not sent to and fro', async (t) => {
  const { r, who, page, server } = await served(t)
  const text = 'key,given_name,sex\r\nP1,"Noy ""of\r\nPakse""",female\r\nP2,ນ້ອຍ 100%,male'
  await page.look('person', text)
  ok(!/Pakse|ນ້ອຍ/.test(page.text.replace(/<h2[^]*/, '')), 'it was sent back')
  const names = await kept(r), path = join(r.dir, 'uploads', names[0] ?? '')
  equal(names.length, 1)
  const bytes = await readFile(path)
  ok(!bytes.includes('Noy') && !bytes.includes('given_name'))
  equal((await stat(path)).mode & 0o777, 0o600)
  ok(!names[0].includes(who.name))
  // Somebody else cannot write it, though she knew its name.
  const other = await new Bringer(server).come(await r.user('vong'))
  const stolen = await other.post('/import', { what: 'person', _upload: page.fields._upload, _write: 'yes' })
  deepEqual([stolen.status, await count(r, 'person')], [400, 0])
  match((await page.write()).text, /The table was brought in/)
  deepEqual(await kept(r), [])
  match(await r.export('person'), /^P1,"Noy ""of\r\nPakse""",.*\nP2,ນ້ອຍ 100%,/m) // to the byte
  await server.stop()
})

test('the form of a table can be spent once: pressed twice, it is written once', async (t) => {
  const { r, page, server } = await served(t)
  await page.look('person', 'key,sex\n' + Array.from({ length: 3000 }, (_, i) => `P${i},male\n`).join(''))
  const form = { ...page.fields, _csrf: page.token }
  const both = await Promise.all([0, 1].map(() => new Promise((done) => done(page.ask('POST', '/import', { form })))))
  deepEqual(both.map((one) => one.status).sort(), [200, 400])
  equal(Number(await r.sql('select count(*) from imports')), 1)
  equal(await count(r, 'person'), 3000)
  await server.stop()
})

test('three tables a person are kept and no more, and none beyond the end of the program', async (t) => {
  const { r, who, page, server } = await served(t)
  const first = (await page.look('person', 'key\nP1\n'), page.fields)
  for (const key of ['P2', 'P3', 'P4', 'P5']) await page.look('person', `key\n${key}\n`)
  equal((await kept(r)).length, 3)
  equal((await page.write(first)).status, 400)
  await server.kill() // as a machine that stops
  equal((await kept(r)).length, 3)
  const again = await r.serve()
  deepEqual(await kept(r), [])
  const back = await new Bringer(again).come(who)
  equal((await back.post('/import', { ...page.fields, ...first, _csrf: back.csrf })).status, 400)
  equal(await count(r, 'person'), 0)
  await again.stop()
})

// ---- looking holds nobody up ---------------------------------------------------------------------------------

// Holds the store's one right to write, as a long import would, while `run` runs.
async function whileNobodyWrites(r, run) {
  const holder = spawn('sqlite3', ['-cmd', '.timeout 5000', join(r.dir, 'register.db')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const began = new Promise((done) => holder.stdout.once('data', done))
  holder.stdin.write('begin immediate;\nselect 1;\n')
  await began
  try {
    return await run()
  } finally {
    holder.stdin.end('rollback;\n')
    await new Promise((done) => holder.on('close', done))
  }
}

test('a preview of 20,000 lines only reads: it is answered while somebody else holds the right to write', async (t) => {
  const { r, page, server } = await served(t)
  await r.mustTake('person', 'key,sex\nP3,male\nP4,female\n')
  const lines = Array.from({ length: 20_000 }, (_, i) => `P${i},Noy ${i},female,19${10 + (i % 90)}\n`)
  const looked = await whileNobodyWrites(r, () => page.look('person', 'key,given_name,sex,born\n' + lines.join('')))
  equal(looked.status, 200)
  deepEqual([...looked.text.matchAll(/app-figure__value'>([\d,.]+)</g)].map((one) => one[1].replace(/\D/g, '')), ['19998', '2', '0', '0'])
  equal(await count(r, 'person'), 2)
  await server.stop()
})

test('a preview with faults and with links to earlier lines only reads, too', async (t) => {
  const { r, page, server } = await served(t)
  const looked = await whileNobodyWrites(r, () => page.look('agreement', 'key,title,under\nA1,one,\nA2,two,A1\nA3,three,A9\n'))
  match(looked.text, /There is no .*A9/)
  ok(!/There is no .*A1\b/.test(looked.text))
  deepEqual([...looked.text.matchAll(/app-figure__value'>([\d,.]+)</g)].map((one) => one[1]), ['2', '0', '0', '1'])
  await page.write()
  match(await r.export('agreement'), /^A2,/m)
  equal(await count(r, 'agreement'), 2)
  await server.stop()
})

test('no page waits for the right to write, though its session was last seen long ago', async (t) => {
  countsSeconds(t)
  const { r, page, server } = await served(t)
  const old = () => r.sql(`update sessions set seen = seen - ${12 * 60_000}`) // a session that nobody used for 15 locks
  const seen = async () => Number(await r.sql('select seen from sessions'))
  await old()
  const before = await seen()
  await whileNobodyWrites(r, async () => {
    for (const path of ['/', '/person', '/import', '/account']) {
      const start = Date.now()
      equal((await page.get(path)).status, 200, path)
      ok(Date.now() - start < 5000, `${path} took ${Date.now() - start} ms`) // a writer is waited for ten seconds
    }
  })
  for (let i = 0; i < 100 && (await seen()) === before; i++) await sleep(100)
  ok((await seen()) > before + 10 * 60_000, 'it was never written down')
  await server.stop()
})

test('many sessions seen at once are written down in the end, and none of them waits', async (t) => {
  countsSeconds(t)
  const { r, who, server } = await served(t)
  const pages = []
  for (let i = 0; i < 12; i++) pages.push(await new Bringer(server).come(who))
  await r.sql(`update sessions set seen = seen - ${12 * 60_000}`)
  const late = Date.now() - 10 * 60_000
  await whileNobodyWrites(r, async () => {
    const start = Date.now()
    for (let i = 0; i < 10; i++) await Promise.all(pages.map((one) => one.get('/account').then((answer) => equal(answer.status, 200))))
    ok(Date.now() - start < 8000, `120 pages took ${Date.now() - start} ms`)
  })
  const left = () => r.sql(`select count(*) from sessions where seen < ${late}`)
  for (let i = 0; i < 100 && Number(await left()) > 1; i++) await sleep(100)
  ok(Number(await left()) <= 1) // the first page's own stays unseen
  await server.stop()
})

for (const [name, begins, end, status] of [['alone', 'key', '\n', 200], ['behind a good line', 'key,sex\r\nP1,male', '\r\n', 200]]) {
  measured(`31 MiB of line ends cost a preview no memory beyond what was sent: ${name}`, async (t) => {
    const { r, page, server } = await served(t)
    const looked = await page.look('person', begins.padEnd((31 << 20) & ~1, end))
    equal(looked.status, status)
    ok(looked.text.length < 20_000, `${looked.text.length} bytes came back`)
    const peak = Number((await readFile(`/proc/${server.pid}/status`, 'utf8')).match(/VmHWM:\s+(\d+)/)[1]) / 1024
    console.error(`        the server held ${Math.round(peak)} MiB at most`)
    ok(peak > 31 && peak < 200, `it took ${peak} MiB`) // with what was sent to and fro as well it was more than 400
    equal((await kept(r)).length, name === 'alone' ? 0 : 1)
    if (name !== 'alone') match((await page.write()).text, /The table was brought in/)
    await server.stop()
  })
}

// ---- the other way: figures for a spreadsheet ----------------------------------------------------------------

for (const [name, label, cell] of [
  ['a formula that opens an address', '=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
  ['one that begins with an at', '@SUM(1+1)|cmd', "'@SUM(1+1)|cmd"],
]) {
  test(`the page's figures for a spreadsheet say that they are UTF-8, and run nothing; the contract's stay as they are: ${name}`, async (t) => {
    const pack = join(await t.folder(), 'pack')
    await cp(join(home, 'packs/laos'), pack, { recursive: true })
    const figures = await readFile(join(pack, 'figures.csv'), 'utf8')
    const row = figures.match(/^victims,[^,]*,/m)[0]
    await writeFile(join(pack, 'figures.csv'), figures.replace(row, `victims,"${label.replaceAll('"', '""')}",`))
    const r = await t.register({ pack })
    const who = await r.user('keo'), server = await r.serve()
    const page = await new Bringer(server).come(who)
    await page.get('/figures/annual?from=2024-01-01&to=2024-12-31')
    const link = page.text.match(/href='([^']*)'>CSV</)[1].replaceAll('&amp;', '&')
    const answer = await fetch(new URL(link, server.url), { headers: { cookie: [...page.cookies].map((one) => one.join('=')).join('; ') } })
    const bytes = Buffer.from(await answer.arrayBuffer())
    match(answer.headers.get('content-disposition'), /attachment; filename="annual\.csv"/)
    equal(bytes.subarray(0, 3).toString('hex'), 'efbbbf')
    const sheet = bytes.subarray(3).toString(), given = await r.must('figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31', '--format', 'csv')
    ok(sheet.includes(`\nvictims,${cell},`), sheet)
    equal(sheet, given.replace(cell.replace("'", ''), cell)) // and nothing else differs
    ok(given.includes(cell.replace("'", '')) && !given.startsWith('\ufeff'))
    const plain = await server.ask('GET', '/figures/annual?from=2024-01-01&to=2024-12-31&format=csv', undefined, await r.token('vong'), { accept: 'text/csv' })
    equal(plain.text, given)
    await server.stop()
  })
}
