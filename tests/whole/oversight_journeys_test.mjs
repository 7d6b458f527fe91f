// Journeys through the pack of Laos: what is measured, who was trained, what people ask of the register itself, and what went wrong.
// SPDX-License-Identifier: Apache-2.0
import { players } from '../players.mjs'
import { deepEqual, equal, match, ok, onBothStores, test } from '../tool.mjs'

const roles = { secretary: ['secretariat', 'secretariat'], chair: ['committee', 'ncatip'], bokeo: ['province_secretariat', 'committee_bk'],
  trainer: ['trainer', 'atd_awareness'], other_trainer: ['trainer', 'lwu'], counsellor: ['counsellor', 'lwu_centre'], colleague: ['counsellor', 'lwu_centre'],
  head: ['supervisor', 'lwu_centre'], keeper: ['administrator', 'secretariat'], protector: ['data_protection_officer', 'secretariat'], auditor: ['auditor', 'secretariat'],
  police: ['police_investigator', 'atd_investigation'], hotline: ['hotline_operator', 'lwu_1362'], editor: ['public_editor', 'secretariat'], shelter: ['shelter_manager', 'shelter_vt'] }
const dayFromNow = (n) => new Date(Date.now() + 7 * 3600_000 + n * 86400_000).toISOString().slice(0, 10) // as the country's clock has it

// Of these names; a page as it was answered, in either language.
async function cast(t, ...who) {
  const all = await players(t, Object.fromEntries(who.map((name) => [name, roles[name]])))
  for (const name of who) all[name].page = (path, lang = 'en') => all.server.ask('GET', path, undefined, all.tokens[name], { accept: 'text/html', 'accept-language': lang })
  return all
}
const part = (screen, record) => screen.parts.flatMap((one) => one.lines ?? []).filter((one) => one.record === record)

onBothStores('a study and an indicator stand in the M&E list with baseline and target', async (t) => {
  const { secretary, chair, trainer, police } = await cast(t, 'secretary', 'chair', 'trainer', 'police')
  const study = await secretary.make('study', { title: 'Who is at risk in three provinces', kind: 'baseline', begins: '2021-01-01', ends: '2021-09-30', provinces: 'LA-BK LA-CH' })
  await secretary.move('study', study, 'begin')
  equal((await secretary.refused('study', study, 'finish')).status, 400) // what was found is said first
  await secretary.move('study', study, 'finish', { findings: 'One in five was promised work abroad.' })
  const indicator = await secretary.make('indicator', { title: 'Districts with a trained officer', measure: 'districts', baseline: 12, baseline_on: '2021', target: 148, target_on: '2025-12-31', responsible: 'atd_investigation', study })
  await secretary.make('indicator_value', { indicator, begins: '2024-01-01', ends: '2024-12-31', value: 61, kind: 'counted' })
  const list = await chair.get('/monitoring') // the committee reads the list, and changes nothing
  const [line] = part(list, 'indicator')
  deepEqual([line.items.title, line.items.baseline, line.items.target], ['Districts with a trained officer', '12', '148'], JSON.stringify(line))
  deepEqual(part(list, 'study').map((one) => one.items.state), ['done'])
  deepEqual(part(list, 'indicator_value').map((one) => one.items.value), ['61'])
  equal((await chair.ask('POST', '/indicator', { title: 'x' })).status, 403)
  equal((await police.ask('GET', '/indicator')).status, 404)
  ok((await trainer.page('/monitoring', 'lo')).text.includes('148'))
  const wrong = await secretary.ask('POST', '/study', { title: 'Backwards', begins: '2022-01-01', ends: '2021-01-01' })
  deepEqual([wrong.status, wrong.body.faults.map((one) => one.field)], [400, ['ends']])
})

