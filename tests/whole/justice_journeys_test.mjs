// Journeys of justice: investigation, arrests, trial, verdicts, compensation, and what the police's desk finds.
// SPDX-License-Identifier: Apache-2.0
import { players, section, wordsOf } from '../players.mjs'
import { deepEqual, equal, match, ok, onBothStores } from '../tool.mjs'

const roles = { police: ['police_investigator', 'atd_investigation'], colleague: ['police_investigator', 'atd_cases'], bokeo: ['provincial_police', 'atd_bk'], chief: ['police_investigator', 'atd_bk'],
  champasak: ['provincial_police', 'atd_ch'], prosecutor: ['prosecutor', 'ospp'], court: ['court_clerk', 'court'], counsellor: ['counsellor', 'lwu_centre'],
  secretary: ['secretariat', 'secretariat'], bokeos: ['prosecutor', 'ospp_bk'], bench: ['court_clerk', 'court_bk'], elsewhere: ['prosecutor', 'ospp_ch'], farther: ['court_clerk', 'court_ch'], labour: ['return_officer', 'mlsw'], hotline: ['hotline_operator', 'lwu_1362'], chair: ['committee', 'ncatip'], committee: ['province_secretariat', 'committee_bk'], head: ['supervisor', 'atd_bk'] }
const some = (...names) => Object.fromEntries(names.map((name) => [name, roles[name]]))
const figures = async (who, table, year = 2026) => Object.fromEntries((await who.get(`/figures/${table}?from=${year}-01-01&to=${year}-12-31`)).rows.map((one) => [one.figure, one.value]))

