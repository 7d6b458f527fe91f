// The registry of the pack of Laos: places with their days, offices down to the districts, and the rows that a register begins with.
// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, onBothStores, table, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const pack = join(home, 'packs/laos')
const sheet = async (path) => table(await readFile(join(pack, path), 'utf8'))
const rows = (await readdir(join(pack, 'registry'))).filter((one) => one.endsWith('.csv') && one !== 'units.csv').map((one) => one.slice(0, -4))
const order = ['organization', 'facility', 'agreement', 'statute', 'plan_of_action', 'recommendation'] // who is named before who names
const sorted = [...order.filter((one) => rows.includes(one)), ...rows.filter((one) => !order.includes(one))]

test('18 provinces, 17 before Xaisomboun, 148 districts and the villages stand under one another, each code once', async () => {
  const provinces = await sheet('choices/02_provinces.csv'), districts = await sheet('choices/03_districts.csv'), villages = await sheet('choices/06_villages.csv')
  equal(new Set(provinces.map((one) => one.name)).size, 18)
  equal(provinces.filter((one) => !one.from || one.from <= '2013-01-01').length, 17)
  equal(new Set(districts.map((one) => one.name)).size, 148)
  ok(districts.every((one) => provinces.some((of) => of.name === one.parent && of.from === one.from)), 'a district is not older than its province, nor younger')
  const known = new Set(districts.map((one) => one.name))
  ok(villages.length > 7000 && villages.every((one) => known.has(one.parent) && one['label::Lao (lo)'] && one['label::English (en)']))
  equal(new Set(villages.map((one) => one.name)).size, villages.length)
})

test('every province and every district has its offices, each under the one above it', async () => {
  const units = [...await sheet('registry/units.csv'), ...await sheet('registry/units/places.csv')], of = new Map(units.map((one) => [one.key, one]))
  equal(of.size, units.length)
  for (const { name } of await sheet('choices/02_provinces.csv'))
    for (const kind of ['committee', 'police', 'union', 'ministry', 'prosecutor', 'court'])
      ok(units.some((one) => one.province === name && one.kind === kind), `${kind} of ${name}`)
  for (const { name, parent } of await sheet('choices/03_districts.csv'))
    for (const key of [`committee_${name}`, `lwu_${name}`, name === '1601' ? 'focal_pakse' : `focal_${name}`]) equal(of.get(key)?.province, parent, key)
  ok(units.every((one) => !one.parent || of.has(one.parent)))
})

test('what a choice maps to is a value of that standard, and a whole list maps to one of its variables', async () => {
  const known = table(await readFile(join(home, 'tests/standards.csv'), 'utf8')), files = (await readdir(join(pack, 'choices'))).filter((one) => one.endsWith('.csv'))
  const lists = new Map() // of a standard and a list: what its choices map to
  for (const file of files) for (const choice of await sheet(`choices/${file}`)) for (const column of Object.keys(choice).filter((one) => one.startsWith('maps::'))) {
    const standard = column.slice('maps::'.length), name = `${standard} ${choice.list_name}`
    ok(known.some((one) => one.standard === standard), `${file}: ${column} is of no standard that is known`)
    if (choice[column]) lists.set(name, [...lists.get(name) ?? [], choice[column]])
  }
  for (const [name, values] of lists) {
    const standard = name.split(' ')[0], variables = [...new Set(known.filter((one) => one.standard === standard).map((one) => one.variable))]
    ok(variables.some((variable) => values.every((value) => known.some((one) => one.standard === standard && one.variable === variable && one.value === value))), `${name}: ${values}`)
  }
  for (const name of ['htcds platforms', 'htcds experience_stages', 'htcds sectors', 'isic sectors', 'isced education', 'ic_tip suspect_kinds', 'ic_tip acts', 'ctdc controls', 'glotip forms']) ok(lists.has(name), name)
})

test('a list that says which unit a choice is names units that there are, each once', async () => {
  const units = new Set([...await sheet('registry/units.csv'), ...await sheet('registry/units/places.csv')].map((one) => one.key))
  const named = (await sheet('choices/01_lists.csv')).filter((one) => one.unit)
  ok(named.length >= 29 && named.every((one) => units.has(one.unit)), JSON.stringify(named.filter((one) => !units.has(one.unit))))
  equal(new Set(named.map((one) => `${one.list_name} ${one.unit}`)).size, named.length)
})

onBothStores('what a register begins with is brought in whole, and again without a change', async (t) => {
  const r = await t.register()
  for (const record of sorted) {
    const file = join(pack, `registry/${record}.csv`), n = table(await readFile(file, 'utf8')).length
    match(await r.must('import', record, file), new RegExp(`^${n} created, 0 changed, 0 unchanged, 0 refused`))
    match(await r.must('import', record, file), new RegExp(`^0 created, 0 changed, ${n} unchanged, 0 refused`))
  }
  const plans = table(await r.export('plan_of_action'))
  ok(plans.some((one) => one.begins === '2021' && one.ends === '2025') && plans.some((one) => one.begins === '2026'), JSON.stringify(plans))
})

test('what the examples say of the same agreements, offices and recommendations is what the registry says', async () => {
  for (const record of rows) {
    const text = await readFile(join(home, `examples/more/${record}.csv`), 'utf8').catch(() => '')
    const here = new Map((await sheet(`registry/${record}.csv`)).map((one) => [one.key, one]))
    for (const one of table(text)) for (const [column, value] of Object.entries(one)) {
      const said = here.get(one.key)?.[column]
      ok(!value || !said || said === value || record === 'facility', `${record} ${one.key} ${column}: ${value}, ${said}`)
    }
  }
})

