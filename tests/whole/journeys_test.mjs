// Journeys through the pack of Laos, from one body to the next, each with the rights of who does it.
// SPDX-License-Identifier: Apache-2.0
import { players } from '../players.mjs'
import { deepEqual, equal, match, ok, onBothStores } from '../tool.mjs'

const roles = { secretary: ['secretariat', 'secretariat'], editor: ['public_editor', 'secretariat'], chair: ['committee', 'ncatip'], bokeo: ['province_secretariat', 'committee_bk'],
  champasak: ['province_secretariat', 'committee_ch'], police: ['police_investigator', 'atd_investigation'], gate: ['border_officer', 'gate_friendship_4'], other: ['border_officer', 'gate_vang_tao'], north: ['shelter_manager', 'centre_lm'] }

const cast = (t, ...who) => players(t, Object.fromEntries(who.map((name) => [name, roles[name]])))
const has = (work, record, id) => work.some((one) => one.record === record && one.id === id)

onBothStores('the national plan is broken down to provinces, and returns come back twice a year', async (t) => {
  const { secretary, chair, bokeo, champasak } = await cast(t, 'secretary', 'chair', 'bokeo', 'champasak')
  const plan = await secretary.make('plan_of_action', { title: 'Third plan of action', phase: 'III', begins: '2021-01-01', ends: '2025-12-31' })
  equal((await secretary.refused('plan_of_action', plan, 'approve')).status, 400)
  await secretary.move('plan_of_action', plan, 'approve', { approved: '2021-03-01', begins: '2021-01-01', ends: '2025-12-31' })
  const activity = await secretary.make('plan_activity', { plan, number: '2.1', title: 'Screening at every gate', responsible: 'committee_bk', provinces: 'LA-BK LA-CH', due: '2025-12-31', baseline: 3, target: 34 })
  ok(has(await bokeo.work(), 'plan_activity', activity)) // who is to do it has it in her work
  ok(!has(await champasak.work(), 'plan_activity', activity))
  await bokeo.move('plan_activity', activity, 'begin')
  const first = {}
  for (const [office, province] of [['committee_bk', 'LA-BK'], ['committee_ch', 'LA-CH']])
    first[office] = await secretary.make('plan_return', { activity, office, province, period_end: '2025-06-30' })
  ok(await champasak.sees('plan_activity', activity)) // what it is to tell about
  ok(has(await bokeo.work(), 'plan_return', first.committee_bk) && !has(await bokeo.work(), 'plan_return', first.committee_ch))
  equal(await bokeo.sees('plan_return', first.committee_ch), false) // another province's is not hers
  equal((await bokeo.refused('plan_return', first.committee_bk, 'send')).status, 400)
  await bokeo.move('plan_return', first.committee_bk, 'send', { progress: 40, value: 12 })
  const all = (await secretary.get('/plan_return?limit=20')).items.filter((one) => one.office === 'committee_bk').map((one) => [one.period_end, one.state]).sort()
  deepEqual(all, [['2025-06-30', 'sent'], ['2025-12-31', 'expected']]) // the next half-year waits already
  ok((await chair.get('/plan_activity?limit=5')).items.some((one) => one.state === 'on_track'))
  await secretary.move('plan_return', first.committee_ch, 'send', { progress: 15 })
  const shown = (await secretary.page('/action_plan')).split('How far each province is')[1] // by province, each with how far it is
  const said = Object.fromEntries(shown.split('<h3').slice(1).map((one) => [one.match(/>([^<]*)</)[1], one]))
  for (const [province, done] of [['Bokeo', 40], ['Champasak', 15]]) match(said[province], new RegExp(`Screening at every gate[^]*>${done}<`))
  equal((await chair.ask('POST', '/plan_of_action', { title: 'x' })).status, 403)
  // What it costs: a line of the budget, which the committee reads and the provinces do not.
  const line = await secretary.make('budget_line', { year: '2025', ministry: 'committee_bk', plan, plan_activity: activity, allocated: '40000000 LAK', spent: '12000000 LAK', source: 'state' })
  deepEqual((({ allocated, spent }) => [allocated, spent])(await chair.read('budget_line', line)), ['40000000 LAK', '12000000 LAK'])
  equal((await bokeo.ask('GET', `/budget_line/${line}`)).status, 404)
  // What a committee of a province writes itself: who sits there, who is at which post, and whom it trained.
  const seat = await bokeo.make('committee_seat', { body: 'committee_bk', seat: 'chair', office: 'atd_bk', name: 'Noy', province: 'LA-BK' })
  const posts = await bokeo.make('deployment', { place: 'committee_bk', post: 'other', required: 2, filled: 1 })
  const training = await bokeo.make('training', { title: 'Screening in Tonpheung', kind: 'training', held: '2025-05-05', province: 'LA-BK', participants: 12, participants_female: 7, plan_activity: activity })
  for (const [record, id] of [['committee_seat', seat], ['deployment', posts]]) deepEqual([await bokeo.sees(record, id), await champasak.sees(record, id)], [true, false], record)
  equal((await secretary.read('training', training)).participants, '12')
})

