// Packs: every fault of a sheet told at once, a newer pack loaded, nothing of the older one lost.
// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mechanism } from '../mechanism.mjs'
import { equal, home, match, ok, onBothStores, same, sukhwan, test } from '../tool.mjs'

const laos = join(home, 'packs/laos')

async function copied(t) {
  const folder = join(await t.folder(), 'pack')
  await cp(laos, folder, { recursive: true })
  return {
    folder,
    async edit(sheet, change) {
      const path = join(folder, sheet), before = await readFile(path, 'utf8'), after = change(before)
      ok(after !== before, `nothing was changed in ${sheet}`)
      await writeFile(path, after)
      return this
    },
    check() { return sukhwan(['pack', 'check', folder]) },
  }
}
const swap = (from, to) => (text) => text.replace(from, to)
// A survey row of a record: its first columns, and those that are named; the rest empty.
const row = (text, cells, named = {}) => {
  const heads = text.split('\n')[0].split(',')
  return text.trimEnd() + '\n' + heads.map((head, at) => cells[at] ?? named[head] ?? '').join(',') + '\n'
}

test('the Laos pack is good, as a folder and in a register', async (t) => {
  equal((await sukhwan(['pack', 'check', laos])).code, 0)
  const r = await t.register()
  equal((await r.run('pack check')).code, 0)
})

// What a sentence with `codes` shows without a key must say neither where somebody is, nor what she was told in confidence.
test('in the Laos pack nothing of place, care or health is read without a key, but that something of it was written', async () => {
  const m = await mechanism()
  const keyed = m.types.filter((type) => type === 'person' || m.fields(type).some((one) => one.class === 'identity' || one.type === 'link person'))
  let looked = 0
  for (const type of keyed) {
    for (const field of m.fields(type).filter((one) => ['place', 'care', 'health'].includes(one.compartment) && /^(plain|quasi)$/.test(one.class))) {
      ok(field.compartment === 'care' && /^(link|date)/.test(field.type), `${type}.${field.name} is a code of ${field.compartment}`)
    }
    looked += m.fields(type).length
  }
  ok(keyed.length >= 19 && looked > 150, `${keyed.length} types, ${looked} fields`)
})

test('in the Laos pack every role that works with persons can be asked by a referral, and reads what is asked before it has a key', async () => {
  const m = await mechanism()
  for (const role of m.roles) {
    const works = m.right(role, 'person').read.split(' ').some((word) => ['unit', 'agency', 'granted', 'assigned'].includes(word))
    const referral = m.right(role, 'referral')
    if (!works || role === 'supervisor') continue
    match(referral.read, /\bgranted\b|\ball\b/, role)
    match(referral.write, /\bgranted\b/, role)
    match(referral.compartments, /\bcase\b.*\bcodes\b/, role)
  }
})