test('an answer that says none is ticked beside no other, and what was taken before with both is still taken, and told', async () => {
  const of = async (folder) => (await Promise.all((await readdir(join(pack, folder))).filter((one) => one.endsWith('.csv')).map((one) => sheet(`${folder}/${one}`)))).flat()
  const lists = new Set((await of('choices')).filter((one) => one.name === 'none').map((one) => one.list_name)), found = []
  for (const one of await of('survey')) if (one.type.startsWith('select_multiple ') && lists.has(one.type.split(' ')[1])) found.push([`${one.record}.${one.name}`, one.constraint, one.warning])
  const told = ['contact.action', 'screening.needs', 'followup.needs', 'encounter.action', 'proceeding.protection'] // older than the rule
  ok(found.length >= 9 && found.every(([name, rule, doubt]) => (told.includes(name) ? doubt : rule) === (told.includes(name) ? "selected(., 'none') and count-selected(.) > 1" : "not(selected(., 'none') and count-selected(.) > 1)")), JSON.stringify(found))
  const step = (await sheet('moves.csv')).find((one) => one.record === 'recruitment_agency' && one.from === 'licensed')
  equal(step.name, 'renew') // what stands first is the green one
})

onBothStores('a house and a law are called in the reader\'s language, and a house whose name is closed by its kind and province, never by its key', async (t) => {
  const r = await t.register()
  for (const one of ['organization', 'facility', 'statute']) await r.must('import', one, join(pack, `registry/${one}.csv`))
  const server = await r.serve(), heading = (text) => text.match(/<h1[^>]*>(?:<span[^>]*>[^<]*<\/span>)?([^<]*)</)[1].trim()
  for (const [who, role, unit, lang, house, law] of [['keo', 'secretariat', 'secretariat', 'lo', /^ສູນຮັບຕ້ອນ/, 'ປະມວນກົດໝາຍອາຍາ'],
    ['noy', 'secretariat', 'secretariat', 'en', /^Reception centre for northern Laos$/, 'Penal Code'], ['dao', 'police_investigator', 'atd_investigation', 'en', /^Reception centre, Luang Namtha$/, 'Penal Code']]) {
    const visitor = new Visitor(server, lang)
    await visitor.signIn(await r.user(who, role, unit))
    match(heading((await visitor.get('/facility/FAC-LM')).text), house)
    equal(heading((await visitor.get('/statute/LAW-02')).text), law)
    ok((await visitor.get('/statute')).text.includes(law), 'in a list, too')
  }
})

onBothStores('a province, or a district of it, is told in a case of before its day, and kept', async (t) => {
  const r = await t.register()
  const told = (text) => r.take('case', text)
  const early = await told('key,title,opened,province\nK-1,Early,2010-05-01,LA-XS\nK-2,Later,2014-05-01,LA-XS\nK-3,Other,2010-05-01,LA-VI\n')
  equal(early.code, 0)
  match(early.err, /:2: province: warning: Xaisomboun was not in use then; it is kept as it was given\./)
  ok(!/:[34]: /.test(early.err), early.err)
  deepEqual(table(await r.export('case')).map((one) => one.province).sort(), ['LA-VI', 'LA-XS', 'LA-XS'])
  const district = await told('key,title,opened,district\nK-4,Early,2010-05-01,1802\nK-5,Later,2014-05-01,1802\nK-6,Other,2010-05-01,0101\n')
  equal(district.code, 0)
  match(district.err, /:2: district: warning: Thathom was not in use then; it is kept as it was given\./)
  ok(!/:[34]: /.test(district.err), district.err)
})

onBothStores('a village is offered as one types, by district and in either writing; another one is typed, kept and marked', async (t) => {
  const r = await t.register(), who = await r.user('keo', 'counsellor', 'lwu_centre'), server = await r.serve()
  const visitor = new Visitor(server), api = server.api((await r.must('user token', who.name)).trim())
  await visitor.signIn(who)
  await visitor.get('/person/new')
  const csrf = visitor.csrf, ask = (field, form) => visitor.ask('POST', `/choose/person.${field}`, { form: { _csrf: csrf, ...form }, headers: { accept: '*/*' } })
  const offered = async (q, district) => JSON.parse((await ask('village', { q, district })).text).items.map((one) => one.title)
  ok((await offered('nongp', '0101')).includes('Nongping') && (await offered('ໜອງປ', '0101')).includes('Nongping'))
  deepEqual(await offered('nongping', '1601'), [])
  ok((await offered('nong', '')).length <= 12)
  const page = async (village, district) => {
    const { body } = await api('POST', '/person', { given_name: 'Noy', province: 'LA-VT', district, village })
    return (await visitor.get(`/person/${body.id}`)).text
  }
  for (const village of ['Nongping', 'ໜອງປິງ', 'ຫນອງປິງ', 'NONGPING', '0101001']) ok(!/not on the list/.test(await page(village, '0101')), village)
  for (const village of ['Nowhere at all']) match(await page(village, '0101'), new RegExp(`${village}[^]{0,80}not on the list`))
  match(await page('Nongping', '0102'), /not on the list/) // not in that district
  match((await r.take('person', 'key,given_name,district,village\nP-1,Noy,0101,Nowhere\n')).err, /village: warning: Nowhere is not on the list; it is kept as it was given\./)
  equal((await ask('phone', { q: '1' })).status, 404) // a text that nothing is known of
  equal((await ask('nosuch', { q: '1' })).status, 404)
})
