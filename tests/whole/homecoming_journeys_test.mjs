// Journeys home through the pack of Laos: from a request of Thailand to the visits at home, and of a foreign victim to hers.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok, onBothStores, wrongBy } from '../tool.mjs'
import { cast, faults, refused, shift, today } from '../life_of_protection.mjs'

const girl = { given_name: 'Noy', sex: 'female', born: `${new Date().getUTCFullYear() - 15}`, citizenship: 'LA', province: 'LA-SV' }
const returned = async (r, from, to, name) => JSON.parse(await r.must('figures', 'returns', '--from', from, '--to', to, '--format', 'json')).rows.find((one) => one.figure === name).value

onBothStores("a girl comes home from Thailand: request, family tracing, consent, risk and best interests before the plan, bridge, transit centre, rest before the police's interview, which she may decline, province, family, follow-ups as she chose, feedback to the sender", async (t) => {
  const { ministry, lsw, other_lsw, officer, police, secretary, mfa, r } = await cast(t, 'ministry', 'lsw', 'other_lsw', 'officer', 'police', 'secretary', 'mfa')
  // The ministry takes the request; the transit centre, which will meet her, has the keys.
  const sending = await secretary.make('organization', { name: 'The Thai side' }), person = await officer.make('person', girl)
  const back = await officer.make('return', { person, from_country: 'TH', manner: 'official', sending, to_province: 'LA-SV' })
  equal((await officer.read('return', back)).state, 'requested')
  refused(await officer.refused('return', back, 'verify'), /which day/)
  await officer.move('return', back, 'verify', { verified: shift(-40), sending })
  // Foreign affairs read who she is until the travel paper is there.
  equal((await mfa.read('person', person)).given_name, 'Noy')
  // Her family is looked for by the office of the province, or of the ministry.
  const tracing = await officer.make('tracing', { person, asked: shift(-39), asked_by: 'TH', received: shift(-39), province: 'LA-SV' })
  equal(await ministry.sees('tracing', tracing), false)
  await officer.change('tracing', tracing, { forwarded: shift(-38), forwarded_to: 'mlsw' })
  await ministry.change('tracing', tracing, { visited: shift(-30), done_by: 'social_welfare', found: 'yes', welcome: 'yes', level: 'low', child_advice: 'return_family', situation: 'A mother and two brothers.' })
  equal((await officer.read('tracing', tracing)).state, 'in_field')
  ok((await ministry.work()).includes(`tracing/${tracing}`) && !(await officer.work()).includes(`tracing/${tracing}`)) // whose work it is
  ok((await officer.page('/')).includes('Families to be found')) // and who asked still sees that it waits
  await officer.change('tracing', tracing, { answered: shift(-28) })
  equal((await officer.read('tracing', tracing)).state, 'result_sent')
  // Nothing is planned before she agreed, and what threatens her, and what is best for her, was weighed.
  const lacks = await officer.refused('return', back, 'plan', { agreed: 'no' })
  equal(lacks.status, 400, lacks.text)
  for (const words of [/has to agree/, /threatens/, /best interests/]) match(lacks.text, words)
  const consent = await officer.make('consent', { person, purpose: 'return', answer: 'given', given_by: 'self', asked: shift(-27) })
  await officer.make('risk', { person, kind: 'return', level: 'low', assessed: shift(-27) })
  const half = await officer.refused('return', back, 'plan', { agreed: 'yes', consent })
  match(half.text, /best interests/)
  ok(!/threatens/.test(half.text))
  await officer.make('best_interests', { person, decided: shift(-26), heard: 'yes', own_view: 'To be with her mother', outcome: 'family' })
  await officer.move('return', back, 'plan', { agreed: 'yes', consent })
  await officer.move('return', back, 'approve', { departs: shift(-7), travel_document: 'letter', escort: 'Two officers' })
  equal(await mfa.sees('person', person), false) // the paper is there
  await officer.move('return', back, 'set_out', { gate: 'friendship_1', departs: shift(-7) })
  ok((await officer.work()).includes(`return/${back}`))
  // Over the bridge, into the transit centre; she rests, and the police ask nothing before.
  const transit = await secretary.make('facility', { name: 'The centre', kind: 'transit', house: 'vtc', places_children: 4 })
  await officer.move('return', back, 'receive', { arrived: shift(-6), medical_offered: 'yes', rest_until: shift(-3), transit })
  const rest = await officer.make('stay', { person, facility: transit, admitted: shift(-6), departed: shift(-2), exit: 'family' })
  const asked = await officer.make('referral', { person, to_unit: 'lwu_centre', services: 'counselling', urgency: 'high', consent: 'yes' })
  await officer.move('referral', asked, 'send')
  deepEqual([(await officer.read('stay', rest)).state, (await officer.read('referral', asked)).state, await police.sees('stay', rest)], ['exited', 'sent', false])
  const early = await officer.ask('PATCH', `/return/${back}`, { interview: 'accepted', interviewed: shift(-5), version: (await officer.read('return', back)).version })
  deepEqual([early.status, faults(early)], [400, ['interviewed']])
  await officer.change('return', back, { interview: 'declined' })
  const declined = await officer.ask('PATCH', `/return/${back}`, { interviewed: shift(-1), version: (await officer.read('return', back)).version })
  deepEqual([declined.status, faults(declined)], [400, ['interviewed']])
  for (const [record, id] of [['person', person], ['return', back]]) equal(await police.sees(record, id), false) // and who declines is shown to none of them
  // The province, the family, and the visits that she chose.
  await officer.move('return', back, 'hand_over', { handed_over: shift(-2), office: 'lsw_sv' })
  equal((await lsw.read('return', back)).handed_over, shift(-2))
  equal((await lsw.read('person', person)).given_name, 'Noy')
  for (const [record, id] of [['return', back], ['person', person]]) equal(await other_lsw.sees(record, id), false) // another province's office
  const home = await officer.move('return', back, 'bring_home', { arrived: shift(-6), destination: 'family', with_family: shift(-1), followup: 'phone' })
  equal(home.made.filter((one) => one.record === 'followup').length, 5)
  const visits = (await officer.items('followup', `&person=${person}`)).sort((one, two) => (one.due < two.due ? -1 : 1))
  // Her province's office goes there, and writes down how she lives.
  await lsw.change('followup', visits[0].id, { done: today, mode: 'hotline', reached: 'yes', safe: 'yes', income: 'little', health: 'good', activity: 'school', in_debt: 'no', accepted: 'yes', stigma: 'no', retrafficked: 'no' })
  equal((await officer.read('return', back)).state, 'monitored') // the visit says so of the return
  const again = await lsw.make('followup', { person, due: today, done: today, mode: 'face_to_face', reached: 'yes', safe: 'yes', living: 'family' })
  deepEqual((({ state, reached, living }) => [state, reached, living])(await lsw.read('followup', again)), ['done', 'yes', 'family'])
  equal(await other_lsw.sees('followup', again), false)
  // Those who sent her hear that she is at home.
  await officer.move('return', back, 'close', { feedback_sent: today })
  const all = await officer.read('return', back)
  deepEqual([all.state, all.feedback_sent, all.followup], ['closed', today, 'phone'])
  const year = shift(-6).slice(0, 4)
  deepEqual([await returned(r, `${year}-01-01`, `${year}-12-31`, 'returned_to_family'), await returned(r, `${year}-01-01`, `${year}-12-31`, 'returns_thailand'), await returned(r, `${year}-01-01`, `${year}-12-31`, 'foreign_home')], [1, 1, 0])
  equal(await returned(r, shift(-60), today, 'families_traced'), 1)
  const page = await officer.page(`/return/${back}`)
  for (const words of ['Requested', 'Verified', 'On the way', 'Handed over to the province', 'Followed up']) ok(page.includes(words), words)
})