onBothStores('3 suspects are arrested, one charged, one fled, one acquitted, with sight restricted after acquittal', async (t) => {
  const { police, colleague, bokeo, champasak, prosecutor, court, secretary, committee, head, r, server } = await players(t, some('police', 'colleague', 'bokeo', 'champasak', 'prosecutor', 'court', 'secretary', 'committee', 'head'))
  const crime = await bokeo.make('case', { kind: 'criminal', opened: '2026-02-01', province: 'LA-BK', title: 'The house by the river' })
  const inquiry = await bokeo.make('investigation', { case: crime, office: 'atd_bk', opened: '2026-02-01', begun_by: 'complaint', offences: 'penal_215 forgery', zone: 'golden_triangle', joint_with: 'TH', seized: '250000 THB' })
  ok((await bokeo.work()).some((one) => one.record === 'investigation' && one.id === inquiry))
  equal(await champasak.sees('investigation', inquiry), false) // another province's
  equal(await committee.sees('investigation', inquiry), false) // legal matters are closed to a provincial secretariat
  await bokeo.move('investigation', inquiry, 'begin')
  const names = ['Souk', 'Khamla', 'Bounmy'], people = [], arrests = []
  for (const given_name of names) {
    people.push(await bokeo.make('person', { given_name, sex: 'male', born: '1980' }))
    if (given_name === 'Souk') await bokeo.make('involvement', { case: crime, person: people[0], part: 'suspect', roles: 'recruiter', entity: 'natural', official: 'no', business: 'casino' })
    arrests.push(await bokeo.make('arrest', { person: people.at(-1), case: crime, investigation: inquiry, arrested: '2026-02-10', office: 'atd_bk', grounds: 'warrant' }))
  }
  const parts = (await bokeo.get(`/involvement?case=${crime}`)).items
  deepEqual(parts.map((one) => [one.part, one.arrested]), Array(3).fill(['suspect', '2026-02-10'])) // an arrest makes who has no part yet a suspect, and says of who has one when it was
  equal((await figures(secretary, 'annual')).suspects_arrested, 3)
  const room = async (who) => Object.fromEntries(['Suspected', 'Arrested', 'Charged', 'On trial', 'Fled', 'Acquitted, or the charge was dismissed', 'Convicted']
    .map((stage) => [stage, names.filter((name) => section(stagePage[who], stage)?.includes(name))]).filter(([, all]) => all.length))
  const stagePage = {}
  const look = async (name, who) => { stagePage[name] = await who.page(`/investigation/${inquiry}`); return room(name) }
  deepEqual(await look('bokeo', bokeo), { Arrested: names })
  // One gets away: said of his arrest alone.
  await bokeo.change('arrest', arrests[1], { released: '2026-02-12', released_because: 'escaped' })
  await bokeo.move('investigation', inquiry, 'refer', { ended: '2026-03-01' })
  ok(await prosecutor.sees('investigation', inquiry))
  const trials = []
  for (const one of [0, 2]) trials.push(await bokeo.make('proceeding', { case: crime, person: people[one], filed: '2026-03-02', charges: 'penal_215', statute: 'penal_215' }))
  deepEqual(await look('bokeo', bokeo), { Charged: ['Souk', 'Bounmy'], Fled: ['Khamla'] })
  for (const one of people) equal(await prosecutor.sees('person', one), one !== people[1]) // the accused, and nobody else
  equal(await court.sees('person', people[2]), false)
  await bokeo.change('proceeding', trials[1], { court: 'court' }) // before which it is brought
  ok(await court.sees('person', people[2]) && !await court.sees('person', people[0]))
  await prosecutor.move('proceeding', trials[1], 'open_trial')
  const day = await court.make('hearing', { proceeding: trials[1], held: '2026-05-04T09:00', kind: 'trial', court: 'court', level: 'first', outcome: 'postponed', next_on: '2026-06-01' })
  ok(await prosecutor.sees('hearing', day))
  equal((await prosecutor.read('proceeding', trials[1])).hearing, '2026-06-01') // the day that was set is the trial's next
  deepEqual(await look('bokeo', bokeo), { Charged: ['Souk'], 'On trial': ['Bounmy'], Fled: ['Khamla'] })
  await court.move('proceeding', trials[1], 'judge', { verdict: 'acquitted', judged: '2026-06-01' })
  // After acquittal his name is the central department's and that court's alone.
  const his = `/person/${people[2]}`
  for (const who of [police, colleague, court]) equal((await who.get(his)).given_name, 'Bounmy')
  for (const [name, who] of Object.entries({ bokeo, prosecutor, champasak, head })) equal((await who.ask('GET', his)).status, 404, name)
  for (const who of [secretary, committee]) deepEqual((({ sex, given_name }) => [sex, given_name])(await who.get(his)), ['male', undefined]) // codes alone
  const opened = await secretary.ask('POST', `${his}/open`, { why: 'a newspaper asks' })
  equal(opened.status, 403, opened.text)
  equal((await secretary.get(his)).given_name, undefined)
  for (const who of [bokeo, prosecutor]) {
    equal((await who.get(`/proceeding/${trials[1]}`)).person ?? '', '')
    const found = await who.page('/find?q=Bounmy')
    ok(!/>\s*Bounmy/.test(found), found)
  }
  const posts = await bokeo.make('deployment', { place: 'atd_bk', post: 'tip_officer', required: 6, filled: 4, filled_female: 1, trained: 4 })
  deepEqual([(await secretary.read('deployment', posts)).gap, await champasak.sees('deployment', posts)], ['2', false]) // who does all this: two are missing
  await look('bokeo', bokeo)
  ok(!stagePage.bokeo.includes('Bounmy') && section(stagePage.bokeo, 'Acquitted, or the charge was dismissed') !== undefined) // that somebody was, and not who
  equal((await bokeo.ask('PATCH', his, { version: 1, given_name: 'x' })).status, 404)
  deepEqual((await look('police', police)), { Charged: ['Souk'], Fled: ['Khamla'], 'Acquitted, or the charge was dismissed': ['Bounmy'] })
  equal((await figures(secretary, 'annual')).suspects_arrested, 3) // nobody drops out of a figure
  const justice = await figures(secretary, 'justice')
  deepEqual([justice.arrests_made, justice.investigations, justice.prosecuted, justice.acquitted, justice.convicted], [3, 1, 2, 1, 0])
  equal((await figures(bokeo, 'annual')).suspects_arrested, 3)
  // Who appeals has to know against whom; and the name is closed again with the next verdict.
  await prosecutor.move('proceeding', trials[1], 'appeal')
  equal((await prosecutor.get(his)).given_name, 'Bounmy')
  await court.move('proceeding', trials[1], 'judge_again')
  equal(await prosecutor.sees('person', people[2]), false)
  const given = await police.ask('POST', `${his}/share`, { to: 'atd_bk', compartments: 'identity,case', until: '2999-12-31', why: 'asked for' })
  ok([200, 403].includes(given.status))
  equal(await bokeo.sees('person', people[2]), false) // not by a grant either
  equal((await r.run('verify', '--tables')).code, 0)
  ok(server)
})