onBothStores('a training is held, total and female by agency, with certificates', async (t) => {
  const { secretary, trainer, other_trainer, counsellor } = await cast(t, 'secretary', 'trainer', 'other_trainer', 'counsellor')
  const plan = await secretary.make('plan_of_action', { title: 'Plan', begins: '2021-01-01', ends: '2025-12-31' })
  const plan_activity = await secretary.make('plan_activity', { plan, number: '3.2', title: 'Train who screens' })
  const donor = await secretary.make('organization', { name: 'A donor', kind: 'un' })
  const project = await secretary.make('project', { title: 'Screening in the provinces', donor })
  const whole = { title: 'How to screen', kind: 'training', held: '2024-05-06', days: 3, province: 'LA-BK', requested_by: donor, plan_activity, project, curriculum: 'Manual of 2020', tests: 'both',
    participants: 43, participants_female: 19, certificates: 40, certified_by: 'The head of the department' }
  const training = await trainer.make('training', whole)
  const came = (who, of_unit, total, female, more = {}) => who.ask('POST', '/training_attendance', { training, of_unit, total, female, ...more })
  for (const [of_unit, total, female, certificates] of [['atd', 20, 4, 20], ['lwu', 23, 15, 20]]) equal((await came(trainer, of_unit, total, female, { certificates })).status, 201)
  const kept = await other_trainer.get(`/training/${training}`)
  deepEqual([kept.certificates, kept.tests, kept.certified_by], ['40', 'both', 'The head of the department'])
  const page = (await trainer.page(`/training/${training}`)).text // the next agency is written down on the training's own page
  ok(/name='of_unit'/.test(page) && /Lao Women/.test(page))
  const wrong = await came(trainer, 'court', 3, 4, { certificates: 5 })
  deepEqual([wrong.status, wrong.body.faults.map((one) => one.field).sort()], [400, ['certificates', 'female']])
  // By agency over all trainings, as the list is asked; and what another unit held is not hers to change.
  const gate = await other_trainer.make('training', { title: 'At the gate', kind: 'training', held: '2024-07-01' })
  await other_trainer.make('training_attendance', { training: gate, of_unit: 'lwu', total: 7, female: 7 })
  deepEqual((await secretary.get('/training_attendance?of_unit=lwu&limit=20')).items.map((one) => one.total).sort(), ['23', '7'])
  equal((await other_trainer.ask('PATCH', `/training/${training}`, { days: 4, version: kept.version })).status, 403)
  equal((await counsellor.ask('GET', '/training_attendance')).status, 404)
  const row = (await secretary.get('/figures/prevention?year=2024')).rows.find((one) => one.figure === 'trained')
  deepEqual([row.value, row.female], [43, 19]) // counted as before, from what the training says
  // A learning event is one, with who chaired it and who came from where.
  const event = await secretary.make('training', { title: 'What was learnt in 2023', kind: 'learning_event', held: '2023-12-14', days: 2, province: 'LA-VT', organizer: donor, requested_by: donor, audience: 'police', participants: 80, participants_female: 35, curriculum: 'Seventeen recommendations' })
  for (const [of_unit, total, female] of [['secretariat', 12, 5], ['lwu', 20, 18], ['atd', 48, 12]]) await secretary.make('training_attendance', { training: event, of_unit, total, female })
  const its = (await trainer.get(`/training_attendance?training=${event}&limit=20`)).items
  deepEqual([its.length, its.reduce((sum, one) => sum + Number(one.total), 0), its.reduce((sum, one) => sum + Number(one.female), 0)], [3, 80, 35])
  ok((await trainer.page('/training')).text.includes('Learning event'))
  const year = Object.fromEntries((await secretary.get('/figures/prevention?year=2023')).rows.map((one) => [one.figure, [one.value, one.female]]))
  deepEqual([year.trainings[0], year.trained], [1, [80, 35]])
})

onBothStores('an activity is planned, held and reported; one that was cancelled is told beside the figure, and what a file brings in counts as held', async (t) => {
  const { r, secretary, bokeo, trainer } = await cast(t, 'secretary', 'bokeo', 'trainer')
  await r.mustTake('activity', 'key,title,held,reached,reached_female\nA1,Brought in,2024-02-01,50,30\n')
  const held = await bokeo.make('activity', { title: 'School of Tonpheung', kind: 'school', planned_for: '2024-03-01', province: 'LA-BK' })
  const off = await bokeo.make('activity', { title: 'Radio', kind: 'radio', planned_for: '2024-04-01', province: 'LA-BK' })
  const ahead = await trainer.make('activity', { title: 'World day', kind: 'event', planned_for: '2024-07-30', channel: 'radio print' })
  const told = await bokeo.work()
  ok(told.some((one) => one.id === held && one.late), JSON.stringify(told))
  equal((await bokeo.refused('activity', held, 'hold')).status, 400) // on which day
  await bokeo.move('activity', held, 'hold', { held: '2024-03-02', reached: 120, reached_female: 70 })
  await bokeo.move('activity', held, 'report', { evaluation: 'Four of five know the number now.', cost: '3000000 LAK' })
  await bokeo.move('activity', off, 'cancel')
  const rows = (await secretary.get('/figures/prevention?year=2024')).rows, of = (name) => rows.find((one) => one.figure === name)
  deepEqual([of('activities').value, of('activity_reached').value, of('activity_reached').female], [2, 170, 100])
  deepEqual(of('activities').left_out.map((one) => [one.figure, one.value]).sort(), [['activities_cancelled', 1], ['activities_planned', 1]])
  equal((await trainer.get(`/activity/${ahead}`)).state, 'planned')
  equal((await trainer.ask('POST', '/activity', { title: 'x', held: dayFromNow(2) })).status, 400) // it cannot have been held tomorrow
})