onBothStores('a return without consent is refused, on the way of today as on the longer one; one that was given up goes no further', async (t) => {
  const { officer } = await cast(t, 'officer')
  const person = await officer.make('person', { ...girl, born: '1990' })
  const short = await officer.make('return', { person, from_country: 'TH' })
  refused(await officer.refused('return', short, 'plan', { agreed: 'no' }), /has to agree/)
  for (const [move, asked] of [['plan', { agreed: 'yes' }], ['receive', {}], ['bring_home', { arrived: shift(-3), destination: 'relatives', followup: 'none' }], ['close', {}]]) await officer.move('return', short, move, asked)
  equal((await officer.read('return', short)).state, 'closed')
  const long = await officer.make('return', { person, from_country: 'TH' })
  await officer.move('return', long, 'verify', { verified: shift(-9) })
  await officer.make('risk', { person, kind: 'return', level: 'high' })
  refused(await officer.refused('return', long, 'plan', { agreed: 'unknown' }), /has to agree/)
  await officer.move('return', long, 'plan', { agreed: 'yes' }) // a grown woman needs no panel
  await officer.move('return', long, 'approve')
  await officer.move('return', long, 'cancel_planned')
  equal((await officer.read('return', long)).state, 'cancelled')
})

onBothStores('a foreign victim is found in a special economic zone, interpreted, and returned home; her embassy is told only if she wants', async (t) => {
  const { police, officer, mfa, secretary, r } = await cast(t, 'police', 'officer', 'mfa', 'secretary')
  const of = await police.make('case', { title: 'A zone', kind: 'criminal', opened: '2026-02-01', province: 'LA-BK' })
  // In the zone: where it is, stands on the inspection, the investigation and the screening; she speaks through an interpreter.
  const inspection = await police.make('inspection', { held: '2026-02-01', site: 'Hall 7', zone: 'golden_triangle', province: 'LA-BK', inspectors: 'police zone', women: 40, men: 12, removed: 3, indicators: 'cannot_leave deceived_job', case: of })
  const inquiry = await police.make('investigation', { case: of, office: 'atd_investigation', opened: '2026-02-01', zone: 'golden_triangle' })
  const found = await police.make('person', { given_name: 'Lin', sex: 'female', born: '2000-01-01', citizenship: 'CN', languages: 'zh', interpreter: 'yes' })
  const part = await police.make('involvement', { case: of, person: found, part: 'victim' })
  const screening = await police.make('screening', { person: found, case: of, done: '2026-02-01', place: 'zone', province: 'LA-BK', language: 'zh', interpreter: 'yes', result: 'possible' })
  const decision = await police.make('identification', { person: found, case: of, body: 'atd' })
  await police.move('identification', decision, 'decide', { status: 'identified', decided: '2026-02-20' })
  await police.move('identification', decision, 'tell', { told: '2026-02-21', told_in: 'zh', interpreter: 'yes' })
  await police.move('identification', decision, 'finish')
  equal((await police.read('involvement', part)).identified, '2026-02-20')
  for (const [record, id, said] of [['inspection', inspection, { zone: 'golden_triangle', removed: '3', women: '40' }], ['investigation', inquiry, { zone: 'golden_triangle' }], ['person', found, { interpreter: 'yes' }],
    ['screening', screening, { place: 'zone', language: 'zh', interpreter: 'yes' }], ['identification', decision, { told_in: 'zh', interpreter: 'yes' }]]) {
    const kept = await police.read(record, id)
    for (const [name, value] of Object.entries(said)) equal(kept[name], value, `${record}.${name}`)
  }
  match(await police.page(`/screening/${screening}`), /With an interpreter/)
  // An association of the field, which is no unit of the register: what it offers stands there, and who passes her on says where to.
  const ngo = await secretary.make('organization', { name: 'A house of friends', kind: 'association', services: 'accommodation legal_aid', takes_referrals: 'yes', languages: 'zh lo' })
  equal((await officer.read('organization', ngo)).services, 'accommodation legal_aid')
  // She is helped in her language, at the centre and on the way.
  const client = await officer.make('person', { given_name: 'Lin', sex: 'female', born: '2000-01-01', citizenship: 'CN' })
  const help = await officer.make('service', { person: client, type: 'accommodation', given: '2026-02-02', language: 'zh', interpreter: 'yes' })
  deepEqual((({ language, interpreter }) => [language, interpreter])(await officer.read('service', help)), ['zh', 'yes'])
  const passed = await officer.make('referral', { person: client, to_organization: ngo, services: 'legal_aid', consent: 'yes', sent: '2026-02-03' })
  await officer.move('referral', passed, 'send')
  await officer.make('disclosure', { person: client, given: '2026-02-03', to_whom: 'organization', organization: ngo, what: 'identity', basis: 'consent', way: 'paper' })
  ok((await officer.work()).includes(`referral/${passed}`)) // outside the register nobody answers: it stays the sender's
  for (const move of ['accept', 'begin_help']) await officer.move('referral', passed, move)
  await officer.make('service', { person: client, type: 'legal_aid', given: '2026-02-05', provider: ngo })
  equal((await officer.read('referral', passed)).state, 'done')
  equal((await officer.items('disclosure', `&person=${client}`)).length, 1)
  const back = await officer.make('return', { person: client, from_country: 'LA', to_country: 'CN', manner: 'foreign', embassy_wanted: 'not_asked' })
  await officer.move('return', back, 'verify', { verified: '2026-03-01' })
  equal(await mfa.sees('person', client), false) // nobody asks her embassy for anything
  const version = async () => (await officer.read('return', back)).version
  for (const wish of ['not_asked', 'no']) {
    const told = await officer.ask('PATCH', `/return/${back}`, { embassy_wanted: wish, embassy_told: '2026-03-02', version: await version() })
    deepEqual([told.status, faults(told)], [400, ['embassy_told']], wish)
    match(told.text, /only when she or he wants it/)
  }
  await officer.change('return', back, { embassy_wanted: 'yes' })
  equal((await mfa.read('person', client)).given_name, 'Lin') // now its paper is asked for
  await officer.change('return', back, { embassy_told: '2026-03-02' })
  await officer.change('return', back, { embassy_told: null, embassy_wanted: 'no' }) // she changed her mind
  equal(await mfa.sees('person', client), false)
  await officer.make('risk', { person: client, kind: 'return', level: 'medium' })
  await officer.move('return', back, 'plan', { agreed: 'yes' })
  await officer.move('return', back, 'approve', { travel_document: 'passport', departs: '2026-03-20' })
  const left = await officer.move('return', back, 'depart_home', { departs: '2026-03-20', to_country: 'CN' })
  deepEqual((left.made ?? []).filter((one) => one.record === 'followup'), []) // she is visited by nobody here
  equal((await officer.read('return', back)).state, 'home')
  await officer.change('return', back, { arrived: '2026-03-20', destination: 'family' })
  // She is no Lao woman who came home.
  for (const [name, value] of [['returned_to_family', 0], ['returns', 0], ['foreign_home', 1]]) equal(await returned(r, '2026-01-01', '2026-12-31', name), value, name)
})