onBothStores("a provincial prosecutor files and a provincial court hears: the central offices and other provinces see nothing of it, and after an acquittal the court that is named alone reads the name", async (t) => {
  const { police, bokeo, bokeos, bench, prosecutor, court, elsewhere, farther, counsellor } = await players(t, some('police', 'bokeo', 'bokeos', 'bench', 'prosecutor', 'court', 'elsewhere', 'farther', 'counsellor'))
  const none = async (record, id, ...who) => { for (const [i, one] of who.entries()) equal(await one.sees(record, id), false, `${record} ${i}`) }
  const others = [prosecutor, court, elsewhere, farther]
  const crime = await bokeo.make('case', { kind: 'criminal', opened: '2026-02-01', province: 'LA-BK', title: 'At the port' })
  const accused = await bokeo.make('person', { given_name: 'Bounmy', sex: 'male' }), second = await bokeo.make('person', { given_name: 'Souk', sex: 'male' })
  const inquiry = await bokeo.make('investigation', { case: crime, office: 'atd_bk', opened: '2026-02-01' })
  await bokeo.move('investigation', inquiry, 'begin')
  const wrong = await bokeo.refused('investigation', inquiry, 'refer', { ended: '2026-03-01', prosecutor: 'court_bk' })
  deepEqual([wrong.status, wrong.body.faults.map((one) => one.field)], [400, ['prosecutor']]) // no such office
  await bokeo.move('investigation', inquiry, 'refer', { ended: '2026-03-01', prosecutor: 'ospp_bk' })
  ok(await bokeos.sees('investigation', inquiry) && await bokeos.sees('case', crime))
  for (const [record, id] of [['investigation', inquiry], ['case', crime]]) await none(record, id, ...others, bench)
  // Police file with the office and the court by name; or the office itself, which then has it without being named.
  for (const [field, unit] of [['court', 'ospp_bk'], ['prosecutor', 'atd_bk']]) {
    const refused = await bokeo.ask('POST', '/proceeding', { case: crime, person: accused, filed: '2026-03-02', [field]: unit })
    deepEqual([refused.status, refused.body.faults.map((one) => one.field)], [400, [field]])
  }
  const trial = await bokeo.make('proceeding', { case: crime, person: accused, filed: '2026-03-02', prosecutor: 'ospp_bk', court: 'court_bk' })
  for (const who of [bokeos, bench]) deepEqual([await who.sees('proceeding', trial), (await who.get(`/person/${accused}`)).given_name], [true, 'Bounmy'])
  ok((await bokeos.work()).some((one) => one.id === trial))
  await bokeo.share('person', second, 'ospp_bk', 'identity,case,legal')
  const own = await bokeos.make('proceeding', { case: crime, person: second, filed: '2026-03-03', court: 'court_bk' })
  equal((await bokeos.read('proceeding', own)).prosecutor, 'ospp_bk')
  ok(await bench.sees('proceeding', own))
  for (const [record, id] of [['proceeding', trial], ['proceeding', own], ['person', accused], ['person', second]]) await none(record, id, ...others)
  equal(await bench.sees('person', second), false) // what was only given to the office it does not pass on
  // The trial, its hearings, the protection of who is heard and what is claimed in it are that court's and that office's.
  await bokeos.move('proceeding', trial, 'open_trial')
  ok((await bench.work()).some((one) => one.id === trial) && !(await court.work()).some((one) => one.id === trial))
  const day = await bench.make('hearing', { proceeding: trial, held: '2026-05-04T09:00', kind: 'trial', court: 'court_bk', outcome: 'held' })
  const witness = await bokeos.make('protection_measure', { proceeding: trial, person: accused, measures: 'escort', part: 'witness' })
  ok(await bokeos.sees('hearing', day))
  const client = await counsellor.make('person', { given_name: 'Noi', sex: 'female' })
  await bokeo.share('proceeding', trial, 'lwu_centre', 'case,legal', 'her counsellor brings the claim')
  const claim = await counsellor.make('compensation', { person: client, proceeding: trial, kind: 'restitution', claimed: 5000000, claimed_on: '2026-05-04' })
  for (const who of [bokeos, bench]) ok(await who.sees('compensation', claim))
  equal((await bench.read('person', client)).given_name, 'Noi')
  ok(await bench.sees('protection_measure', witness))
  for (const [record, id] of [['hearing', day], ['compensation', claim], ['person', client], ['protection_measure', witness]]) await none(record, id, ...others)
  // Another court was shown who he is; after the acquittal it reads him no more.
  await bokeo.share('person', accused, 'court_ch', 'identity,legal')
  ok(await farther.sees('person', accused))
  await bench.move('proceeding', trial, 'judge', { verdict: 'acquitted', judged: '2026-06-01' })
  equal((await bench.get(`/person/${accused}`)).given_name, 'Bounmy')
  await none('person', accused, farther, bokeo, bokeos, ...others)
  // What was filed without an office is given to the one that is named later.
  const late = await police.make('proceeding', { case: await police.make('case', { kind: 'criminal', opened: '2026-02-01', title: 'Later' }), person: await police.make('person', { given_name: 'Khen' }), filed: '2026-03-02' })
  deepEqual([await prosecutor.sees('proceeding', late), await elsewhere.sees('proceeding', late)], [true, false])
  await police.change('proceeding', late, { prosecutor: 'ospp_ch' })
  equal(await elsewhere.sees('proceeding', late), true)
})