onBothStores('counts of earlier years are kept, and stand beside the counted ones, marked as such', async (t) => {
  const { r, secretary, editor, police } = await cast(t, 'secretary', 'editor', 'police')
  await r.mustTake('person', 'key,sex\nP1,female\nP2,male\n')
  await r.mustTake('return', 'key,person,destination,arrived,state\nR1,P1,family,2024-03-01,home\nR2,P2,family,2024-05-01,cancelled\n')
  const indicator = await secretary.make('indicator', { title: 'Returned and reintegrated since 2001', figure: 'returned_to_family' })
  const before = (await secretary.get('/figures/annual?year=2024')).rows.find((one) => one.figure === 'returned_to_family')
  const old = { indicator, begins: '2001-01-01', ends: '2024-06-30', value: 640, written: 'more than 640', source: 'Report of the centre', kind: 'legacy' }
  await secretary.make('indicator_value', old)
  await secretary.make('indicator_value', { ...old, value: 9, written: '', kind: 'counted' }) // not a count of earlier years
  await secretary.make('indicator_value', { ...old, begins: '1999', ends: '2000', value: 3, written: '' }) // of other days
  const row = (await secretary.get('/figures/annual?year=2024')).rows.find((one) => one.figure === 'returned_to_family')
  deepEqual(row.earlier, [{ kind: 'legacy', from: '2001-01-01', to: '2024-06-30', value: 640, female: null, written: 'more than 640', source: 'Report of the centre' }])
  deepEqual([row.value, row.female, before.value, before.earlier], [1, 1, 1, undefined]) // it is in none of the numbers
  deepEqual(row.left_out.map((one) => [one.label.en, one.value]), [['Cancelled', 1]])
  const page = (await secretary.page('/figures/annual?year=2024')).text
  match(page, /kept from earlier years, not counted here: more than 640, 01\/01\/2001 – 30\/06\/2024 \(Report of the centre\)/)
  match(page, /left out: Cancelled: 1/)
  const csv = (await secretary.page('/figures/annual?year=2024&format=csv')).text
  match(csv, /returned_to_family,[^\n]*Cancelled: 1,"more than 640, 2001-01-01 – 2024-06-30 \(Report of the centre\)"/)
  match(await r.must('figures', 'annual', '--from', '2024-01-01', '--to', '2024-12-31'), /more than 640/)
  ok((await editor.ask('GET', '/figures/annual?year=2024')).status < 500)
  const hers = (await police.get('/figures/annual?year=2024')).rows.find((one) => one.figure === 'returned_to_family')
  equal(hers.earlier, undefined) // who does not read the values is told none
  equal((await secretary.get('/figures/annual?year=2000')).rows.find((one) => one.figure === 'returned_to_family').earlier.length, 1)
})

onBothStores('a report is written, verified, approved, sent and published, each in its time', async (t) => {
  const { secretary, bokeo, chair, police } = await cast(t, 'secretary', 'bokeo', 'chair', 'police')
  const report = await secretary.make('report_submission', { report: 'national_annual', begins: '2025-01-01', ends: '2025-12-31', due: '2026-01-31', responsible: 'committee_bk' })
  ok((await bokeo.work()).some((one) => one.id === report && one.late))
  equal(await police.sees('report_submission', report), false)
  await bokeo.move('report_submission', report, 'verify')
  equal((await bokeo.refused('report_submission', report, 'approve', { approved: '2026-01-20' })).status, 403)
  equal((await secretary.refused('report_submission', report, 'approve')).status, 400)
  await secretary.move('report_submission', report, 'approve', { approved: '2026-01-20', approved_by: 'The head of the secretariat' })
  await secretary.move('report_submission', report, 'submit', { sent: '2026-01-24' })
  await secretary.move('report_submission', report, 'publish', { published: '2026-02-10' })
  equal((await chair.get(`/report_submission/${report}`)).state, 'published')
  equal((await secretary.refused('report_submission', report, 'correct', { note: '' })).status, 400)
  await secretary.move('report_submission', report, 'correct', { note: 'Two cases were counted twice.' })
  equal((await chair.get(`/report_submission/${report}`)).state, 'corrected')
  ok(!(await secretary.page('/monitoring')).text.includes(`/report_submission/${report}`)) // what was corrected is owed no more
})

