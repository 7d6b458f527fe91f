// Files as people have them: other separators and encodings, empty columns and rows, and what is no table at all.
// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, match, ok, table, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'
import { workbook, workbookOf } from '../workbook.mjs'

// Imports these bytes: the answer, and what is told of each line as LINE: COLUMN: sentence.
async function bring(r, record, bytes, name = 'in.csv', ...options) {
  await writeFile(join(r.folder, name), bytes)
  const answer = await r.run('import', record, name, ...options)
  return { ...answer, faults: answer.err.split('\n').filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1)) }
}
const people = async (r) => table(await r.export('person'))

const sentences = [
  ['an old Excel workbook', 'people.xls', Buffer.from('d0cf11e0a1b11ae1' + '00'.repeat(24) + '57006f0072006b0062006f006f006b00', 'hex'), /old Excel workbook \(\.xls\): open it and save it as \.xlsx/],
  ['a workbook under a password', 'people.xlsx', Buffer.from('d0cf11e0a1b11ae1' + '00'.repeat(24) + [...'EncryptedPackage'].map((c) => c.charCodeAt(0).toString(16) + '00').join(''), 'hex'), /password/],
  ['a JPEG', 'scan.jpg', Buffer.from('ffd8ffe000104a46494600010101', 'hex'), /picture/],
  ['a PNG under the name of a table', 'scan.csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /picture/],
  ['a PDF', 'report.pdf', '%PDF-1.7\n%\xe2\xe3\n', /PDF/],
  ['a web page under the name of a workbook', 'export.xls', '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>key</td></tr></table></html>', /web page/],
  ['a compressed table', 'in.csv.gz', Buffer.from('1f8b0800000000000003', 'hex'), /compressed/],
  ['a bitmap', 'scan.csv', Buffer.from('424d36000c0000000000360000002800', 'hex'), /picture/],
  ['lines of an old Macintosh', 'in.csv', 'key,given_name\rP1,Noy\rP2,Bua\r', /old Macintosh.*CSV UTF-8/],
  ['a database', 'register.db', Buffer.from('SQLite format 3\0\x10\x00', 'latin1'), /database/],
]
for (const [name, file, bytes, words] of sentences) {
  test(`what is no table is named for what it is: ${name}`, async (t) => {
    const r = await t.register()
    const before = await r.entries()
    const answer = await bring(r, 'person', bytes, file, '--format', 'json')
    equal(answer.code, 1)
    equal(answer.faults.length, 1, answer.err)
    match(answer.faults[0], new RegExp(`^1: -: This .*${words.source}.*\\.$`))
    deepEqual(JSON.parse(answer.out).rejected.map((one) => [one.line, one.column]), [[1, '-']])
    equal(await r.entries(), before)
  })
}

const taken = [
  ['UTF-16 with its mark, tabs', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('key\tgiven_name\tborn\r\nP1\tນ້ອຍ\t2001-05\r\n', 'utf16le')]), /UTF-16.*\n.*tabs/],
  ['UTF-16 in the other order', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('key,given_name,born\nP1,ນ້ອຍ,2001-05\n', 'utf16le').swap16()]), /UTF-16/],
  ['UTF-16 without a mark', Buffer.from('key,given_name,born\nP1,ນ້ອຍ,2001-05\n', 'utf16le'), /UTF-16/],
  ['semicolons', 'key;given_name;born\nP1;ນ້ອຍ;2001-05\n', /semicolons/],
  ['semicolons as Excel says so', '\ufeffsep=;\r\nkey;given_name;born\r\nP1;ນ້ອຍ;2001-05\r\n', /semicolons/],
  ['tabs', 'key\tgiven_name\tborn\nP1\tນ້ອຍ\t2001-05\n', /tabs/],
]
for (const [name, bytes, told] of taken) {
  test(`a table with other separators or letters is taken, and it is told: ${name}`, async (t) => {
    const r = await t.register()
    const answer = await bring(r, 'person', bytes, 'in.csv', '--format', 'json')
    equal(answer.code, 0, answer.err)
    match(answer.err, told)
    equal(answer.faults.length, 0, answer.err)
    deepEqual(JSON.parse(answer.out), { created: 1, changed: 0, unchanged: 0, rejected: [] })
    deepEqual((await people(r)).map((one) => [one.key, one.given_name, one.born]), [['P1', 'ນ້ອຍ', '2001-05']])
  })
}