onBothStores('who appeals is judged anew: the step asks the verdict and its day, and the figures follow the new one', async (t) => {
  const { bokeo, prosecutor, secretary } = await players(t, some('bokeo', 'prosecutor', 'secretary'))
  const person = await bokeo.make('person', { given_name: 'Souk', sex: 'male' })
  const trial = await bokeo.make('proceeding', { case: await bokeo.make('case', { kind: 'criminal', opened: '2026-01-10' }), person, filed: '2026-02-01' })
  await prosecutor.move('proceeding', trial, 'open_trial')
  await prosecutor.move('proceeding', trial, 'judge', { verdict: 'guilty', judged: '2026-03-01' })
  await prosecutor.move('proceeding', trial, 'appeal')
  const asks = await prosecutor.page(`/proceeding/${trial}/move?move=judge_again`)
  for (const name of ['verdict', 'judged']) match(asks, new RegExp(`name='${name}'`))
  await prosecutor.move('proceeding', trial, 'judge_again', { verdict: 'acquitted', judged: '2026-05-01' })
  const now = await bokeo.read('proceeding', trial), counts = await figures(secretary, 'justice')
  deepEqual([now.state, now.verdict, now.judged, now.stands], ['judged', 'acquitted', '2026-05-01', 'acquitted'])
  deepEqual([counts.convicted, counts.acquitted, counts.prosecuted], [0, 1, 1])
})