onBothStores('a counsellor leaves, and nothing she carried is lost', async (t) => {
  const { r, server, counsellor, colleague, police, shelter } = await cast(t, 'counsellor', 'colleague', 'police', 'shelter')
  const person = await counsellor.make('person', { given_name: 'Noy', sex: 'female' })
  const kase = await counsellor.make('case', { title: 'What Noy told', kind: 'protection', priority: 'high' })
  await counsellor.make('risk', { person, level: 'high', assessed: '2026-01-10' })
  const request = await counsellor.make('person_request', { person, kind: 'copy', received: dayFromNow(-40) })
  // A referral that is half written and one that was accepted, somebody in the house, and a child whose guardian was appointed.
  const halfway = await counsellor.make('referral', { person, to_unit: 'shelter_vt', urgency: 'high', consent: 'yes', services: 'accommodation' })
  const sent = await counsellor.make('referral', { person, to_unit: 'shelter_vt', urgency: 'high', consent: 'yes', services: 'accommodation' })
  await counsellor.move('referral', sent, 'send')
  const stay = await counsellor.make('stay', { person, admitted: dayFromNow(-3), planned_exit: dayFromNow(4) })
  const child = await counsellor.make('person', { given_name: 'Dao', sex: 'female', born: `${new Date().getUTCFullYear() - 9}` }), aunt = await counsellor.make('person', { given_name: 'Mala', sex: 'female' })
  const bond = await counsellor.make('relation', { person: child, other: aunt, kind: 'guardian', basis: 'court', since: dayFromNow(-30), contact_allowed: 'yes' })
  const best = await counsellor.make('best_interests', { person: child, decided: dayFromNow(-20), guardian: aunt, outcome: 'relatives', review: dayFromNow(10) })
  const before = await colleague.work()
  ok([kase, halfway, stay].every((id) => before.some((one) => one.id === id)) && before.some((one) => one.id === request && one.late)) // it is the unit's work, not hers alone
  await r.must('user end', 'counsellor', '--to', 'colleague')
  equal((await counsellor.ask('GET', '/person')).status, 401) // her password for programs ended with her
  const after = await colleague.work()
  deepEqual(after.map((one) => one.id).sort(), before.map((one) => one.id).sort())
  equal((await colleague.get(`/person/${person}`)).given_name, 'Noy')
  // Whoever goes on with it goes on: the referral is sent, and answered to her; the stay ends; the child and its guardian are known.
  await colleague.move('referral', halfway, 'send')
  await shelter.move('referral', sent, 'accept')
  deepEqual([(await colleague.read('referral', halfway)).state, (await colleague.read('referral', sent)).state], ['sent', 'accepted'])
  await colleague.move('stay', stay, 'leave', { departed: dayFromNow(0), exit: 'family' })
  equal((await colleague.read('stay', stay)).state, 'exited')
  deepEqual([(await colleague.read('person', child)).given_name, (await colleague.read('relation', bond)).other, (await colleague.read('best_interests', best)).outcome], ['Dao', aunt, 'relatives'])
  await colleague.change('best_interests', best, { review: dayFromNow(60) })
  await colleague.move('person_request', request, 'answer', { answered: dayFromNow(0), result: 'done', way: 'paper' })
  equal(await police.sees('person_request', request), false)
  ok(server)
})

onBothStores('a breach is told within 72 hours', async (t) => {
  const { counsellor, protector, secretary, auditor, keeper, police } = await cast(t, 'counsellor', 'protector', 'secretary', 'auditor', 'keeper', 'police')
  const made = (found) => counsellor.make('breach', { title: 'A telephone was left in a bus', kind: 'device', found, people: 12, data: 'identity place', where_found: 'lwu_centre' })
  const fresh = await made(dayFromNow(0)), late = await made(dayFromNow(-4))
  const work = await protector.work(), of = (id) => work.find((one) => one.id === id)
  deepEqual([of(fresh).late, of(fresh).due], [false, dayFromNow(3)])
  deepEqual([of(late).late, of(late).due], [true, dayFromNow(-1)])
  ok(of(fresh).moves.includes('tell'))
  const red = /72 hours are over/
  match((await protector.page(`/breach/${late}`)).text, red)
  ok(!red.test((await protector.page(`/breach/${fresh}`)).text))
  ok((await protector.page('/')).text.includes('A telephone was left in a bus'))
  const lacks = await protector.refused('breach', fresh, 'tell')
  deepEqual([lacks.status, /when and to whom/.test(lacks.text)], [400, true])
  equal((await counsellor.refused('breach', fresh, 'tell', { told: dayFromNow(0), told_whom: 'x' })).status, 403)
  await protector.move('breach', fresh, 'tell', { told: dayFromNow(0), told_whom: 'The ministry', people_told: 'all', people_told_on: dayFromNow(0) })
  equal((await protector.refused('breach', late, 'tell', { told: dayFromNow(-5), told_whom: 'x' })).status, 400) // told before it was found
  equal((await protector.refused('breach', fresh, 'close')).status, 400)
  await protector.move('breach', fresh, 'close', { measures: 'It was erased from afar; telephones are locked now.' })
  for (const other of [secretary, keeper, police]) equal(await other.sees('breach', late), false) // who found it, and who watches
  ok(await auditor.sees('breach', late) && await counsellor.sees('breach', late))
})