onBothStores('the committee meets, decides, and the decisions are followed; an effort not in line with a decree is recorded and answered', async (t) => {
  const { secretary, chair, police, bokeo } = await cast(t, 'secretary', 'chair', 'police', 'bokeo')
  const meeting = await secretary.make('meeting', { title: 'Annual meeting', body: 'ncatip', held: '2026-01-24', agenda: 'The year before, the year to come' })
  ok(has(await secretary.work(), 'meeting', meeting))
  await secretary.move('meeting', meeting, 'hold', { held: '2026-01-24', attended: 60, attended_female: 22 })
  equal((await chair.ask('POST', '/action', { title: 'x' })).status, 403) // it is written down by its secretariat
  const decision = await secretary.make('action', { title: 'Officers for every gate', kind: 'decision', meeting, responsible: 'atd_investigation', due: '2026-02-01' })
  const item = (await police.get('/work')).items.find((one) => one.id === decision)
  ok(item.late && item.due === '2026-02-01' && item.moves.includes('finish'), JSON.stringify(item))
  equal(await bokeo.sees('action', decision), false)
  const lacks = await police.refused('action', decision, 'finish')
  equal(lacks.status, 400)
  match(lacks.text, /Write first what came of it/)
  await police.move('action', decision, 'finish', { result: 'Twelve officers are at six gates.' })
  equal((await chair.get(`/action/${decision}`)).result, 'Twelve officers are at six gates.')
  await secretary.move('meeting', meeting, 'approve')
  const decree = await secretary.make('statute', { title: 'Decree on the committee', kind: 'decree', number: '245', issued: '2018-08-20' })
  const effort = await secretary.make('action', { title: 'Removed as a labour dispute', kind: 'not_in_line', law: decree, words: 'They were not screened first.', responsible: 'committee_bk', due: '2026-03-01' })
  await bokeo.move('action', effort, 'finish', { result: 'All of them were screened afterwards.' })
  equal((await secretary.get(`/action/${effort}`)).state, 'done')
})

onBothStores('who sits on a committee is kept with office, post and days, and the name is its own and the Secretariat\'s to read', async (t) => {
  const { secretary, chair, bokeo, champasak, police } = await cast(t, 'secretary', 'chair', 'bokeo', 'champasak', 'police')
  const day = (n) => new Date(Date.now() + (7 * 3600 + n * 86400) * 1000).toISOString().slice(0, 10) // in Laos
  const seat = await secretary.make('committee_seat', { body: 'ncatip', seat: 'chair', office: 'mps', post: 'Minister', name: 'Somphone', begins: '2024-01-01', ends: day(30) })
  const former = await secretary.make('committee_seat', { body: 'ncatip', seat: 'member', office: 'mfa', name: 'Bounmy', begins: '2020-01-01', ends: '2023-12-31' })
  const coming = await secretary.make('committee_seat', { body: 'ncatip', seat: 'member', office: 'mlsw', name: 'Kham', begins: day(90) })
  const provincial = await bokeo.make('committee_seat', { body: 'committee_bk', seat: 'deputy_chair', office: 'atd_bk', post: 'Head of police', name: 'Noy', province: 'LA-BK' })
  const wrong = await secretary.ask('POST', '/committee_seat', { body: 'ncatip', seat: 'member', begins: '2026-02-01', ends: '2026-01-01' })
  equal(wrong.status, 400)
  deepEqual(wrong.body.faults.map((one) => one.field), ['ends'])
  equal((await secretary.ask('POST', '/committee_seat', { body: 'lwu_centre', seat: 'member' })).status, 400) // a centre has no seats
  equal((await chair.ask('POST', '/committee_seat', { body: 'ncatip', seat: 'member' })).status, 403) // its secretariat writes it down
  equal((await chair.ask('PATCH', `/committee_seat/${seat}`, { ends: '2026-01-01', version: 1 })).status, 403)
  // The committee reads its own names, the province its own, the Secretariat all of them; of another committee the codes.
  equal((await chair.get(`/committee_seat/${seat}`)).name, 'Somphone')
  const other = await chair.get(`/committee_seat/${provincial}`)
  deepEqual([other.body, other.seat, other.office, other.name, other.post], ['committee_bk', 'deputy_chair', 'atd_bk', undefined, undefined])
  equal((await secretary.get(`/committee_seat/${provincial}`)).name, 'Noy')
  equal((await bokeo.get(`/committee_seat/${provincial}`)).name, 'Noy')
  equal(await champasak.sees('committee_seat', provincial), false)
  equal(await bokeo.sees('committee_seat', seat), false)
  equal(await police.sees('committee_seat', seat), false)
  // On the committees' page stands who sits there on the day, and on the first page whose time is nearly over.
  for (const who of [secretary, chair]) {
    const page = await who.page('/committees')
    ok(page.includes('Somphone') && page.includes('Deputy chair') && !page.includes('Bounmy') && !page.includes('Kham'), page)
    const soon = (await who.page('/')).match(/Seats that end soon[^]*?<\/ul>/)[0]
    ok(soon.includes('Minister') && !soon.includes('Police'), soon)
  }
  ok(!(await chair.page('/committees')).includes('Noy'))
  await secretary.change('committee_seat', former, { ends: '' }) // it goes on after all
  await secretary.change('committee_seat', coming, { begins: day(0) })
  const page = await chair.page('/committees')
  ok(page.includes('Bounmy') && page.includes('Kham'), page)
})

