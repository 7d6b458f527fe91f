// The first who meet her: gate, village, hotline, counsellor, police; each journey through the pack of Laos, with the rights of each.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok, onBothStores } from '../tool.mjs'
import { ahead, players, seated } from '../players.mjs'

const people = { gate: ['border_officer', 'gate_friendship_4'], other: ['border_officer', 'gate_vang_tao'], centre: ['shelter_manager', 'centre_lm'], village: ['village_focal_point', 'focal_pakse'],
  counsellor: ['counsellor', 'lwu_centre'], hotline: ['hotline_operator', 'lwu_1362'], police: ['police_investigator', 'atd_investigation'], provincial: ['provincial_police', 'atd_ch'],
  shelter: ['shelter_manager', 'shelter_vt'], secretary: ['secretariat', 'secretariat'], boss: ['supervisor', 'gate_friendship_4'] }
const cast = (t, ...names) => players(t, Object.fromEntries(names.map((name) => [name, people[name]])))
const page = (text) => text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

// A traveller at the gate, screened, referred to the centre of the north, sent.
async function passedOn(gate) {
  const encounter = await gate.make('encounter', { at: '2026-11-01T09:00', gate: 'friendship_4', direction: 'out', women: 1, girls: 2, documents: 'others', sent_back: 'no', action: 'screening' })
  const person = await gate.make('person', { unnamed: 'withheld', sex: 'female', age_estimated: 16 })
  const screening = await gate.make('screening', { person, encounter, done: '2026-11-01', place: 'border', province: 'LA-BK', language: 'lo', interpreter: 'no', tool: 'gate',
    told_otherwise: 'yes', way_unknown: 'yes', papers_held: 'yes', owes: 'unknown', not_free: 'no', threatened: 'refused', spoken_for: 'yes', danger: 'no', result: 'possible' })
  const referral = await gate.make('referral', { person, screening, to_unit: 'centre_lm', services: 'accommodation counselling', urgency: 'immediate', consent: 'yes' })
  await gate.move('referral', referral, 'send')
  return { encounter, person, screening, referral }
}

onBothStores('A border officer at a gate screens a traveller, finds indicators, and the nearest receiving unit answers within the hour; afterwards the gate knows "accepted" and no more', async (t) => {
  const { gate, other, centre, shelter, secretary } = await cast(t, 'gate', 'other', 'centre', 'shelter', 'secretary')
  const nearest = async (who) => (await who.page('/referral/new')).match(/<select[^>]*name='to_unit'[^]*?<\/select>/)[0].match(/value='([^']*)' selected/)?.[1]
  deepEqual([await nearest(gate), await nearest(other), await nearest(centre)], ['centre_lm', 'shelter_ch', undefined]) // she chooses another where it is wrong
  const { encounter, person, screening, referral } = await passedOn(gate)
  const screened = await gate.get(`/screening/${screening}`)
  deepEqual([screened.seven_yes, screened.child_rule, screened.result, screened.encounter], ['4', 'child', 'possible', (await gate.get(`/encounter/${encounter}`)).key])
  const asked = await centre.waits('referral', referral)
  ok(asked && asked.moves.includes('accept'), JSON.stringify(asked))
  equal(asked.due, new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10)) // at once: on the day on which it was sent, in Vientiane
  equal(await centre.sees('person', person), false) // not before it accepts
  for (const who of [other, shelter]) for (const [record, id] of [['referral', referral], ['person', person], ['screening', screening], ['encounter', encounter]]) equal(await who.sees(record, id), false)
  const told = Object.fromEntries((await secretary.get('/figures/prevention?year=2026')).rows.map((one) => [one.figure, [one.value, one.female]]))
  deepEqual([told.encounters[0], told.encountered_persons], [1, [3, 3]]) // one group, a woman and two girls in it
  await centre.move('referral', referral, 'accept')
  deepEqual(['female', '16'], (({ sex, age_estimated: age }) => [sex, age])(await centre.get(`/person/${person}`)))
  // the gate
  equal((await gate.get(`/referral/${referral}`)).state, 'accepted')
  match(page(await gate.page('/notices')), /Your referral was accepted\./)
  const stay = await centre.make('stay', { person, admitted: '2026-11-01' })
  const service = await centre.make('service', { person, type: 'accommodation', given: '2026-11-01', place: 'shelter' })
  for (const [record, id] of [['stay', stay], ['service', service]]) ok([403, 404].includes((await gate.ask('GET', `/${record}/${id}`)).status), record)
  ok(!/stay|service/.test(JSON.stringify(await gate.get(`/person/${person}`))))
  await centre.move('referral', referral, 'begin_help')
  equal(await gate.sees('referral', referral), false) // that help began, and where, is not hers to know
  // The word stays with what she wrote herself, and nothing that she may read tells more; nor is she asked to pass her on again.
  equal((await gate.get(`/screening/${screening}`)).passed_on, 'accepted')
  const shown = page(await gate.page(`/screening/${screening}`)) + page(await gate.page('/screening')) + page(await gate.page('/'))
  match(shown, /The referral was answered Accepted/)
  ok(!/Help began|Screened, and not passed on yet/.test(shown), shown)
})