onBothStores('a visit at home is work from a week before its day until it is done, not reached or not wanted; what is written down and the step say the same', async (t) => {
  const { officer, ministry, r } = await cast(t, 'officer', 'ministry')
  const person = await officer.make('person', { ...girl, born: '1990' }), visit = (due, more) => officer.make('followup', { person, due, ...more })
  const state = async (id) => { const { state, reached, done } = await officer.read('followup', id); return [state, reached, done].map((one) => one || undefined) }
  const work = async () => (await officer.work()).filter((one) => one.startsWith('followup/')).map((one) => one.slice('followup/'.length)).sort()
  const [late, soon, later] = [await visit(shift(-3)), await visit(shift(5)), await visit(shift(90))]
  deepEqual(await work(), [late, soon].sort())
  equal((await state(later))[0], 'planned')
  ok(!(await officer.page('/')).includes('Visits that are due')) // what is her own work stands once on her page
  // By the steps.
  equal((await officer.refused('followup', late, 'visit')).status, 400)
  refused(await officer.refused('followup', late, 'visit', { done: today, reached: 'no' }), /was not visited/)
  await officer.move('followup', late, 'visit', { done: today, mode: 'face_to_face', next_visit: shift(30) })
  deepEqual(await state(late), ['done', 'yes', today])
  const wanted = (await officer.items('followup', `&person=${person}`)).filter((one) => one.due === shift(30))
  deepEqual(wanted.map((one) => one.state), ['planned']) // the visit that is wanted again is made
  ok(!(await officer.page('/')).includes('Visits that were wanted again'))
  await officer.move('followup', soon, 'not_reached', { done: today })
  deepEqual(await state(soon), ['unreachable', 'no', today])
  await officer.move('followup', soon, 'try_again', { due: shift(2) })
  deepEqual(await state(soon), ['due', undefined, undefined])
  deepEqual(await work(), [soon])
  await officer.move('followup', soon, 'decline')
  deepEqual(await work(), [])
  // By what is written down, as before there were steps.
  const [first, second] = [await visit(shift(-9)), await visit(shift(-8), { done: today, reached: 'no' })]
  deepEqual(await state(second), ['unreachable', 'no', today])
  await officer.change('followup', first, { done: today, reached: 'yes', next_visit: shift(30) })
  deepEqual(await state(first), ['done', 'yes', today])
  equal((await officer.items('followup', `&person=${person}`)).filter((one) => one.due === shift(30)).length, 1) // one of that day is planned already
  await officer.change('followup', first, { reached: 'no' })
  equal((await state(first))[0], 'unreachable')
  await officer.change('followup', first, { done: null, reached: null }) // a slip of the pen
  equal((await state(first))[0], 'due')
  await officer.change('followup', later, { due: shift(1) })
  deepEqual(await work(), [first, later].sort())
  // A file that says nothing of steps counts and waits as it did; one that says how a visit went has said where it stands.
  const key = (await officer.read('person', person)).key
  await r.mustTake('followup', `key,person,due,done,reached\nOLD-1,${key},${shift(-20)},,\nOLD-2,${key},2026-01-01,2026-01-02,yes\n`, '--unit', 'vtc')
  deepEqual(await state('OLD-1'), [undefined, undefined, undefined])
  deepEqual(await state('OLD-2'), [undefined, 'yes', '2026-01-02'])
  match((await officer.page('/')).match(/Visits that are due[^]*?<\/ul>/)[0], /OLD-1|Noy/)
  await r.mustTake('followup', `key,person,due,done,reached\n${(await officer.read('followup', first)).key},${key},${shift(-9)},${today},yes\n`, '--unit', 'vtc')
  deepEqual(await state(first), ['done', 'yes', today])
  const visited = JSON.parse(await r.must('figures', 'returns', '--from', '2026-01-01', '--to', today, '--format', 'json')).rows.find((one) => one.figure === 'visited_at_home').value
  equal(visited, 1)
  equal(await ministry.sees('followup', first), false)
})

