// Journeys of protection through the pack of Laos: identified, sheltered, served, heard; each step with the rights of who takes it.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { deepEqual, equal, match, ok, onBothStores, skip } from '../tool.mjs'
import { cast, faults, refused, shift, today } from '../life_of_protection.mjs'

// The environment of a program whose clock is so far ahead.
function wrongBy(days) {
  const library = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`
  if (!existsSync(library)) skip('there is no libfaketime')
  return { LD_PRELOAD: library, FAKETIME: `+${days}d`, FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1', ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0` }
}
const victim = { sex: 'female', born: '1999-05-05', citizenship: 'LA' }

async function identified(t) {
  const all = await cast(t, 'police', 'province', 'counsellor', 'secretary'), { police, counsellor } = all
  const person = await police.make('person', { given_name: 'Noy', ...victim })
  const of = await police.make('case', { title: 'One', kind: 'criminal', opened: '2026-02-01' })
  const part = await police.make('involvement', { case: of, person, part: 'victim' })
  const client = await counsellor.make('person', { given_name: 'Kham', ...victim })
  return { ...all, person, of, part, client, decision: await police.make('identification', { person, case: of, body: 'atd', reflection_from: '2026-02-01', reflection_until: '2026-03-03' }) }
}

onBothStores("services start before any formal identification; identification belongs to the central department alone, is told in her language, can be appealed through LWU, becomes final after the term; its final move sets the involvement's `identified`", async (t) => {
  const { police, province, counsellor, secretary, r, person, of, part, client, decision } = await identified(t)
  // Help waits for nothing: her client, of whom nobody has decided, is helped, and police see nothing of it.
  const help = await counsellor.make('service', { person: client, type: 'counselling', given: '2026-02-02', place: 'centre' })
  equal((await police.ask('GET', `/service/${help}`)).status, 404)
  equal((await counsellor.items('identification')).length, 0)
  // The central department alone decides.
  const asked = await province.make('identification', { person: await province.make('person', { given_name: 'Bua', sex: 'female' }), body: 'police' })
  equal((await province.refused('identification', asked, 'decide', { status: 'identified', decided: '2026-03-01' })).status, 403)
  const own = await secretary.make('identification', { person: await secretary.make('person', { given_name: 'Ann', sex: 'female' }) })
  equal((await secretary.refused('identification', own, 'decide', { status: 'identified', decided: '2026-03-01' })).status, 403)
  await police.move('identification', decision, 'decide', { status: 'identified', decided: '2026-03-05' })
  equal((await police.read('involvement', part)).identified, '') // not yet
  // She is told in her language, or nothing goes on.
  const untold = await police.refused('identification', decision, 'tell', { told: '2026-03-06' })
  refused(untold, /in which language/)
  deepEqual(faults(untold), ['state'])
  equal(await counsellor.sees('identification', decision), false)
  await police.move('identification', decision, 'tell', { told: '2026-03-06', told_in: 'khmu', interpreter: 'yes', helped_by: 'lwu_centre' })
  // Through the union she asks for review; the union writes no decision.
  equal((await counsellor.read('identification', decision)).told_in, 'khmu')
  equal((await counsellor.ask('PATCH', `/identification/${decision}`, { status: 'not_victim', version: (await counsellor.read('identification', decision)).version })).status, 403)
  equal((await counsellor.refused('identification', decision, 'appeal')).status, 403)
  const appeal = await counsellor.make('appeal', { person, decision, asked: today, why: 'One of the two weeks was left out.' })
  const now = await police.read('identification', decision)
  deepEqual([now.state, now.appealed, now.appealed_on], ['appealed', 'yes', today])
  ok(await police.sees('appeal', appeal))
  ok((await police.work()).includes(`identification/${decision}`))
  const again = await counsellor.ask('POST', '/appeal', { person, decision })
  deepEqual([again.status, faults(again)], [400, ['decision']]) // it is under review already
  await police.move('identification', decision, 'decide_again', { appeal_outcome: 'upheld', status: 'identified', decided: '2026-03-20' })
  await police.move('identification', decision, 'tell', { told: '2026-03-21', told_in: 'khmu' })
  const term = (await police.get('/work')).items.find((one) => one.id === decision)
  equal(term.due, shift(30))
  // The final move says so in the case, as the decision says; what a file brought stays.
  await r.mustTake('case', 'key,kind,opened\nOLD,criminal,2020-01-01\n')
  await r.mustTake('involvement', `key,case,person,part,identified\nL1,OLD,${person},victim,2020-02-02\n`)
  await police.move('identification', decision, 'finish')
  const told = await police.read('involvement', part)
  deepEqual([told.identified, told.status, told.decision, (await police.read('identification', decision)).final], ['2026-03-20', 'identified', decision, 'yes'])
  const legacy = await secretary.read('involvement', 'L1')
  deepEqual([legacy.identified, legacy.decision], ['2020-02-02', ''])
  match(await secretary.page(`/involvement/${legacy.id}`), /legacy/)
  ok(!/legacy/.test(await police.page(`/involvement/${part}`)))
  const figures = async (year, name) => JSON.parse(await r.must('figures', 'victims', '--from', `${year}-01-01`, '--to', `${year}-12-31`, '--format', 'json')).rows.find((one) => one.figure === name)?.value
  deepEqual([await figures(2026, 'victims'), await figures(2026, 'victims_legacy'), await figures(2020, 'victims'), await figures(2020, 'victims_legacy')], [1, 0, 1, 1])
  ok(of)
})