onBothStores('compensation is ordered, partly paid, enforced, in instalments', async (t) => {
  const { bokeo, prosecutor, court, counsellor, secretary, police } = await players(t, some('bokeo', 'prosecutor', 'court', 'counsellor', 'secretary', 'police'))
  const crime = await bokeo.make('case', { kind: 'criminal', opened: '2026-01-10', province: 'LA-BK' }), accused = await bokeo.make('person', { given_name: 'Souk', sex: 'male' })
  const trial = await bokeo.make('proceeding', { case: crime, person: accused, filed: '2026-02-01' })
  await prosecutor.move('proceeding', trial, 'open_trial')
  const client = await counsellor.make('person', { given_name: 'Noi', sex: 'female', born: '2001', phone: '020 5555 1234' })
  const claim = await counsellor.make('compensation', { person: client, kind: 'restitution', claimed: 30000000, claimed_on: '2026-02-10', legal_aid: 'yes' })
  equal((await counsellor.read('compensation', claim)).state, 'claimed')
  for (const who of [court, prosecutor]) equal(await who.sees('compensation', claim), false) // nobody has brought it to the trial
  await counsellor.move('compensation', claim, 'withdraw')
  equal((await counsellor.ask('POST', '/compensation', { person: client, proceeding: trial })).status, 400) // a trial that is not shown to her
  await bokeo.share('proceeding', trial, 'lwu_centre', 'case,legal', 'her counsellor brings the claim')
  const award = await counsellor.make('compensation', { person: client, proceeding: trial, kind: 'restitution', claimed: 30000000, claimed_on: '2026-02-10', legal_aid: 'yes' })
  for (const who of [court, prosecutor]) equal((await who.read('compensation', award)).claimed, '30000000')
  const seen = await court.read('person', client)
  deepEqual([seen.given_name, seen.phone], ['Noi', undefined]) // who claims, and not where to reach her
  equal((await court.refused('compensation', award, 'order')).status, 400)
  await court.move('compensation', award, 'order', { awarded: 30000000, awarded_on: '2026-03-01', payer: 'convicted', pay_by: '2026-04-01' })
  const waiting = (await court.work()).find((one) => one.id === award)
  ok(!waiting || waiting.due === '2026-04-01', JSON.stringify(waiting))
  const early = await court.refused('compensation', award, 'pay_part')
  deepEqual([early.status, /Write the payment down first/.test(early.text)], [400, true])
  const instalments = []
  for (const due of ['2026-04-01', '2026-05-01', '2026-06-01']) instalments.push(await court.make('payment', { compensation: award, due, amount: '10000000 LAK' }))
  equal((await court.refused('compensation', award, 'pay_part')).status, 400) // what is due is not paid
  const stands = async (who) => (({ state, paid, paid_on }) => [state, paid, paid_on])(await who.read('compensation', award))
  await court.change('payment', instalments[0], { paid_on: '2026-03-30', way: 'court' })
  deepEqual(await stands(court), ['partly_paid', '10000000', '2026-03-30']) // what was paid says by itself how far it is
  const short = await court.refused('compensation', award, 'pay_all')
  deepEqual([short.status, /Less was paid than was awarded/.test(short.text)], [400, true])
  match(section(await court.page('/'), 'Payments that are overdue') ?? '', /01\/05\/2026/)
  match(wordsOf(await court.page(`/compensation/${award}`)), /An instalment is overdue/)
  equal((await court.refused('compensation', award, 'enforce')).status, 400)
  await court.move('compensation', award, 'enforce', { enforcement: 'ordered', enforced_on: '2026-07-01' })
  await court.change('payment', instalments[1], { paid_on: '2026-07-20', way: 'bank' })
  deepEqual(await stands(court), ['enforcing', '20000000', '2026-07-20'])
  await court.change('payment', instalments[2], { paid_on: '2026-08-20', way: 'bank' })
  deepEqual(await stands(prosecutor), ['paid', '30000000', '2026-08-20'])
  ok(!/An instalment is overdue/.test(await court.page(`/compensation/${award}`)))
  const sums = await figures(secretary, 'justice')
  deepEqual([sums.compensation_awarded, sums.compensation_paid, sums.compensated], [30000000, 30000000, 1])
  equal(await police.sees('compensation', award), false)
  equal(await police.sees('payment', instalments[0]), false)
  const wrong = await court.ask('POST', '/payment', { compensation: award, due: '2026-09-01', amount: '-5 LAK' })
  deepEqual([wrong.status, wrong.body.faults.map((one) => one.field)], [400, ['amount']])
})