const person = 'survey/02_person.csv', places = 'survey/01_case.csv'
const faulty = [
  ['a record named as a path of the program', 'records.csv', swap(/^screening,/m, 'figures,'), /^records\.csv:\d+: name: /m],
  ['a record named as a table of the program', 'records.csv', swap(/^screening,/m, 'journal,'), /^records\.csv:\d+: name: /m],
  ['a record twice', 'records.csv', (s) => s + s.split('\n').find((line) => line.startsWith('case,')) + '\n', /^records\.csv:\d+: name: /m],
  ['a record without fields', 'records.csv', (s) => s + 'ghost,Ghost,Ghosts,,ຜີ,ຜີ,,,,,,\n', /^records\.csv:\d+: /m],
  ['a name with a blank', person, swap(/,given_name,/, ',given name,'), /^survey\/02_person\.csv:\d+: name: /m],
  ['a name kept for the store', person, swap(/,nickname,/, ',version,'), /^survey\/02_person\.csv:\d+: name: /m],
  ['a name that begins with a digit', person, swap(/,nickname,/, ',1st,'), /^survey\/02_person\.csv:\d+: name: /m],
  ['a field twice', person, swap(/,nickname,/, ',given_name,'), /^survey\/02_person\.csv:\d+: name: /m],
  ['an unknown type', person, swap(/person,date,born/, 'person,day,born'), /^survey\/02_person\.csv:\d+: type: /m],
  ['an unknown list', person, swap(/select_one sex/, 'select_one gender'), /^survey\/02_person\.csv:\d+: type: /m],
  ['a link to no record', 'survey/03_involvement.csv', swap(/link case/, 'link dossier'), /^survey\/03_involvement\.csv:\d+: type: /m],
  ['an unknown column', 'roles.csv', swap(/^name,/, 'name,colour,'), /^roles\.csv:1: colour: /m],
  ['an unknown field in an expression', 'figures.csv', swap('${kind}', '${kinds}'), /^figures\.csv:\d+: where: /m],
  ['an expression that does not end', 'figures.csv', swap("${part} = 'suspect'", "${part} = 'suspect"), /^figures\.csv:\d+: where: /m],
  ['a value outside its list', 'figures.csv', swap("'suspect'", "'culprit'"), /^figures\.csv:\d+: where: /m],
  ['what rows cannot be selected by', 'figures.csv', swap("${kind} = 'criminal' or ${kind} = 'both'", "regex(${kind}, 'c.*')"), /^figures\.csv:\d+: where: /m],
  ['a sealed field that rows are selected by', 'figures.csv', swap("${person.sex} = 'female'", "${person.given_name} = 'Noy'"), /^figures\.csv:\d+: \w+: /m],
  ['a figure of no record', 'figures.csv', swap(/,case,case,/, ',case,dossier,'), /^figures\.csv:\d+: record: /m],
  ['a figure by what is no date', 'figures.csv', swap(/,opened,records/, ',kind,records'), /^figures\.csv:\d+: date: /m],
  ['a table of no figure', 'tables.csv', swap('at_risk_occasions', 'at_risk_occasion'), /^tables\.csv:\d+: figures: /m],
  ['a right of no role', 'rights.csv', swap(/^secretariat,/m, 'king,'), /^rights\.csv:\d+: role: /m],
  ['a right to no record', 'rights.csv', swap(/^province_secretariat,agreement/m, 'province_secretariat,treaty'), /^rights\.csv:\d+: record: /m],
  ['a right that does not exist', 'rights.csv', swap(/,all,all,/, ',all,everything,'), /^rights\.csv:\d+: write: /m],
  ['a right with a word that nobody knows', 'rights.csv', swap('referral,unit granted,', 'referral,unit gifted,'), /^rights\.csv:\d+: read: /m],
  ['a right to no compartment', 'rights.csv', swap(',identity case,', ',identity cause,'), /^rights\.csv:\d+: compartments: /m],
  ['a right that looks behind a link', 'rights.csv', swap(/,\$\{part\} != 'suspect',/, ",${person.sex} != 'male',"), /^rights\.csv:\d+: where: /m],
  ['a right that asks who makes what is there', 'rights.csv', swap(/,\$\{part\} != 'suspect',/, ",creator(kind) != 'police',"), /^rights\.csv:\d+: where: /m],
  ['a role of no kind of unit', 'roles.csv', swap('police_investigator,police,', 'police_investigator,polis,'), /^roles\.csv:\d+: kinds: /m],
  ['nobody entitled', 'compartments.csv', swap(',atd,', ',atdx,'), /^compartments\.csv:\d+: entitled: /m],
  ['entitled to nothing', 'compartments.csv', swap('identity case,police,', ',police,'), /^compartments\.csv:\d+: compartments: /m],
  ['a unit without an agency', 'registry/units.csv', swap(/,atd_bk$/m, ','), /^registry\/units\.csv:\d+: agency: /m],
  ['an effect of no move', 'effects.csv', swap('referral,send,', 'referral,sends,'), /^effects\.csv:\d+: on: /m],
  ['an effect on what is no link', 'effects.csv', swap(',sight,person,', ',sight,sent,'), /^effects\.csv:\d+: field: /m],
  ['a field of a person without a class', person, swap(/^(person,text,nickname,.*),identity,identity,/m, '$1,,identity,'), /^survey\/02_person\.csv:\d+: class: /m],
  ['a field of a person without a compartment', person, swap(/^(person,text,nickname,.*),identity,identity,/m, '$1,identity,,'), /^survey\/02_person\.csv:\d+: compartment: /m],
  ['a role twice', 'roles.csv', (s) => s + s.split('\n')[1] + '\n', /^roles\.csv:\d+: name: /m],
  ['a move to no state', 'moves.csv', swap(',reported,screening,', ',reported,screened,'), /^moves\.csv:\d+: to: /m],
  ['a choice twice', 'choices/01_lists.csv', (s) => s + s.split('\n')[1] + '\n', /^choices\/01_lists\.csv:\d+: name: /m],
  ['a unit below none', 'registry/units.csv', swap(',ncatip,,secretariat', ',nobody,,secretariat'), /^registry\/units\.csv:\d+: parent: /m],
  ['a screen of no record', 'screens.csv', swap(/^cases,,list,case,/m, 'cases,,list,dossier,'), /^screens\.csv:\d+: of: /m],
  ['a screen with no such column', 'screens.csv', swap('key title kind', 'key titel kind'), /^screens\.csv:\d+: columns: /m],
  ['a mapping to no field', 'imports.csv', swap('gender,gender', 'gender,sexes'), /^imports\.csv:\d+: field: /m],
  ['bytes that are not UTF-8', 'roles.csv', swap('Counsellor', 'Counsell\udcff'), /^roles\.csv:\d+: /m],
  ['too few cells', 'roles.csv', (s) => s + 'short\n', /^roles\.csv:\d+: /m],
  ['a quote that is never closed', 'roles.csv', (s) => s + 'x,"Open\n', /^roles\.csv:\d+: /m],
  ['an empty sheet', 'survey/02_person.csv', () => '', /^\S+:\d+: \S+: /m],
  ['a sheet that is gone', 'records.csv', null, /^records\.csv:\d+: \S+: /m],
]