onBothStores('a recommendation is received, accepted, acted on, evidenced, and repeats next year', async (t) => {
  const { secretary, police } = await cast(t, 'secretary', 'police')
  const first = await secretary.make('recommendation', { title: 'Screen for indicators', document: 'Report of 2023', issued: '2023-06-15', number: '2', status: 'received', pillar: 'protection' })
  await secretary.change('recommendation', first, { status: 'accepted', due: '2024-03-31' })
  const step = await secretary.make('action', { title: 'Indicators on one card', kind: 'step', recommendation: first, responsible: 'atd_investigation', due: '2023-12-31' })
  ok(has(await police.work(), 'action', step))
  equal((await police.file('action', step, 'evidence', 'card.pdf', 'application/pdf', 'the card')).status, 201)
  await police.move('action', step, 'finish', { result: 'The card is at 34 gates.' })
  deepEqual((await secretary.get(`/action/${step}`)).evidence, [{ name: 'card.pdf', size: 8, type: 'application/pdf' }])
  await secretary.change('recommendation', first, { status: 'implemented', progress: 'See the card.' })
  // Its status and where it stands say the same, whichever of the two is said.
  const both = async (id) => { const { state, status } = await secretary.get(`/recommendation/${id}`); return [state, status] }
  deepEqual(await both(first), ['implemented', 'implemented'])
  equal((await secretary.refused('recommendation', first, 'verify')).status, 400)
  await secretary.move('recommendation', first, 'verify', { closed: '2024-04-30' })
  deepEqual(await both(first), ['verified', 'verified'])
  await secretary.move('recommendation', first, 'take_up_again')
  deepEqual(await both(first), ['in_progress', 'in_progress'])
  const other = await secretary.make('recommendation', { title: 'Pay what was awarded', issued: '2023-06-15', due: '2024-03-31' })
  deepEqual(await both(other), ['received', ''])
  ok(has(await secretary.work(), 'recommendation', other)) // until it is answered it waits for the Secretariat
  for (const [move, said, now] of [['accept', {}, 'accepted'], ['begin', {}, 'in_progress'], ['do_partly', { progress: 'Two of nine.' }, 'partly'], ['implement', { progress: 'All of them.' }, 'implemented']]) {
    await secretary.move('recommendation', other, move, said)
    deepEqual(await both(other), [now, now])
    equal(has(await secretary.work(), 'recommendation', other), now !== 'implemented', now)
  }
  await secretary.change('recommendation', other, { status: 'not_accepted' })
  deepEqual(await both(other), ['not_accepted', 'not_accepted'])
  const again = await secretary.make('recommendation', { title: 'Screen for indicators', document: 'Report of 2024', issued: '2024-06-24', number: '1', status: 'received', repeats: first })
  equal((await secretary.get(`/recommendation/${again}`)).repeats, (await secretary.get(`/recommendation/${first}`)).key)
})