onBothStores('who passed somebody on reads that it was declined, passes her on elsewhere, and is not asked again once she was accepted', async (t) => {
  const { gate, centre, shelter } = await cast(t, 'gate', 'centre', 'shelter')
  const { person, screening, referral } = await passedOn(gate)
  const waiting = async () => /Screened, and not passed on yet/.test(page(await gate.page('/')))
  const answered = async () => (await gate.get(`/screening/${screening}`)).passed_on
  deepEqual([await waiting(), await answered()], [false, ''])
  await centre.move('referral', referral, 'decline', { declined_because: 'There is no room.' })
  deepEqual([await waiting(), await answered()], [true, 'declined'])
  const second = await gate.make('referral', { person, screening, to_unit: 'shelter_vt', services: 'accommodation', urgency: 'immediate', consent: 'yes' })
  equal(await waiting(), false)
  await gate.move('referral', second, 'send')
  await shelter.move('referral', second, 'accept')
  deepEqual([await waiting(), await answered()], [false, 'accepted'])
  await gate.move('referral', second, 'take_back')
  deepEqual([await waiting(), await answered()], [true, ''])
})

onBothStores('a gate sees what it wrote for thirty days, and whom it passed on for seven days after she was accepted', async (t) => {
  const { r, server, tokens, gate, centre, police } = await cast(t, 'gate', 'centre', 'police')
  const made = await passedOn(gate)
  await centre.move('referral', made.referral, 'accept')
  const seen = async (days) => {
    await server.kill()
    const later = await r.serve({ env: ahead(days) }), { gate: again, centre: there, police: asks } = seated(r, later, tokens)
    const all = []
    for (const [record, id] of Object.entries(made)) if (await again.sees(record, id)) all.push(record)
    ok(await there.sees('person', made.person), 'whoever received her sees her')
    ok(await asks.sees('person', made.person), 'the department answers for gates')
    await later.kill()
    return all
  }
  ok(police)
  deepEqual(await seen(6), ['encounter', 'person', 'screening', 'referral'])
  deepEqual(await seen(8), ['encounter', 'screening']) // who she is, is the centre's to know
  deepEqual(await seen(31), [])
})

onBothStores('the supervisor looks at a screening again, and says so', async (t) => {
  const { gate, boss } = await cast(t, 'gate', 'boss')
  const { screening } = await passedOn(gate)
  equal((await gate.refused('screening', screening, 'review', { reviewed: '2026-11-02' })).status, 403) // not her own
  await boss.move('screening', screening, 'review', { reviewed: '2026-11-02', review_note: 'The interpreter was missing.' })
  const now = await boss.get(`/screening/${screening}`)
  deepEqual([now.state, now.review_note], ['reviewed', 'The interpreter was missing.'])
})