for (const [name, sheet, change, fault] of faulty) {
  test(`a faulty pack is told of: ${name}`, async (t) => {
    const pack = await copied(t)
    if (change) await pack.edit(sheet, change)
    else await rm(join(pack.folder, sheet))
    if (name === 'bytes that are not UTF-8') await writeFile(join(pack.folder, sheet), Buffer.concat([await readFile(join(laos, sheet)), Buffer.from('x,\xff,,,\n', 'latin1')]))
    const checked = await pack.check()
    equal(checked.code, 1, checked.out)
    match(checked.err, fault)
    const r = await t.register({ init: false })
    equal((await r.run('init', '--pack', pack.folder)).code, 1)
    const other = await t.register()
    const before = await other.dump()
    const loaded = await other.run('pack load', pack.folder)
    equal(loaded.code, 1)
    match(loaded.err, fault)
    same(await other.dump(), before)
  })
}

test('many faults of many sheets are told in one run', async (t) => {
  const pack = await copied(t)
  await pack.edit('roles.csv', swap(/^name,/, 'name,colour,'))
  await pack.edit('figures.csv', (s) => s.replace('${kind}', '${kinds}').replace(/,opened,records/, ',kind,records'))
  await pack.edit(person, swap('select_one sex', 'select_one gender'))
  const { code, err } = await pack.check()
  equal(code, 1)
  for (const fault of [/^roles\.csv:1: colour: /m, /^figures\.csv:\d+: where: /m, /^survey\/02_person\.csv:\d+: type: /m]) match(err, fault)
})

onBothStores('of a column of the contract only the key is required, whatever a newer pack says', async (t) => {
  const r = await t.register()
  const pack = await copied(t)
  await pack.edit('survey/01_case.csv', (s) => s.split('\n').map((line, i) =>
    line && line + (i === 0 ? ',required' : /^case,select_one case_kind,kind,/.test(line) ? ',yes' : ',')).join('\n'))
  await r.must('pack load', pack.folder)
  await r.mustTake('case', 'key\nA\n')
  equal(await r.export('case'), 'key,kind,opened,province,forms,title\nA,,,,,\n')
})

onBothStores('a note in a figure may ask for other values than the figure does', async (t) => {
  const r = await t.register()
  const pack = await copied(t)
  const figure = (name, where, within) => `${name},${name},${name},person,service,${where},given,persons,,${within}\n`
  await pack.edit('figures.csv', (s) => s + figure('helped', "${type} = 'counselling' and ${place} = 'centre'", '')
    + figure('afield', "${type} = 'counselling' and ${place} = 'field'", 'helped')
    + figure('elsewhere', "${type} = 'counselling' and (${place} = 'field' or ${place} = 'shelter')", 'helped'))
  await pack.edit('tables.csv', (s) => s.trimEnd() + '\nhelp,Help,ຊ່ວຍ,helped\n')
  await r.must('pack load', pack.folder)
  await r.mustTake('person', 'key\nP1\nP2\nP3\nP4\n')
  await r.mustTake('service', 'key,person,type,place,given\n1,P1,counselling,field,2024-01-01\n2,P2,counselling,centre,2024-01-01\n' +
    '3,P2,counselling,field,2024-02-01\n4,P3,counselling,shelter,2024-01-01\n5,P4,counselling,field,2024-01-01\n6,P4,counselling,centre,2024-02-01\n')
  const answer = JSON.parse((await r.must('figures', 'help', '--from', '2024-01-01', '--to', '2024-12-31', '--format', 'json')))
  equal(answer.rows[0].value, 2) // P2, P4
  equal(answer.rows[0].afield, 2) // P1, and P4, who was met in the field first
  equal(answer.rows[0].elsewhere, 3)
})