onBothStores('a labour dispute is reclassified with a reason, and counts show it', async (t) => {
  const { bokeo, secretary, chair, chief } = await players(t, some('bokeo', 'secretary', 'chair', 'chief'))
  const opened = '2026-03-01', cases = []
  for (let i = 0; i < 4; i++) cases.push(await bokeo.make('case', { kind: 'criminal', opened, province: 'LA-BK', title: `Karaoke ${i}` }))
  const counts = async () => (({ cases: all, cases_left_out: out, cases_labour: labour, cases_twice: twice }) => [all, out, labour, twice])(await figures(secretary, 'justice'))
  deepEqual(await counts(), [4, 0, 0, 0])
  const bare = await bokeo.refused('case', cases[0], 'reclassify')
  deepEqual([bare.status, /what it is instead, and why/.test(bare.text)], [400, true])
  const why = { reclassified_as: 'labour_dispute', reclassified_because: 'Wages were late; all could leave, and all were screened.' }
  equal((await bokeo.refused('case', cases[0], 'reclassify', { reclassified_as: 'labour_dispute' })).status, 400) // not without a reason
  await bokeo.move('case', cases[0], 'reclassify', why) // as it was reported
  await bokeo.move('case', cases[1], 'screen')
  await bokeo.move('case', cases[1], 'take_up', { kind: 'criminal', opened })
  await bokeo.move('case', cases[1], 'reclassify', { ...why, reclassified_as: 'fraud' }) // and once it is investigated
  await bokeo.move('case', cases[2], 'take_up_at_once', { kind: 'criminal', opened })
  await bokeo.move('case', cases[2], 'follow')
  await bokeo.move('case', cases[2], 'reclassify', why)
  deepEqual(await counts(), [1, 3, 2, 0])
  equal((await bokeo.read('case', cases[0])).state, 'rejected')
  equal((await secretary.read('case', cases[0])).reclassified_as, 'labour_dispute') // by its code
  equal((await secretary.read('case', cases[0])).reclassified_because, undefined) // in words where it is hers
  equal((await figures(chair, 'justice')).cases_labour, 2)
  await chief.move('case', cases[2], 'reopen_rejected')
  deepEqual(await counts(), [2, 2, 1, 0])
  equal((await bokeo.read('case', cases[2])).reclassified_as ?? '', '')
  await bokeo.move('case', cases[2], 'reclassify', why) // from there, too
  const inquiry = await bokeo.make('investigation', { case: cases[3], office: 'atd_bk', opened })
  equal((await bokeo.refused('investigation', inquiry, 'reclassify')).status, 400)
  await bokeo.move('investigation', inquiry, 'reclassify', { reclassified_as: 'labour_dispute', reason: 'As above.', ended: '2026-03-05' })
  const all = await figures(secretary, 'justice')
  deepEqual([all.investigations, all.investigations_left_out], [0, 1])
})

onBothStores('a girl under 18 was married to a foreigner through a broker met in three other cases: the desk shows the broker', async (t) => {
  const { police, colleague, bokeo, counsellor, secretary, prosecutor } = await players(t, some('police', 'colleague', 'bokeo', 'counsellor', 'secretary', 'prosecutor'))
  const girl = await police.make('person', { given_name: 'Mali', sex: 'female', born: '2010', citizenship: 'LA', phone: '020 7777 0001' })
  const marriage = await police.make('case', { kind: 'both', opened: '2026-04-01', province: 'LA-VT', forms: 'forced_marriage child_marriage', exploited_in: 'CN', title: 'A wedding' })
  await police.make('involvement', { case: marriage, person: girl, part: 'victim', identified: '2026-04-02', status: 'possible', recruiter: 'broker' })
  await police.make('experience', { person: girl, case: marriage, stage: 'recruitment', recruited: 'broker', platform: 'wechat', fee: '0 LAK', promised_pay: '500 CNY' })
  const early = await police.ask('POST', '/experience', { person: girl, case: marriage, stage: 'exploitation', since: '2026-03-01', until: '2026-02-01', hours: 25 })
  deepEqual([early.status, early.body.faults.map((one) => one.field).sort()], [400, ['hours', 'until']])
  const note = (who, of, said) => who.make('intelligence_note', { case: of, learnt: '2026-04-03', ...said })
  await note(police, marriage, { broker: 'Auntie Lek', phone: '020 5555 7788', reliability: 'likely' })
  const others = []
  for (const [who, broker] of [[colleague, 'Auntie LEK'], [police, 'auntie lek'], [colleague, 'Auntie Lek ']]) {
    others.push(await who.make('case', { kind: 'criminal', opened: '2025-06-01', province: 'LA-VT', title: `Another ${others.length}` }))
    await note(who, others.at(-1), { broker })
  }
  const alone = await police.make('case', { kind: 'criminal', opened: '2025-07-01', title: 'One alone' })
  await note(police, alone, { broker: 'Uncle Dam' })
  const theirs = await bokeo.make('case', { kind: 'criminal', opened: '2025-07-01', province: 'LA-BK', title: 'In Bokeo' })
  await note(bokeo, theirs, { broker: 'Auntie Lek' })
  const desk = await police.get('/desk'), [brokers, phones] = desk.parts
  deepEqual([desk.parts.length, brokers.kind, brokers.lines.length, phones.lines.length], [4, 'desk', 1, 0])
  equal(Object.keys(brokers.lines[0].items).length, 4) // this case and three others
  match(brokers.lines[0].title, /Auntie Lek/i)
  const page = wordsOf(await colleague.page('/desk'))
  ok(/Auntie Lek/i.test(page) && !page.includes('Uncle Dam') && !page.includes('Mali') && !page.includes('7777'), page)
  equal((await bokeo.get('/desk')).parts[0].lines.length, 0) // what its own officers wrote stands in one case
  for (const who of [counsellor, prosecutor]) equal((await who.ask('GET', '/desk')).status, 404)
  ok((await secretary.get('/desk')).parts.every((one) => !one.lines.length)) // which reads codes
  equal((await figures(secretary, 'victims')).victims_girls, 1)
})