onBothStores('a decision that nobody asks to review is final once its term is over, and says so in the case', async (t) => {
  const { police, r, part, decision, server } = await identified(t)
  await police.move('identification', decision, 'decide', { status: 'identified', decided: '2026-03-05' })
  await police.move('identification', decision, 'tell', { told: '2026-03-06', told_in: 'lo' })
  await server.stop()
  const says = async () => (await r.sql(`select i.state, v.identified is not null from identification i, involvement v where i.id = '${decision}' and v.id = '${part}'`)).trim().replace(/f$/, '0').replace(/t$/, '1')
  const later = async (days) => { const answer = await r.runWith({ env: wrongBy(days) }, 'days'); equal(answer.code, 0, answer.err); return answer.out }
  match(await later(29), /^0 days passed/)
  equal(await says(), 'told|0')
  match(await later(32), /^1 days passed and were done; 0 /)
  equal(await says(), 'final|1')
  equal((await r.run('verify')).code, 0)
})

onBothStores('a shelter admits, cares, plans, and lets go: stay, services, case plan, leave, exit; somebody vanishes, and it is told', async (t) => {
  const { manager, chief, police, other, counsellor } = await cast(t, 'manager', 'chief', 'police', 'other', 'counsellor')
  const facility = await manager.make('facility', { name: 'A house', kind: 'shelter_government', house: 'shelter_vt', places_women: 1, places_children: 1 })
  const person = await manager.make('person', { given_name: 'Noy', ...victim }), next = await manager.make('person', { given_name: 'Kham', ...victim })
  const stay = await manager.make('stay', { person, facility, admitted: '2026-03-01', reason: 'safety', legal_basis: 'own_wish', consent: 'yes', freedom: 'free', planned_exit: shift(10), tell_police: 'no', belongings: 'A telephone, a ring' })
  equal((await manager.read('stay', stay)).state, 'admitted') // who says on which day she came has admitted her
  // The house is full: who comes next waits, and is admitted when there is room.
  const waits = await manager.make('stay', { person: next, facility, reason: 'safety' })
  equal((await manager.read('stay', waits)).state, 'waiting')
  const full = await manager.refused('stay', waits, 'admit', { admitted: '2026-03-02', facility })
  deepEqual([full.status, faults(full)], [400, ['facility']])
  const board = async () => { const { lines } = (await manager.get('/places')).parts[0]; return Object.fromEntries(Object.entries(lines[0].items).filter(([name]) => name.startsWith('stay.')).map(([name, n]) => [name, n === '–' ? '0' : n])) }
  deepEqual(await board(), { 'stay.2': '1', 'stay.3': '0', 'stay.4': '1', 'stay.5': '0', 'stay.6': '0', 'stay.7': '1' })
  const home = await manager.page('/')
  for (const heading of ['Staying now', 'Waits for a place', 'Leaves within two weeks']) match(home, new RegExp(heading))
  // Care and plan, which no other house and no police reads.
  const plan = await manager.make('plan', { person, agreed: '2026-03-02', goals: 'To sew', services: 'counselling vocational_training', took_part: 'yes', review: '2026-04-01', until: '2026-06-30' })
  const help = await manager.make('service', { person, type: 'vocational_training', given: '2026-03-05', plan, place: 'centre' })
  const aid = await manager.make('aid', { person, kind: 'tools', amount: '900000 LAK', purpose: 'business', given: '2026-03-09', receipt: 'yes', plan })
  for (const who of [police, other]) for (const [record, id] of [['stay', stay], ['plan', plan], ['service', help], ['aid', aid]]) equal(await who.sees(record, id), false, record)
  // On leave, and back.
  refused(await manager.refused('stay', stay, 'go_on_leave'), /until when/)
  await manager.move('stay', stay, 'go_on_leave', { back_by: shift(2) })
  deepEqual([(await board())['stay.6'], (await manager.get('/work')).items.find((one) => one.id === stay).due], ['1', shift(2)])
  await manager.move('stay', stay, 'come_back')
  equal((await manager.read('stay', stay)).back_by, '')
  // She leaves, with what was kept for her; then there is room.
  refused(await manager.refused('stay', stay, 'leave', { departed: today }), /where to/)
  await manager.move('stay', stay, 'leave', { departed: today, exit: 'family', belongings_back: today })
  await manager.move('stay', waits, 'admit', { admitted: today, facility, consent: 'yes' })
  deepEqual(await board(), { 'stay.2': '1', 'stay.3': '0', 'stay.4': '1', 'stay.5': '0', 'stay.6': '0', 'stay.7': '0' })
  // An adult who did not agree is missed by her house, and told to nobody else.
  await manager.move('stay', waits, 'vanish', { departed: today, tell_police: 'no' })
  deepEqual([(await manager.read('stay', waits)).exit, (await manager.read('stay', waits)).state], ['absconded', 'absconded'])
  for (const who of [manager, chief]) deepEqual((await who.notices()).filter((one) => /nobody was told/.test(one)).length, 1)
  deepEqual([(await police.notices()).length, await police.sees('person', next)], [0, false])
  await manager.move('stay', waits, 'come_back')
  equal((await manager.read('stay', waits)).departed, '')
  await manager.move('stay', waits, 'vanish', { departed: today, tell_police: 'yes' }) // now she is said to be in danger
  deepEqual([(await police.read('person', next)).given_name, (await police.notices()).length, await police.sees('stay', waits)], ['Kham', 1, false])
  // Of a child the police are told at once, without being asked to.
  const child = await manager.make('person', { given_name: 'Bua', sex: 'female', born: `${new Date().getUTCFullYear() - 12}` })
  const hers = await manager.make('stay', { person: child, facility, admitted: '2026-03-01', guardian: person })
  await manager.move('stay', hers, 'vanish', { departed: today })
  deepEqual([(await police.read('person', child)).given_name, (await police.notices()).length, await police.sees('stay', hers), await police.sees('facility', facility) && (await police.read('facility', facility)).address], ['Bua', 2, false, undefined])
  // Where no house is named, the unit that wrote of her is told.
  const client = await counsellor.make('person', { given_name: 'Mai', ...victim })
  const there = await counsellor.make('stay', { person: client, admitted: '2026-03-01' })
  await counsellor.move('stay', there, 'vanish', { departed: today, tell_police: 'no' })
  equal((await counsellor.notices()).filter((one) => /nobody was told/.test(one)).length, 1)
})