onBothStores('a visit that was planned becomes work by the day alone', async (t) => {
  const ahead = wrongBy(4), { officer, r } = await cast(t, 'officer')
  const person = await officer.make('person', { ...girl, born: '1990' }), visit = await officer.make('followup', { person, due: shift(9) })
  await r.must('days')
  deepEqual([(await officer.read('followup', visit)).state, (await officer.work()).includes(`followup/${visit}`)], ['planned', false])
  equal((await r.runWith({ env: ahead }, 'days')).code, 0)
  deepEqual([(await officer.read('followup', visit)).state, (await officer.work()).includes(`followup/${visit}`)], ['due', true])
})

onBothStores('a tracing goes by steps or by its days, and both say the same', async (t) => {
  const { officer, ministry, r } = await cast(t, 'officer', 'ministry')
  const person = await officer.make('person', girl), tracing = await officer.make('tracing', { person, asked_by: 'TH' })
  const state = async (id = tracing) => (await officer.read('tracing', id)).state
  ok((await officer.work()).includes(`tracing/${tracing}`) && !(await officer.page('/')).includes('Families to be found'))
  equal((await officer.refused('tracing', tracing, 'forward', { forwarded: today })).status, 400)
  await officer.move('tracing', tracing, 'forward', { forwarded: today, forwarded_to: 'mlsw' })
  equal((await ministry.read('person', person)).given_name, 'Noy') // the step shows her to the office that looks for the family
  await ministry.move('tracing', tracing, 'look', { done_by: 'social_welfare' })
  await ministry.move('tracing', tracing, 'answer', { answered: today, visited: today, found: 'yes' })
  equal(await state(), 'result_sent')
  await officer.change('tracing', tracing, { answered: null })
  equal(await state(), 'in_field')
  const days = { forwarded: { forwarded: today, forwarded_to: 'mlsw' }, in_field: { forwarded: today, forwarded_to: 'mlsw', visited: today }, result_sent: { visited: today, answered: today } }
  for (const [now, said] of Object.entries(days)) equal(await state(await officer.make('tracing', { person, ...said })), now)
  const key = (await officer.read('person', person)).key
  await r.mustTake('tracing', `key,person,asked\nOLD-1,${key},2026-01-01\n`, '--unit', 'vtc')
  equal(await state('OLD-1') || '', '') // what a file brings stands in no step
  match((await officer.page('/')).match(/Families to be found[^]*?<\/ul>/)[0], /Noy/)
})