test('a table with commas stays one, whatever else its cells hold', async (t) => {
  const r = await t.register()
  const answer = await bring(r, 'person', 'key,given_name\nP1,a;b;c\nP2,"x|y\tz"\n')
  deepEqual([answer.code, answer.err], [0, ''])
  deepEqual((await people(r)).map((one) => one.given_name), ['a;b;c', 'x|y\tz'])
  const odd = await bring(r, 'person', 'key,given;name\nP3,x\n')
  deepEqual([odd.code, odd.faults.map((one) => one.split(': ')[1])], [1, ['given;name']])
})

test('text of an older encoding is named, with what to do, at its line', async (t) => {
  const r = await t.register()
  const answer = await bring(r, 'person', Buffer.from('key,given_name\nP1,Noy\nP2,Ren\xe9\n', 'latin1'))
  equal(answer.code, 1)
  equal(answer.faults.length, 1)
  match(answer.faults[0], /^3: given_name: .*Windows-1252.*CSV UTF-8.*\.$/)
})

test('empty columns without a name and rows of empty cells are passed over', async (t) => {
  const r = await t.register()
  const answer = await bring(r, 'person', 'key,given_name,\nP1,Noy,\n,,\n\nP2,Mali\nP3,Kham,,,\n , ,\n')
  deepEqual([answer.code, answer.err], [0, ''])
  const middle = await bring(r, 'person', ',,,\n,key,,given_name,,\n,P4,,Bua,,\n,,,,,\n')
  deepEqual([middle.code, middle.err], [0, ''])
  const unseen = await bring(r, 'person', '\u00a0key;given_name\u200b;\u00a0\n\u00a0;\u200b;\nP5;Done;\u00a0\n')
  equal(unseen.code, 0, unseen.err)
  deepEqual((await people(r)).map((one) => [one.key, one.given_name]), [['P1', 'Noy'], ['P2', 'Mali'], ['P3', 'Kham'], ['P4', 'Bua'], ['P5', 'Done']])
})

test('a value under a column without a name is a fault at its line', async (t) => {
  const r = await t.register()
  const answer = await bring(r, 'person', 'key,given_name,\nP1,Noy,\n,,\nP2,Mali,2001\nP3,Kham,,x\n')
  equal(answer.code, 1)
  equal(answer.faults.length, 2)
  match(answer.faults[0], /^4: -: The cell C4 .*no name/)
  match(answer.faults[1], /^5: -: This line has 4 cells, and the header has 3\.$/)
  const header = await bring(r, 'person', 'sep=;\nkey;shoe_size\nP1;37\n')
  match(header.faults[0], /^2: shoe_size: /)
  equal((await people(r)).length, 0)
})

test('what a spreadsheet shows for a failed formula is a fault that names its cell, never a name', async (t) => {
  const r = await t.register()
  const answer = await bring(r, 'person', 'key,given_name,born\nP1,#N/A,2001\nP2,Noy,#VALUE!\n#REF!,Mali,\n')
  equal(answer.code, 1)
  deepEqual(answer.faults.map((one) => one.replace(/: what.*/, '')),
    ['2: given_name: The cell B2 shows #N/A', '3: born: The cell C3 shows #VALUE!', '4: key: The cell A4 shows #REF!'])
  const others = await bring(r, 'person', 'key,given_name,born\nP1,Err:502,2001\nP2,#WERT!,2001\nP3,#NOM?,2001\nP4,Noy,########\n')
  deepEqual([others.code, others.faults.map((one) => one.replace(/: what.*/, ''))], [1,
    ['2: given_name: The cell B2 shows Err:502', '3: given_name: The cell B3 shows #WERT!', '4: given_name: The cell B4 shows #NOM?', '5: born: The cell C5 shows ########']])
  const good = await bring(r, 'person', 'key,given_name,born\nP1,#N/A,2001\nP2,Noy,\nP3,#12 Mali,\n', 'in.csv', '--keep-good')
  equal(good.code, 1)
  deepEqual((await people(r)).map((one) => one.given_name), ['Noy', '#12 Mali'])
  ok(!(await r.export('person')).includes('#N/A'))
})