onBothStores('a stay that is written down without a step keeps its meaning: imported, past, moved on by its days', async (t) => {
  const { manager, secretary, r } = await cast(t, 'manager', 'secretary')
  await r.mustTake('facility', 'key,name,kind,places_women\nF1,House,shelter_government,1\n')
  await r.mustTake('person', 'key,sex,born\nA,female,1990\nB,female,1991\n')
  await r.mustTake('stay', 'key,person,facility,admitted,departed,exit\nS1,A,F1,2026-03-01,,\nS2,B,F1,2025-01-01,2025-02-01,family\n')
  deepEqual([(await secretary.read('stay', 'S1')).state, (await secretary.read('stay', 'S2')).state], ['', ''])
  const again = await secretary.ask('POST', '/stay', { person: 'A', facility: 'F1', admitted: '2026-03-02' })
  deepEqual([again.status, faults(again).sort()], [400, ['facility', 'person']])
  await secretary.change('stay', 'S1', { departed: '2026-04-01', exit: 'family' })
  const past = await manager.make('stay', { person: await manager.make('person', { given_name: 'Noy', ...victim }), facility: 'F1', admitted: '2026-01-01', departed: '2026-01-05', exit: 'family' })
  equal((await manager.read('stay', past)).state, 'exited')
  const now = await manager.make('stay', { person: (await manager.items('person'))[0].id, facility: 'F1', admitted: '2026-05-01' })
  await manager.change('stay', now, { departed: '2026-05-02', exit: 'family' })
  equal((await manager.read('stay', now)).state, 'exited')
  await manager.change('stay', now, { departed: null, exit: null })
  equal((await manager.read('stay', now)).state, 'admitted')
})