onBothStores('a newer pack adds a field and a record; the older records stay and can be given it', async (t) => {
  const r = await (await t.register()).examples()
  const texts = await r.export('person')
  const pack = await copied(t)
  await pack.edit(person, (s) => row(s, ['person', 'text', 'shoe_size', 'Shoe size', 'ເບີເກີບ'], { class: 'plain', compartment: 'case', used_for: 'service' }))
  await pack.edit('records.csv', (s) => s + 'vehicle,Vehicle,Vehicles,,ລົດ,ລົດ,,,,,,\n')
  await pack.edit(places, (s) => row(s, ['vehicle', 'text', 'plate', 'Plate', 'ປ້າຍ'], { used_for: 'service' }))
  const dry = await r.must('pack load', pack.folder, '--dry-run')
  match(dry, /\d+ sheets/)
  equal((await r.run('export', 'vehicle')).code, 1)
  const before = await r.entries()
  await r.must('pack load', pack.folder)
  ok(await r.entries() > before)
  equal(await r.export('person'), texts)
  await r.mustTake('vehicle', 'key\nV1\n')
  const again = await r.entries()
  await r.must('pack load', pack.folder) // the same pack once more
  equal(await r.entries(), again)
  await r.must('verify')
  const dump = await r.dump()
  await r.must('rebuild')
  same(await r.dump(), dump)
  await rm(pack.folder, { recursive: true }) // the register explains itself
  equal((await r.run('pack check')).code, 0)
})

const refused = [
  ['a field changes its type', places, swap('case,link organization,reported_by', 'case,text,reported_by'), /reported_by/],
  ['a choice becomes several', places, swap('select_one entries', 'select_multiple entries'), /known_through/],
  ['a field is gone', person, (s) => s.split('\n').filter((line) => !line.includes(',nickname,')).join('\n'), /nickname/],
  ['a sealed field is not sealed any more', person, (s) => s.split('\n').map((line) => (line.includes(',nickname,') ? line.replace('identity', 'quasi') : line)).join('\n'), /nickname/],
  ['a choice is gone', 'choices/01_lists.csv', (s) => s.replace(/^sex,other,.*\n/m, ''), /other/],
]
for (const [name, sheet, change, words] of refused) {
  onBothStores(`a newer pack is refused when ${name}`, async (t) => {
    const r = await t.register()
    const pack = await copied(t)
    await pack.edit(sheet, change)
    const before = await r.dump()
    const answer = await r.run('pack load', pack.folder)
    equal(answer.code, 1, answer.out)
    match(answer.err, words)
    same(await r.dump(), before)
  })
}

test('while it serves, a newer pack is taken up', async (t) => {
  const r = await t.register()
  const token = await r.token()
  const server = await r.serve()
  const api = server.api(token)
  const pack = await copied(t)
  await pack.edit(person, (s) => row(s, ['person', 'text', 'shoe_size', 'Shoe size', 'ເບີເກີບ'], { class: 'plain', compartment: 'case', used_for: 'service' }))
  equal((await api('POST', '/person', { shoe_size: '37' })).status, 400)
  await r.must('pack load', pack.folder)
  let answer
  for (let i = 0; i < 40; i++) {
    answer = await api('POST', '/person', { shoe_size: '37' })
    if (answer.status === 201) break
    await new Promise((done) => setTimeout(done, 100))
  }
  equal(answer.status, 201, answer.text)
  equal((await api('GET', `/person/${answer.body.id}`)).body.shoe_size, '37')
  await server.stop()
})

test('a workbook is a pack too', async (t) => {
  const missing = await sukhwan(['pack', 'check', join(await t.folder(), 'none.xlsx')])
  equal(missing.code, 1)
  const folder = await t.folder()
  await writeFile(join(folder, 'bad.xlsx'), 'not a workbook')
  equal((await sukhwan(['pack', 'check', join(folder, 'bad.xlsx')])).code, 1)
})

test('a pack of more than a thousand sheets is a fault, in any of its folders, and no crash', async (t) => {
  for (const inner of ['registry', 'reports']) {
    const pack = join(await t.folder(), 'pack')
    await cp(laos, pack, { recursive: true })
    await mkdir(join(pack, inner), { recursive: true })
    for (let i = 0; i < 1001; i++) await writeFile(join(pack, inner, `s${i}.csv`), 'key\n')
    const { code, err } = await sukhwan(['pack', 'check', pack])
    equal(code, 1, err)
    match(err, /A pack has 1000 sheets at most, and .*pack holds more\./)
  }
})

test('a link to no record, wherever it stands in the pack, is told and followed by nothing', async (t) => {
  const folder = join(await t.folder(), 'pack'), from = join(home, 'packs/laos/survey')
  await cp(join(home, 'packs/laos'), folder, { recursive: true })
  let n = 0
  for (const name of (await readdir(from)).sort()) {
    const text = await readFile(join(from, name), 'utf8')
    for (const found of text.matchAll(/,link \w+,/g)) {
      await writeFile(join(folder, 'survey', name), `${text.slice(0, found.index)},link dossier,${text.slice(found.index + found[0].length)}`)
      const answer = await sukhwan(['pack', 'check', folder])
      equal(answer.code, 1, `${name} ${found[0]} ${answer.err.slice(-400)}`)
      match(answer.err, /There is no record 'dossier' to link to/)
      n++
    }
    await writeFile(join(folder, 'survey', name), text)
  }
  ok(n > 100)
})