// ---- days that nobody means -----------------------------------------------------------------------------------
const unlikely = [
  ['person', 'born', '0020-05-15', /before the year 1000/],
  ['person', 'born', '0206', /before the year 1000/],
  ['person', 'born', '2543-05-15', /Buddhist era\? Write 2000-05-15 then/],
  ['followup', 'due', '2568-03-01', /Buddhist era\? Write 2025-03-01 then/],
  ['followup', 'due', '2570', /Buddhist era\? Write 2027 then/],
  ['followup', 'due', '9999-12-31', /hundred years ahead/],
  ['contact', 'at', '2567-03-01T09:30', /Buddhist era\? Write 2024-03-01T09:30 then/],
]
const english = { 'accept-language': 'en' }
test('a day that nobody means is refused by file, workbook and program alike, with the day that may be meant', async (t) => {
  const r = await t.register()
  const token = await r.token('keo', 'secretariat', 'secretariat')
  await r.mustTake('person', 'key,born\nP0,2001\n')
  await r.mustTake('followup', 'key,person,due\nF0,P0,2030-01-01\n')
  const server = await r.serve(), api = server.api(token)
  for (const [record, field, day, words] of unlikely) {
    const person = record === 'followup' ? [',person', ',P0'] : ['', '']
    const file = await bring(r, record, `key,${field}${person[0]}\nX1,${day}${person[1]}\n`)
    deepEqual([file.code, file.faults.length], [1, 1], `${day}: ${file.err}`)
    match(file.faults[0], new RegExp(`^2: ${field}: .*${words.source}`))
    const rows = [['key', field, ...(person[0] ? ['person'] : [])], ['X1', day, ...(person[0] ? ['P0'] : [])]]
    const book = await bring(r, record, workbook(rows), 'in.xlsx')
    deepEqual([book.code, book.faults.length], [1, 1], `${day}: ${book.err}`)
    match(book.faults[0], new RegExp(`^2: ${field}: .*${words.source}`))
    const made = await api('POST', `/${record}`, { [field]: day, ...(person[0] ? { person: 'P0' } : {}) }, english)
    equal(made.status, 400, made.text)
    match(made.text, words)
  }
  const changed = await api('PATCH', '/followup/F0', { version: 1, due: '2568-03-01' }, english)
  deepEqual([changed.status, /Write 2025-03-01 then/.test(changed.text)], [400, true], changed.text)
  const born = await api('PATCH', '/person/P0', { version: 1, born: '0020-05-15' })
  equal(born.status, 400, born.text)
  for (const path of ['/followup?due=2568-03-01', '/followup?due.from=2568-03-01', '/followup?due.to=0968-03-01', '/figures/annual?from=2567-01-01&to=2567-12-31']) {
    const asked = await api('GET', path)
    deepEqual([path, asked.status], [path, 400], asked.text)
  }
  await server.stop()
  for (const [from, to, words] of [['2567-01-01', '2567-12-31', /Write 2024-01-01 then/], ['0206-01-01', '2024-12-31', /before the year 1000/]]) {
    const counted = await r.run('figures', 'annual', '--from', from, '--to', to)
    equal(counted.code, 2)
    match(counted.err, words)
  }
  equal((await people(r)).length, 1)
})

test('days of every year that people do mean are taken', async (t) => {
  const r = await t.register()
  const answer = await bring(r, 'person', 'key,born\nP1,1897\nP2,1924-02-29\nP3,2024-02-29\n')
  deepEqual([answer.code, answer.err], [0, ''])
  const next = await bring(r, 'followup', 'key,person,due\nF1,P1,2100-12-31\nF2,P1,2031\n')
  deepEqual([next.code, next.err], [0, ''])
})