onBothStores('she asks for her copy', async (t) => {
  const { counsellor, protector, police, colleague, hotline } = await cast(t, 'counsellor', 'protector', 'police', 'colleague', 'hotline')
  const person = await counsellor.make('person', { given_name: 'Noy', family_name: 'Keo', sex: 'female', phone: '020 5555 1234' })
  const somebody = await counsellor.make('person', { given_name: 'Bounmy', sex: 'male' })
  const kase = await counsellor.make('case', { title: 'What Noy told', kind: 'protection' })
  await counsellor.make('service', { person, type: 'counselling', given: '2026-01-05' })
  await counsellor.make('risk', { person, level: 'high', assessed: '2026-01-06' })
  await counsellor.make('involvement', { case: kase, person: somebody, part: 'witness' })
  const request = await counsellor.make('person_request', { person, kind: 'copy', received: dayFromNow(-3), by_whom: 'herself', words: 'I want to read what you wrote of me.' })
  // The officer sees that it waits and until when, by number: neither her name nor her words.
  const asked = part(await protector.get('/asked_of_us'), 'person_request').find((one) => one.id === request)
  ok(asked && asked.items.due, JSON.stringify(asked))
  const seen = await protector.get(`/person_request/${request}`)
  deepEqual([seen.words ?? null, /Noy|Keo/.test((await protector.page('/asked_of_us')).text)], [null, false])
  equal(await police.sees('person_request', request), false)
  // All that is kept of her, and of nobody else: on a page to print, and as JSON.
  const page = await counsellor.page(`/person/${person}/copy`)
  equal(page.status, 200)
  for (const words of ['Noy', '020 5555 1234', 'Counselling', 'High', 'I want to read what you wrote of me.']) ok(page.text.includes(words), words)
  ok(!page.text.includes('Bounmy'))
  // What nobody filled in is a question of the register's, not hers: of no kind of record, in no language.
  const own = await counsellor.page(`/person/${person}`)
  ok(own.text.includes('Not filled in yet') && !page.text.includes('Not filled in yet'), 'her copy tells what is there')
  const kept = (await counsellor.get(`/person/${person}/copy`)).kept
  deepEqual(Object.keys(kept), ['person', 'service', 'risk', 'person_request'])
  equal((await counsellor.ask('GET', `/case/${kase}/copy`)).status, 404) // of a person alone
  equal((await police.ask('GET', `/person/${person}/copy`)).status, 404)
  equal((await counsellor.refused('person_request', request, 'answer')).status, 400)
  await counsellor.move('person_request', request, 'answer', { answered: dayFromNow(0), result: 'done', way: 'paper' })
  // It was a look, as a paper; and a disclosure to herself, of that request.
  const [given] = (await protector.get('/disclosure?limit=5')).items
  deepEqual([given.to_whom, given.basis, given.way, given.given], ['herself', 'request', 'paper', dayFromNow(0)])
  const looks = await protector.get(`/looks?person=${person}`)
  deepEqual(looks.filter((one) => one.what === 'print' && one.record === 'person').map((one) => one.user), ['counsellor', 'counsellor'], JSON.stringify(looks).slice(0, 900))
  equal((await hotline.ask('GET', `/person_request/${request}`)).status, 404)
  ok(await colleague.sees('person_request', request)) // her unit's
})

test('each who watches over the register is led from the first page to that work', async (t) => {
  const { protector, auditor, keeper, head } = await cast(t, 'protector', 'auditor', 'keeper', 'head')
  const has = async (who, ...words) => {
    for (const lang of ['en', 'lo']) {
      const { text } = await who.page('/', lang)
      for (const one of words) ok(text.includes(`href="${one}"`) || text.includes(`href='${one}'`), `${one} ${lang}`)
    }
  }
  await has(protector, '/looks', '/asked_of_us', '/person_request', '/breach')
  await has(auditor, '/looks', '/figures')
  await has(keeper, '/users')
  await has(head, '/looks')
})