onBothStores('an agreement is signed under an older one, with commitments and focal points', async (t) => {
  const { secretary, police, editor, chair } = await cast(t, 'secretary', 'police', 'editor', 'chair')
  const older = await secretary.make('agreement', { title: 'Memorandum on labour cooperation', kind: 'memorandum', countries: 'LA TH', signed: '2002-10-18' })
  const newer = await secretary.make('agreement', { title: 'Memorandum against trafficking', kind: 'memorandum', countries: 'LA TH', signed: '2005-07-13', under: older, signed_by: 'Two ministers', focal_points: 'The department of each side' })
  const promised = await secretary.make('action', { title: 'Meet once a year', kind: 'commitment', agreement: newer, responsible: 'atd_investigation', due: '2026-12-31' })
  deepEqual((await police.get('/work')).items.filter((one) => one.record === 'action').map((one) => [one.id, one.late]), [[promised, false]])
  equal((await secretary.get(`/agreement/${newer}`)).focal_points, 'The department of each side')
  // The countries of the Mekong: their agreement, what each does as its public editor keeps it, and the report to the task force.
  const mekong = await editor.make('agreement', { title: 'Memorandum of the six countries', kind: 'memorandum', countries: 'LA TH VN KH MM CN', signed: '2004-10-29' })
  const thai = await editor.make('profile', { name: 'Thailand', country: 'TH', hotline: '1300', institutions: 'A division of the police', source: 'Task force, 2023' })
  const report = await secretary.make('report_submission', { report: 'commit', begins: '2025-01-01', ends: '2025-12-31', due: '2026-02-28', responsible: 'secretariat' })
  const steps = [['verify', {}], ['approve', { approved: '2026-02-01' }], ['submit', { sent: '2026-02-10' }], ['publish', { published: '2026-03-01' }]]
  for (const [move, said] of steps) await secretary.move('report_submission', report, move, said)
  equal((await police.read('profile', thai)).hotline, '1300') // everybody who works here may look whom to call
  deepEqual([(await police.read('agreement', mekong)).countries, (await secretary.read('report_submission', report)).state], ['LA TH VN KH MM CN', 'published'])
  equal((await police.ask('POST', '/profile', { name: 'x' })).status, 403)
  match(await police.page('/profile'), /Thailand/)
  // What others published stands beside what is counted here, in the words of its source.
  const figure = await editor.make('published', { country: 'LA', year: '2024', indicator: 'detected_victims', value: '<5', source: 'UNODC' })
  equal((await chair.read('published', figure)).value, '<5')
  const counted = (await chair.get('/figures/glotip?year=2024')).rows.find((one) => one.figure === 'detected_victims')
  deepEqual([counted.value, counted.left_out.map((one) => one.value)], [0, [0]])
  const body = await editor.make('organization', { name: 'A house of friends', kind: 'association', services: 'legal_aid counselling' })
  await editor.change('organization', body, { services: 'legal_aid' })
  equal((await police.read('organization', body)).services, 'legal_aid')
})

onBothStores('a grant of over US$1 million builds a shelter: agreement, instalments, site visits, outputs', async (t) => {
  const { secretary, chair } = await cast(t, 'secretary', 'chair')
  const [donor, grantee] = [await secretary.make('organization', { name: 'A donor' }), await secretary.make('organization', { name: 'A ministry' })]
  const agreement = await secretary.make('agreement', { title: 'Project agreement', kind: 'project', signed: '2006-06-01' })
  const project = await secretary.make('project', { title: 'A shelter for who returns', donor, grantee, agreement, begins: '2006-06-01', ends: '2008-12-31', purpose: 'protection' })
  equal((await secretary.refused('project', project, 'approve')).status, 400)
  await secretary.move('project', project, 'approve', { amount: '1050000 USD' })
  await secretary.move('project', project, 'begin')
  for (const one of [{ kind: 'instalment', title: 'First', due: '2006-07-01', amount: '350000 USD', done: '2006-07-03' }, { kind: 'instalment', title: 'Second', due: '2007-01-01', amount: '350000 USD' },
    { kind: 'site_visit', title: 'Walls and roof', due: '2007-02-01', done: '2007-02-01', findings: 'The roof is on.' }, { kind: 'output', title: 'Places', target: 40, reached: 25 }])
    await secretary.make('project_step', { project, ...one })
  const late = (await secretary.page('/')).match(/Steps of projects that are due[^]*?<\/ul>/)[0]
  ok(late.includes('Second') && !late.includes('First') && !late.includes('Walls'), late)
  const facility = await secretary.make('facility', { name: 'The new shelter', kind: 'shelter_government', places_women: 40, stage: 'building' })
  const version = (await secretary.get(`/project/${project}`)).version
  equal((await secretary.ask('PATCH', `/project/${project}`, { facility, version })).status, 200)
  equal((await secretary.ask('PATCH', `/facility/${facility}`, { stage: 'open', opened: '2008-11-01', version: 1 })).status, 200)
  match(await secretary.page(`/facility/${facility}`), /A shelter for who returns/) // the house tells by what it was built
  deepEqual([(await secretary.get(`/project/${project}`)).facility, (await chair.get(`/project/${project}`)).amount], [facility, '1050000 USD'])
  for (const [move, now] of [['end', 'ended'], ['audit', 'audited']]) {
    await secretary.move('project', project, move)
    equal((await chair.get(`/project/${project}`)).state, now)
  }
})