// ---- workbooks -----------------------------------------------------------------------------------------------
const office = 'http://schemas.openxmlformats.org'
const strict = 'http://purl.oclc.org/ooxml'
const line = (row, cells) => `<row r="${row}">${cells.map((cell, i) => (cell.startsWith('<') ? cell.replace('<c', `<c r="${String.fromCharCode(65 + i)}${row}"`) : `<c r="${String.fromCharCode(65 + i)}${row}" t="inlineStr"><is><t>${cell}</t></is></c>`)).join('')}</row>`
const styles = (codes) => `<styleSheet xmlns="${office}/spreadsheetml/2006/main"><numFmts>${codes.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${code.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}"/>`).join('')}</numFmts><cellXfs><xf/>${codes.map((code, i) => `<xf numFmtId="${200 + i}"/>`).join('')}</cellXfs></styleSheet>`
const born = async (r) => Object.fromEntries((await people(r)).map((one) => [one.key, one.born]))

test('days of a workbook count from its own first day, whatever others wrote into it', async (t) => {
  const r = await t.register()
  const cells = [['key', 'born'], ['P1', '<c s="1"><v>35795</v></c>']].map((row, i) => line(i + 1, row)).join('')
  const given = { 'xl/styles.xml': styles(['yyyy-mm-dd']) }
  const x15 = 'xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"'
  equal((await bring(r, 'person', workbookOf({ sheets: [{ name: 'p', rows: cells }], spaces: x15, before: '<workbookPr date1904="1"/>', behind: '<extLst><ext uri="u"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst>', parts: given }), 'in.xlsx')).code, 0)
  equal((await born(r)).P1, '2002-01-01')
  equal((await bring(r, 'person', workbookOf({ sheets: [{ name: 'p', rows: cells.replace('P1', 'P2') }], main: `${strict}/spreadsheetml/main`, links: `${strict}/officeDocument/relationships`, before: '<workbookPr date1904="true"/>', parts: given }), 'in.xlsx')).code, 0)
  equal((await born(r)).P2, '2002-01-01')
  equal((await bring(r, 'person', workbookOf({ sheets: [{ name: 'p', rows: cells.replace('P1', 'P3') }], spaces: 'xmlns:o="urn:other"', before: '<workbookPr/><o:workbookPr date1904="1"/>', parts: given }), 'in.xlsx')).code, 0)
  equal((await born(r)).P3, '1997-12-31')
})

test('a day is as precise as its cell shows it, and a number keeps the zeros it shows', async (t) => {
  const r = await t.register()
  const codes = ['yyyy', '[$-409]mmm\\-yy;@', 'mmmm yyyy', '[$-D07041E]d/m/bbbb', '00000000000', '000-000-0000', '"0"#########', '0##########']
  const rows = [['key', 'born', 'phone'], ['P1', '<c s="1"><v>38718</v></c>', '<c s="5"><v>2055510001</v></c>'],
    ['P2', '<c s="2"><v>32933</v></c>', '<c s="6"><v>2055510001</v></c>'], ['P3', '<c s="3"><v>32933</v></c>', '<c s="7"><v>205551000</v></c>'],
    ['P4', '<c s="4"><v>32933</v></c>', '<c><v>2055510001</v></c>'], ['P7', '<c s="2"><v>32933</v></c>', '<c s="8"><v>2055510001</v></c>'], ['P5', '<c t="d"><v>2001-02-03T00:00:00</v></c>', ''], ['P6', '<c t="d"><v>1999-12-31T00:00:00.000Z</v></c>', '']]
  const answer = await bring(r, 'person', workbookOf({ sheets: [{ name: 'p', rows: rows.map((row, i) => line(i + 1, row)).join('') }], parts: { 'xl/styles.xml': styles(codes) } }), 'in.xlsx')
  deepEqual([answer.code, answer.err], [0, ''])
  deepEqual(await born(r), { P1: '2006', P2: '1990-03', P3: '1990-03', P4: '1990-03-01', P7: '1990-03', P5: '2001-02-03', P6: '1999-12-31' })
  deepEqual((await people(r)).map((one) => one.phone), ['02055510001', '205-551-0001', '0205551000', '2055510001', '', '', '02055510001'])
})

test('a failed cell of a workbook is a fault that names it', async (t) => {
  const r = await t.register()
  const rows = [['key', 'given_name', 'born'], ['P1', '<c t="e"><v>#N/A</v></c>', '2001'], ['P2', 'Noy', '<c t="e"><v>#LATER!</v></c>'], ['P3', 'Mali', '2003']]
  const book = workbookOf({ sheets: [{ name: 'p', rows: rows.map((row, i) => line(i + 1, row)).join('') }] })
  const answer = await bring(r, 'person', book, 'in.xlsx')
  equal(answer.code, 1)
  deepEqual(answer.faults.map((one) => one.replace(/ shows.*/, '')), ['2: given_name: The cell B2', '3: born: The cell C3'])
  equal((await people(r)).length, 0)
  await bring(r, 'person', book, 'in.xlsx', '--keep-good')
  deepEqual((await people(r)).map((one) => one.key), ['P3'])
})

test('the lines of a workbook are its rows, though a cell holds several lines and rows are empty', async (t) => {
  const r = await t.register()
  const rows = line(1, ['key', 'given_name', 'born']) + line(2, ['P1', 'Noy\n\nof Pakse', '2001']) + line(5, ['P2', 'Mali', 'soon']) + line(6, ['', '', '']) + '<row r="9"><c r="A9" t="inlineStr"><is><t>P9</t></is></c><c r="E9" t="inlineStr"><is><t>x</t></is></c></row>'
  const answer = await bring(r, 'person', workbookOf({ sheets: [{ name: 'p', rows }] }), 'in.xlsx')
  deepEqual(answer.faults.map((one) => one.split(': ').slice(0, 2).join(': ')), ['5: born', '9: -'], answer.err)
  match(answer.faults[1], /The cell E9 /)
})

const table1 = line(1, ['key', 'given_name']) + line(2, ['P1', 'Noy'])
const table2 = line(1, ['key', 'given_name']) + line(2, ['P2', 'Mali'])
const remarks = line(1, ['Please read this first']) + line(3, ['Fill in the next sheet.'])
test('a hidden sheet is never taken, and a sheet of remarks does not stand in the way', async (t) => {
  const r = await t.register()
  const hidden = await bring(r, 'person', workbookOf({ sheets: [{ name: 'old', rows: table1, state: 'hidden' }, { name: 'very old', rows: table1, state: 'veryHidden' }, { name: 'people', rows: table2 }] }), 'in.xlsx')
  deepEqual([hidden.code, hidden.err], [0, ''])
  deepEqual((await people(r)).map((one) => one.key), ['P2'])
  const first = await bring(r, 'person', workbookOf({ sheets: [{ name: 'Read me', rows: remarks }, { name: 'people', rows: table1 }] }), 'in.xlsx')
  equal(first.code, 0, first.err)
  match(first.err, /sheet people was read.*others too: Read me\./)
  deepEqual((await people(r)).map((one) => one.key), ['P1', 'P2'])
  const none = await bring(r, 'person', workbookOf({ sheets: [{ name: 'old', rows: table1, state: 'hidden' }] }), 'in.xlsx')
  deepEqual([none.code, /no sheet that can be seen/.test(none.err)], [1, true])
})

test('of several sheets that could be meant one is chosen, by --sheet', async (t) => {
  const r = await t.register()
  const book = workbookOf({ sheets: [{ name: '2023', rows: table1 }, { name: '2024 & on', rows: table2 }, { name: 'old', rows: table1, state: 'hidden' }] })
  const asked = await bring(r, 'person', book, 'in.xlsx', '--format', 'json')
  equal(asked.code, 1)
  match(asked.faults[0], /^1: -: .*several sheets.*: 2023, 2024 & on\..*--sheet/)
  equal(JSON.parse(asked.out).rejected.length, 1)
  equal((await people(r)).length, 0)
  const wrong = await bring(r, 'person', book, 'in.xlsx', '--sheet', 'old')
  deepEqual([wrong.code, /has no sheet old .*it has 2023, 2024 & on/.test(wrong.err)], [1, true], wrong.err)
  equal((await bring(r, 'person', book, 'in.xlsx', '--sheet', '2024 & on')).code, 0)
  deepEqual((await people(r)).map((one) => one.key), ['P2'])
})

test('a workbook is found by its relations, wherever its parts lie', async (t) => {
  const r = await t.register()
  const moved = await bring(r, 'person', workbookOf({ sheets: [{ name: 'p', rows: table1, path: 'data/sheets/one.xml' }], path: 'data/book.xml' }), 'in.xlsx')
  deepEqual([moved.code, moved.err], [0, ''])
  const odd = await bring(r, 'person', workbookOf({ sheets: [{ name: 'p', rows: table2, path: 'book/sheet 1.xml', target: './x/..\\sheet%201.xml' }], path: 'book/main.xml', root: '/book/main.xml', links: `${strict}/officeDocument/relationships` }), 'in.xlsx')
  deepEqual([odd.code, odd.err], [0, ''])
  deepEqual((await people(r)).map((one) => one.key), ['P1', 'P2'])
})

// ---- the page ------------------------------------------------------------------------------------------------
class Sender extends Visitor {
  send(bytes, file) {
    this.token ??= this.csrf
    const body = new FormData()
    for (const [name, value] of Object.entries({ _csrf: this.token, what: 'person' })) body.append(name, value)
    body.append('file', new Blob([bytes]), file)
    return this.ask('POST', '/import', { body })
  }
  // The form that holds this: its hidden fields, and whether it is there at all.
  form(holding) {
    const form = this.text.split('<form ').slice(1).map((part) => part.split('</form>')[0]).find((part) => part.includes(holding))
    return form && Object.fromEntries([...form.matchAll(/<input type='hidden' name='([^']+)' value='([^']*)'>/g)].map(([, name, value]) => [name, value]))
  }
}
async function page(t) {
  const r = await t.register()
  const who = await r.user('keo')
  const server = await r.serve(), visitor = new Sender(server)
  await visitor.signIn(who)
  await visitor.get('/import')
  return { r, server, visitor }
}
const sheetsOffered = (text) => [...text.matchAll(/<option value='([^']*)'/g)].map(([, name]) => name)

test('the page asks which sheet is meant, reads that one and writes it', async (t) => {
  const { r, server, visitor } = await page(t)
  const asked = await visitor.send(workbookOf({ sheets: [{ name: 'old', rows: table1, state: 'hidden' }, { name: '2023', rows: table1 }, { name: '2024', rows: table2 }] }), 'in.xlsx')
  equal(asked.status, 200)
  match(asked.text, /Which sheet is meant\?/)
  deepEqual([sheetsOffered(asked.text), visitor.form("name='_write'")], [['2023', '2024'], undefined])
  const looked = await visitor.ask('POST', '/import', { form: { ...visitor.form("name='_sheet'"), _sheet: '2024' } })
  match(looked.text, /The sheet 2024 was read; this workbook has others too: 2023\./)
  const other = await visitor.ask('POST', '/import', { form: { ...visitor.form("id='sheet'"), _sheet: '2023' } })
  match(other.text, /The sheet 2023 was read/)
  await visitor.ask('POST', '/import', { form: { ...visitor.form("id='sheet'"), _sheet: '2024' } })
  const written = await visitor.ask('POST', '/import', { form: visitor.form("name='_write'") })
  match(written.text, /The table was brought in/)
  deepEqual((await people(r)).map((one) => one.key), ['P2'])
  await server.stop()
})

test('the page says how a file was read, and names what is no table', async (t) => {
  const { r, server, visitor } = await page(t)
  match((await visitor.send('key;given_name\nP1;Noy\n', 'in.csv')).text, /parted by semicolons/)
  match((await visitor.send(workbookOf({ sheets: [{ name: 'Read me', rows: remarks }, { name: 'people', rows: table2 }] }), 'in.xlsx')).text, /The sheet people was read; this workbook has others too: Read me\./)
  for (const [name, file, bytes, words] of sentences) {
    const answer = await visitor.send(bytes, file)
    deepEqual([name, answer.status, words.test(answer.text)], [name, 400, true])
  }
  equal((await people(r)).length, 0)
  await server.stop()
})