onBothStores('a child without parents: best interests, guardian, stricter sight', async (t) => {
  const { manager, counsellor, chief, secretary, police, officer } = await cast(t, 'manager', 'counsellor', 'chief', 'secretary', 'police', 'officer')
  const child = await manager.make('person', { given_name: 'Dao', sex: 'female', born: `${new Date().getUTCFullYear() - 10}`, citizenship: 'LA' })
  const guardian = await manager.make('person', { given_name: 'Mala', sex: 'female' })
  // Who is suspected of it is nobody's guardian.
  const uncle = await secretary.make('person', { given_name: 'Khen', sex: 'male' }), of = await secretary.make('case', { title: 'One', kind: 'criminal', opened: '2026-02-01' })
  await secretary.make('involvement', { case: of, person: uncle, part: 'suspect' })
  const his = await secretary.make('person', { given_name: 'Pou', sex: 'female', born: '2016' })
  for (const [record, field, more] of [['relation', 'other', { kind: 'guardian' }], ['best_interests', 'guardian', {}], ['stay', 'guardian', {}]]) {
    const wrong = await secretary.ask('POST', `/${record}`, { person: his, [field]: uncle, ...more })
    deepEqual([wrong.status, faults(wrong)], [400, [field]], record)
  }
  await secretary.make('relation', { person: his, other: uncle, kind: 'threatens' }) // but it can be written down that he threatens
  ok(await chief.sees('person', child)) // as long as nobody was appointed
  const bond = await manager.make('relation', { person: child, other: guardian, kind: 'guardian', basis: 'authority', since: '2026-03-01', contact_allowed: 'yes' })
  const feared = await manager.make('relation', { person: child, name: 'An uncle', kind: 'threatens', contact_allowed: 'no', danger: 'yes' })
  const best = await manager.make('best_interests', { person: child, decided: '2026-03-10', heard: 'yes', own_view: 'To go to school', options: 'relatives foster', outcome: 'foster', guardian, grounds: 'Nobody of the family was found.', review: '2026-06-10' })
  const facility = await manager.make('facility', { name: 'A house', kind: 'children', places_children: 3 })
  await manager.make('stay', { person: child, facility, admitted: '2026-03-01', legal_basis: 'child_protection', guardian, planned_exit: '2026-12-01' })
  await manager.make('consent', { person: child, purpose: 'service', answer: 'given', given_by: 'guardian' })
  equal((await manager.read('best_interests', best)).own_view, 'To go to school')
  equal((await manager.read('relation', bond)).other, guardian)
  deepEqual([await chief.sees('person', child), await chief.sees('person', guardian)], [false, true])
  // Who else works near her does not read it: not the supervisor, the police, another house or ministry; the Secretariat reads that there is one.
  for (const who of [chief, police, counsellor, officer]) for (const [record, id] of [['best_interests', best], ['relation', feared]]) equal(await who.sees(record, id), false)
  const seen = await secretary.read('best_interests', best)
  deepEqual(['own_view', 'outcome', 'grounds', 'panel'].filter((name) => seen[name]), [])
  ok(!('name' in (await secretary.read('relation', feared))))
})