onBothStores('labour licenses a recruitment agency, suspends, renews and revokes; a workplace is inspected, and whom it held is counted', async (t) => {
  const { labour, police, bokeo, hotline, secretary, champasak } = await players(t, some('labour', 'police', 'bokeo', 'hotline', 'secretary', 'champasak'))
  const day = (n) => new Date(Date.now() + 7 * 3600_000 + n * 86400_000).toISOString().slice(0, 10)
  const agency = await labour.make('recruitment_agency', { name: 'Good Work', licence: '12/2024', licensed: day(-400), licensed_until: day(-2), province: 'LA-VT', countries: 'TH' })
  const stands = async (who = hotline) => (await who.read('recruitment_agency', agency)).state
  deepEqual(await Promise.all([hotline, police, secretary].map(stands)), Array(3).fill('licensed')) // who is asked says whether it has one
  ok((await labour.work()).some((one) => one.id === agency && one.late)) // the licence ended two days ago
  equal((await hotline.ask('PATCH', `/recruitment_agency/${agency}`, { licence: '1', version: 1 })).status, 403)
  match((await labour.refused('recruitment_agency', agency, 'renew')).text, /until when it holds now/)
  await labour.move('recruitment_agency', agency, 'renew', { licensed_until: day(300) })
  ok(!(await labour.work()).some((one) => one.id === agency && one.late))
  match((await labour.refused('recruitment_agency', agency, 'suspend')).text, /which sanction/)
  await labour.move('recruitment_agency', agency, 'suspend', { sanctions: 'suspended', sanctions_because: 'It took the papers of eleven women.' })
  equal(await stands(), 'suspended')
  await labour.move('recruitment_agency', agency, 'allow_again', { licensed_until: day(200) })
  await labour.move('recruitment_agency', agency, 'revoke', { sanctions: 'revoked prosecuted', sanctions_because: 'It did so again.' })
  deepEqual((({ state, sanctions_because: why }) => [state, why])(await secretary.read('recruitment_agency', agency)), ['revoked', 'It did so again.'])
  const none = await police.make('recruitment_agency', { name: 'A room above a shop' })
  await police.move('recruitment_agency', none, 'has_none')
  equal((await labour.read('recruitment_agency', none)).state, 'unlicensed')
  // What inspectors found, and how many they took out.
  const site = await bokeo.make('inspection', { held: '2026-05-01', site: 'Banana field', province: 'LA-BK', inspectors: 'labour police', women: 12, men: 30, removed: 5, indicators: 'cannot_leave', violations: 'papers_kept wages' })
  await police.make('inspection', { held: '2026-05-02', site: 'Karaoke', province: 'LA-VT', removed: 2 })
  const wrong = await bokeo.ask('POST', '/inspection', { held: '2026-05-03', women: -1, violations: 'none wages' })
  deepEqual([wrong.status, wrong.body.faults.map((one) => one.field).sort()], [400, ['violations', 'women']])
  equal((await bokeo.read('inspection', site)).site, 'Banana field')
  equal(await champasak.sees('inspection', site), false) // another province's
  const counts = await figures(secretary, 'justice')
  deepEqual([counts.inspections, counts.inspected_removed], [2, 7])
  match(await police.page('/inspection'), /Banana field/)
})