onBothStores('a village focal point reports a missing girl; LWU and, on vital interest, the police have it at once', async (t) => {
  const { village, counsellor, police, provincial, shelter } = await cast(t, 'village', 'counsellor', 'police', 'provincial', 'shelter')
  await counsellor.make('village_focal_point', { province: 'LA-CH', district: '1601', village: 'A village', works_for: 'focal_pakse', name: 'Focal', trained: '2026-03-01', active: 'yes' })
  const [point] = (await counsellor.get('/village_focal_point')).items
  deepEqual([point.village, point.name, point.works_for], ['A village', 'Focal', 'focal_pakse']) // the Women's Union knows whom it has there
  equal((await police.ask('GET', `/village_focal_point/${point.id}`)).status, 404)
  const person = await village.make('person', { given_name: 'Missing', sex: 'female', born: '2012', province: 'LA-CH' })
  const case_ = await village.make('case', { kind: 'both', title: 'Girl gone since Sunday', priority: 'immediate', province: 'LA-CH', known_through: 'village' })
  const report = await village.make('contact', { at: '2026-11-01T08:00', mode: 'face_to_face', caller: 'village', topic: 'missing_person', urgency: 'immediate', person, case: case_, note: 'Her aunt told me.' })
  for (const [record, id] of [['contact', report], ['person', person], ['case', case_]]) ok(await counsellor.sees(record, id), `the Women's Union sees the ${record}`)
  equal((await counsellor.get(`/contact/${report}`)).note, 'Her aunt told me.')
  equal((await counsellor.get(`/person/${person}`)).given_name, 'Missing')
  match(page(await counsellor.page('/')), /A village reported something\./)
  for (const [record, id] of [['person', person], ['case', case_]]) ok(await police.sees(record, id), `the police see the ${record}`)
  equal((await police.get(`/person/${person}`)).given_name, 'Missing')
  ok([403, 404].includes((await police.ask('GET', `/contact/${report}`)).status)) // who reported is not theirs to know
  for (const who of [shelter, provincial]) equal(await who.sees('person', person), false)
  // She is found and comes home; whoever reported her is asked to look in on her, and writes down the visit that she was asked for.
  const visit = await counsellor.make('followup', { person, due: '2026-11-20' })
  equal(await village.sees('followup', visit), false)
  equal((await counsellor.ask('POST', `/followup/${visit}/share`, { to: 'village', compartments: 'case', until: '2999-12-31', why: 'she lives next door' })).status, 200)
  await village.move('followup', visit, 'visit', { done: '2026-11-20', mode: 'face_to_face', safe: 'yes' })
  deepEqual((({ state, safe }) => [state, safe])(await counsellor.read('followup', visit)), ['done', 'yes'])
  // without haste the police are told nothing
  const calm = await village.make('person', { given_name: 'Calm', sex: 'female', born: '2000', province: 'LA-CH' })
  await village.make('contact', { mode: 'face_to_face', topic: 'legal_advice', urgency: 'low', person: calm })
  ok(await counsellor.sees('person', calm))
  equal(await police.sees('person', calm), false)
})

onBothStores('a hotline call becomes a contact, a call-back, and, three calls later, a case that holds all three', async (t) => {
  const { hotline, police } = await cast(t, 'hotline', 'police')
  const call = (more) => hotline.make('contact', { mode: 'hotline', line: 'lwu_1362', at_risk: 'yes', caller: 'family', topic: 'online_jobs', ...more })
  const first = await call({ at: '2026-11-01T20:00', urgency: 'medium', call_back: '2026-11-02', note: 'A brother went to the zone.' })
  const waits = await hotline.waits('contact', first)
  deepEqual([waits.due, waits.moves.includes('called_back')], ['2026-11-02', true])
  match(page(await hotline.page('/')), /To be called back.*02\/11\/2026/)
  const second = await call({ at: '2026-11-02T09:00', direction: 'out', earlier: first, session_no: 2 })
  await hotline.move('contact', first, 'called_back')
  equal(await hotline.waits('contact', first), undefined)
  const third = await call({ at: '2026-11-03T10:00', earlier: second, session_no: 3, urgency: 'high' })
  equal((await hotline.refused('contact', third, 'hang_on_case')).status, 400) // of which case?
  const case_ = await hotline.make('case', { kind: 'both', title: 'Brother in the zone', first_contact: first, known_through: 'hotline', opened: '2026-11-03' })
  for (const one of [second, third]) await hotline.move('contact', one, 'hang_on_case', { case: case_ })
  await hotline.change('contact', first, { case: case_ })
  const key = (await hotline.get(`/case/${case_}`)).key
  deepEqual((await hotline.get('/contact')).items.map((one) => one.case), [key, key, key])
  const shown = page(await hotline.page(`/case/${case_}`))
  for (const day of ['01/11/2026', '02/11/2026', '03/11/2026']) ok(shown.includes(day), `${day} on the page of the case: ${shown}`)
  ok([403, 404].includes((await police.ask('GET', `/contact/${first}`)).status))
  const silent = await hotline.make('contact', { mode: 'hotline', unheard: 'silent' })
  equal((await hotline.get(`/contact/${silent}`)).state, 'closed')
})