onBothStores('a checkpoint lacks trained officers, and the gap is seen', async (t) => {
  const { secretary, chair, gate, other, north } = await cast(t, 'secretary', 'chair', 'gate', 'other', 'north')
  const crossing = await secretary.make('checkpoint', { name: 'Friendship Bridge IV', class: 'international', province: 'LA-BK', neighbour: 'TH', opposite: 'Chiang Khong', mode: 'bridge', open: 'yes', hours: '06:00-22:00', gate: 'friendship_4', staffed_by: 'gate_friendship_4' })
  equal((await gate.ask('PATCH', `/checkpoint/${crossing}`, { open: 'no', version: 1 })).status, 403) // it is kept at the Secretariat's desk
  const here = await gate.make('deployment', { place: 'gate_friendship_4', checkpoint: crossing, post: 'tip_officer', required: 4, filled: 3, filled_female: 1, trained: 1, since: '2026-01-01' })
  await other.make('deployment', { place: 'gate_vang_tao', post: 'tip_officer', required: 2, filled: 2, trained: 2 })
  const wrong = await gate.ask('POST', '/deployment', { place: 'gate_friendship_4', post: 'guard', required: 1, filled: 1, filled_female: 2, trained: 3 })
  equal(wrong.status, 400)
  deepEqual(wrong.body.faults.map((one) => one.field).sort(), ['filled_female', 'trained'])
  for (const who of [secretary, chair]) {
    deepEqual((await who.get('/deployment')).items.map((one) => [one.place, one.gap, one.untrained]).sort(), [['gate_friendship_4', '1', '2'], ['gate_vang_tao', '0', '0']])
    const missing = (await who.page('/')).match(/Posts that are not filled[^]*?<\/ul>/)[0]
    ok(missing.includes('Friendship Bridge IV') && !missing.includes('Vang Tao'), missing)
  }
  equal(await other.sees('deployment', here), false)
  // The board of posts: needed, filled, of whom women, trained, missing; the centre of the north among them.
  await north.make('deployment', { place: 'centre_lm', post: 'counsellor', required: 3, filled: 2, filled_female: 2, trained: 1, since: '2026-02-01' })
  const board = (await secretary.get('/posts')).parts[0].lines.map((one) => [one.title, ...['required', 'filled', 'filled_female', 'trained', 'gap'].map((name) => one.items[name])]).sort()
  deepEqual(board, [['Friendship Bridge IV', '4', '3', '1', '1', '1'], ['Vang Tao gate', '2', '2', '–', '2', '0'], ['Victim reception centre for northern Laos, Luang Namtha', '3', '2', '2', '1', '1']])
  // It keeps its house, takes somebody in, and says how far it is as it should be.
  const house = await north.make('facility', { name: 'Centre of the north', kind: 'reception', house: 'centre_lm', province: 'LA-LM', places_women: 6, places_children: 4 })
  const guest = await north.make('person', { given_name: 'Mai', sex: 'female', born: '2000' }), stay = await north.make('stay', { person: guest, facility: house, admitted: '2026-03-01' })
  const seen = await north.make('assessment', { facility: house, assessed: '2026-04-01', tool: 'List of 2020', safety: 'mostly', staff: 'partly', findings: 'One counsellor is missing.', next_on: '2026-10-01' })
  deepEqual((({ safety, staff, findings }) => [safety, staff, findings])(await north.read('assessment', seen)), ['mostly', 'partly', 'One counsellor is missing.'])
  equal((await north.ask('POST', '/assessment', { facility: house, assessed: '2026-04-01', safety: 'nonsense' })).status, 400)
  deepEqual([(await north.read('stay', stay)).state, await gate.sees('stay', stay), await gate.sees('assessment', seen)], ['admitted', false, false])
  match(await north.page('/places'), /Centre of the north/)
  const stays = (await secretary.get('/figures/services?from=2026-01-01&to=2026-12-31')).rows.find((one) => one.figure === 'stays')
  deepEqual([stays.value, stays.female], [1, 1])
  match((await chair.page(`/checkpoint/${crossing}`)).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '), /Friendship Bridge IV.*Staffing.*Anti-trafficking police officer/) // on the checkpoint's own page
})