onBothStores('a man and a boy are identified and served; LGBTQI+ persons are served and counted in a tally without a person', async (t) => {
  const { police, counsellor, bokeo, r } = await cast(t, 'police', 'counsellor', 'bokeo')
  const of = await police.make('case', { title: 'One', kind: 'criminal', opened: '2025-01-01' })
  for (const [name, born] of [['Somsak', '1990-01-01'], ['Tui', '2014-06-06']]) {
    const person = await police.make('person', { given_name: name, sex: 'male', born, citizenship: 'LA' })
    await police.make('involvement', { case: of, person, part: 'victim' })
    const decision = await police.make('identification', { person, case: of, body: 'atd' })
    for (const [move, asked] of [['decide', { status: 'identified', decided: '2025-02-01' }], ['tell', { told: '2025-02-02', told_in: 'lo' }], ['finish', {}]]) await police.move('identification', decision, move, asked)
    const client = await counsellor.make('person', { given_name: name, sex: 'male', born })
    await counsellor.make('service', { person: client, type: 'counselling', given: '2025-02-03', place: 'centre' })
    const plan = await counsellor.make('plan', { person: client, agreed: '2025-02-04', goals: 'To work as a tailor', services: 'vocational_training', took_part: 'yes' })
    const aid = await counsellor.make('aid', { person: client, kind: 'tools', amount: '900000 LAK', purpose: 'business', given: '2025-02-05', receipt: 'yes', plan })
    const stay = await counsellor.make('stay', { person: client, admitted: '2025-02-03', departed: '2025-03-01', exit: 'family' })
    deepEqual([(await counsellor.read('plan', plan)).goals, (await counsellor.read('aid', aid)).amount, (await counsellor.read('stay', stay)).state], ['To work as a tailor', '900000 LAK', 'exited'])
    for (const [record, id] of [['plan', plan], ['aid', aid], ['stay', stay]]) equal(await police.sees(record, id), false)
  }
  await counsellor.make('tally', { about: 'lgbtqi', until: '2025-12-31', province: 'LA-VT', served: 5, identified: 2, sheltered: 1, source: 'The centre' })
  const wrong = await bokeo.ask('POST', '/tally', { about: 'lgbtqi', until: '2025-12-31', province: 'LA-BK', served: 1, identified: 2 })
  deepEqual([wrong.status, faults(wrong)], [400, ['identified']])
  await bokeo.make('tally', { about: 'lgbtqi', until: '2025-12-31', province: 'LA-BK', served: 2 })
  const figures = async (table) => Object.fromEntries(JSON.parse(await r.must('figures', table, '--from', '2025-01-01', '--to', '2025-12-31', '--format', 'json')).rows.map((one) => [one.figure, one.value]))
  const victims = await figures('victims'), services = await figures('services')
  deepEqual([victims.victims, victims.victims_men, victims.victims_boys, victims.identified_formally, victims.victims_legacy, victims.lgbtqi_served, services.served, services.aided, services.stays], [2, 1, 1, 2, 0, 7, 2, 2, 2])
  // No person says of anybody that she or he is one of them.
  ok(!/lgbt|gender_identity|orientation/i.test(await r.must('export', 'person')))
})

onBothStores('a resident complains past her house', async (t) => {
  const { manager, chief, other, counsellor, hotline, officer, secretary, officer_dpo: dpo } = await cast(t, 'manager', 'chief', 'other', 'counsellor', 'hotline', 'officer', 'secretary', 'officer_dpo')
  const facility = await manager.make('facility', { name: 'A house', kind: 'shelter_government', house: 'shelter_vt' })
  // She calls the line. The house is no place where it could be looked into, and nobody there reads that there is one.
  const past = await hotline.ask('POST', '/complaint', { facility, subject: 'staff', words: 'x', to_unit: 'shelter_vt' })
  deepEqual([past.status, faults(past)], [400, ['to_unit']])
  const said = await hotline.make('complaint', { facility, subject: 'freedom', made: today, way: 'phone', words: 'The door is locked at night.', danger: 'no', to_unit: 'lwu_centre' })
  for (const who of [manager, chief, other]) {
    equal(await who.sees('complaint', said), false)
    ok([403, 404].includes((await who.ask('GET', '/complaint')).status) || !(await who.items('complaint')).length)
    ok([403, 404].includes((await who.ask('POST', '/complaint', { subject: 'staff' })).status))
    ok(!(await who.page('/')).includes('locked at night'))
    equal((await who.notices()).filter((one) => /complains/.test(one)).length, 0)
  }
  ok((await counsellor.work()).includes(`complaint/${said}`))
  equal((await counsellor.notices()).length, 1)
  await counsellor.move('complaint', said, 'look_into')
  refused(await counsellor.refused('complaint', said, 'answer'), /what was found/)
  await counsellor.move('complaint', said, 'answer', { answer: 'The door is open now; she was told.', answered: today })
  equal((await hotline.read('complaint', said)).state, 'answered')
  // Or to the ministry; the officer for data protection and the Secretariat read that there is one, and no word of it.
  const second = await counsellor.make('complaint', { facility, subject: 'confidential', words: 'They told my village.', to_unit: 'vtc' })
  equal((await officer.read('complaint', second)).words, 'They told my village.')
  for (const who of [dpo, secretary]) { const seen = await who.read('complaint', second); deepEqual([seen.subject, 'words' in seen, 'resident' in seen], ['confidential', false, false]) }
  equal(await manager.sees('complaint', second), false)
  const counts = (await secretary.get(`/figures/services?from=${shift(-30)}&to=${today}`)).rows
  equal(counts.find((one) => one.figure === 'complaints').value, 1) // by the day on which it was made; the other says none
})