onBothStores('962 people at risk are counselled face to face and by hotline on 54 occasions, and nobody is named', async (t) => {
  const { r, counsellor, hotline, secretary } = await cast(t, 'counsellor', 'hotline', 'secretary')
  for (let i = 0; i < 54; i++) {
    const [who, mode] = i % 3 ? [counsellor, 'face_to_face'] : [hotline, 'hotline']
    await who.make('contact', { at: `2025-${String(i % 12 + 1).padStart(2, '0')}-10T09:00`, mode, at_risk: 'yes', reached: i ? 18 : 8, reached_female: i ? 10 : 4 })
  }
  const told = await r.figures('2025-01-01', '2025-12-31'), figure = (name) => told.rows.find((one) => one.figure === name)
  deepEqual([figure('at_risk_persons').value, figure('at_risk_persons').female, figure('at_risk_occasions').value, figure('hotline_occasions').value], [962, 534, 54, 18])
  deepEqual((await secretary.get('/person')).items, [])
  ok((await counsellor.get('/contact?limit=100')).items.every((one) => !one.person))
})

onBothStores('a call-centre worker who was forced to scam is a victim, not a suspect (non-punishment)', async (t) => {
  const { police, r } = await cast(t, 'police')
  const person = await police.make('person', { given_name: 'Worker', sex: 'male', born: '2001', citizenship: 'LA' })
  const case_ = await police.make('case', { kind: 'both', title: 'A call centre', forms: 'online_scam', opened: '2025-05-01', province: 'LA-BK' })
  const screening = await police.make('screening', { person, case: case_, done: '2025-05-02', place: 'zone', tool: 'ilo scam', ilo_deception_yes: 'job pay', ilo_force_yes: 'papers_taken crime', ilo_force_no: 'violence',
    ilo_force_unknown: 'debt', ilo_force_refused: 'threat', ilo_exploitation_yes: 'hours', ilo_exploitation_no: 'hazard', scam_centre_yes: 'quota punished compound', result: 'possible' })
  const scored = await police.get(`/screening/${screening}`)
  deepEqual(['ilo_deception', 'ilo_force', 'ilo_exploitation', 'ilo_coercion', 'scam_centre'].map((one) => scored[`${one}_points`]), ['strong', 'strong', 'some', '', 'strong'])
  equal(scored.result, 'possible') // the officer's word, whatever the points
  const both = await police.ask('POST', '/screening', { person, ilo_force_yes: 'debt', ilo_force_no: 'debt' })
  equal(both.status, 400) // one answer for each
  equal(both.body.faults[0].field, 'ilo_force_no')
  await police.make('involvement', { person, case: case_, part: 'victim', identified: '2025-05-03', status: 'possible', compelled: 'yes' })
  const suspect = await r.take('involvement', `key,case,person,part,arrested\nI1,${case_},${person},suspect,2025-05-01\n`, '--dry-run')
  match(suspect.out + suspect.err, /not punished for what victims are forced to do/)
  const told = await r.figures('2025-01-01', '2025-12-31'), figure = (name) => told.rows.find((one) => one.figure === name).value
  deepEqual([figure('victims'), figure('suspects_arrested')], [1, 0])
})

onBothStores('a new encounter begins with the gate whose officer writes it, as the list says which unit is which gate', async (t) => {
  const { gate, other, secretary } = await cast(t, 'gate', 'other', 'secretary')
  const chosen = async (who) => (await who.page('/encounter/new')).match(/<select[^>]*name='gate'[^]*?<\/select>/)[0].match(/value='(\w+)'[^>]* selected/)?.[1]
  deepEqual([await chosen(gate), await chosen(other), await chosen(secretary)], ['friendship_4', 'vang_tao', undefined])
})
