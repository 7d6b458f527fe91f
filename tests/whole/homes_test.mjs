// Where somebody stays and comes home to, in the pack of Laos: a full house, a closed one, a district elsewhere, visits to come.
// SPDX-License-Identifier: Apache-2.0
import { mechanism } from '../mechanism.mjs'
import { deepEqual, equal, match, ok, onBothStores, test } from '../tool.mjs'

const en = { 'accept-language': 'en' }
async function house(t) {
  const r = await t.register(), token = await r.token('manager', 'shelter_manager', 'shelter_vt')
  await r.mustTake('facility', 'key,name,kind,places_women,places_men,places_children,closed\nF1,Shelter,shelter_government,2,0,1,\nF2,Old,shelter_government,5,5,5,2020-01-01\nF3,Any,shelter_government,,,,\n')
  const server = await r.serve(), api = server.api(token)
  const post = (path, body) => api('POST', path, body, en)
  const person = async (key, sex, born) => equal((await post('/person', { key, given_name: key, sex, born })).status, 201)
  const admit = (person, facility, more = {}) => post('/stay', { person, facility, admitted: '2026-03-01', ...more })
  return { r, server, token, post, person, admit, 
    patch: async (path, body) => api('PATCH', path, { ...body, version: (await api('GET', path)).body.version }, en) }
}
const faults = (answer) => answer.body.faults.map((one) => one.field)
const refused = (answer, field, words) => {
  equal(answer.status, 400, answer.text)
  deepEqual(faults(answer), [field], answer.text)
  match(answer.text, words)
}

onBothStores('a house takes as many women, men and children as it has places, by sex and age on the day', async (t) => {
  const { person, admit, patch } = await house(t)
  for (const [key, sex, born] of [['W1', 'female', '1990'], ['W2', 'female', '2008-03-01'], ['W3', 'female', '1980'], ['C1', 'female', '2008-03-02'], ['C2', 'male', '2015'], ['M1', 'male', '1990'], ['U1', 'unknown', '']]) await person(key, sex, born)
  const first = await admit('W1', 'F1')
  equal(first.status, 201, first.text)
  equal((await admit('W2', 'F1')).status, 201) // eighteen on that very day
  refused(await admit('W3', 'F1'), 'facility', /No place is free/)
  equal((await admit('C1', 'F1')).status, 201) // a day short of it
  refused(await admit('C2', 'F1'), 'facility', /No place is free/)
  refused(await admit('M1', 'F1'), 'facility', /No place is free/)
  equal((await admit('U1', 'F1')).status, 201) // of whom it is not known, no place is counted
  equal((await admit('M1', 'F3')).status, 201) // it says of no places
  equal((await admit('W3', 'F1', { departed: '2026-03-02', exit: 'family' })).status, 201) // what is past is written down as it was
  // Who is there already may be written about; who has left makes room.
  const own = `/stay/${first.body.id}`
  equal((await patch(own, { freedom: 'free' })).status, 200)
  equal((await patch(own, { departed: '2026-04-01', exit: 'family' })).status, 200)
  equal((await admit('W3', 'F1')).status, 201)
  refused(await patch(own, { departed: null, exit: null }), 'facility', /No place is free/)
})

onBothStores('of whom the age is estimated counts as a child or an adult by it: for the places of a house, on its board, before a return, in figures', async (t) => {
  const { r, server, token, post, admit } = await house(t)
  await r.mustTake('facility', 'key,name,kind,places_women,places_men,places_children\nF4,Shelter,shelter_government,1,1,1\n')
  const guess = async (key, sex, age) => equal((await post('/person', { key, unnamed: 'withheld', sex, age_estimated: age })).status, 201)
  for (const [key, sex, age] of [['G1', 'female', 16], ['G2', 'female', 17], ['G3', 'female', 18], ['G4', 'female', 40], ['B1', 'male', 12], ['M2', 'male', 30], ['U2', 'female', '']]) await guess(key, sex, age)
  equal((await admit('G1', 'F4')).status, 201)
  refused(await admit('G2', 'F4'), 'facility', /No place is free/)
  refused(await admit('B1', 'F4'), 'facility', /No place is free/)
  equal((await admit('G3', 'F4')).status, 201)
  refused(await admit('G4', 'F4'), 'facility', /No place is free/)
  equal((await admit('M2', 'F4')).status, 201)
  const { lines } = (await server.api(token)('GET', '/places')).body.parts[0]
  const counts = lines.map(({ items }) => [items['stay.2'], items['stay.3'], items['stay.5'], items['stay.4']].map((n) => (n === '–' ? '0' : n)).join(' '))
  ok(counts.includes('1 1 1 3'), counts.join(', '))
  // A child's best interests come before the plan of her return; an adult's plan needs none.
  const officer = server.api(await r.token('officer', 'return_officer', 'mlsw'))
  for (const [age, asked] of [[16, true], [18, false]]) {
    const person = (await officer('POST', '/person', { unnamed: 'withheld', sex: 'female', age_estimated: age }, en)).body.id
    const made = (await officer('POST', '/return', { person, manner: 'official', from_country: 'TH', verified: '2026-03-01' }, en)).body.id
    const step = async (move) => officer('POST', `/return/${made}/move`, { move, version: (await officer('GET', `/return/${made}`)).body.version }, en)
    const verified = await step('verify')
    equal(verified.status, 200, verified.text)
    equal(/best interests/.test((await step('plan')).text), asked)
  }
  await r.mustTake('case', 'key,kind,opened\nK1,criminal,2024-03-01\n')
  await r.mustTake('involvement', `key,person,case,part,identified\n${['G1', 'G2', 'G3', 'B1', 'M2', 'U2'].map((one, i) => `I${i},${one},K1,victim,2024-05-0${i + 1}`).join('\n')}\n`)
  const counted = JSON.parse(await r.must('figures', 'victims', '--from', '2024-01-01', '--to', '2024-12-31', '--format', 'json'))
  const told = Object.fromEntries(counted.rows.map((one) => [one.figure, one.value]))
  deepEqual(['victims', 'victims_girls', 'victims_women', 'victims_boys', 'victims_men', 'victims_unknown'].map((name) => told[name]), [6, 2, 1, 1, 1, 1], JSON.stringify(told))
})

onBothStores('nobody stays in two houses at once, nor in one that was closed; both are said in one round', async (t) => {
  const { person, admit } = await house(t)
  await person('W1', 'female', '1990')
  refused(await admit('W1', 'F2'), 'admitted', /closed by then/)
  equal((await admit('W1', 'F2', { admitted: '2019-12-31', departed: '2019-12-31' })).status, 201)
  equal((await admit('W1', 'F3')).status, 201)
  refused(await admit('W1', 'F1'), 'person', /stays somewhere already/)
  deepEqual(faults(await admit('W1', 'F2')).sort(), ['admitted', 'person'])
})

onBothStores('of two who come to the last place at the same moment one is taken', async (t) => {
  const { r, server, token, person, patch } = await house(t)
  const servers = [server, r.address ? await r.serve() : server]
  await person('C1', 'male', '2015')
  await person('C2', 'female', '2016')
  for (let round = 0; round < 20; round++) {
    const both = await Promise.all(servers.map((one, i) => one.api(token)('POST', '/stay', { person: `C${i + 1}`, facility: 'F1', admitted: '2026-03-01' }, en)))
    deepEqual(both.map((one) => one.status).sort(), [201, 400], both.map((one) => one.text).join('\n'))
    const taken = both.find((one) => one.status === 201)
    refused(both.find((one) => one.status === 400), 'facility', /No place is free/)
    equal((await patch(`/stay/${taken.body.id}`, { departed: '2026-03-02', exit: 'family' })).status, 200)
  }
})

onBothStores('a district of another province is refused: of a person, a case, a return, an activity', async (t) => {
  const { r, post } = await house(t)
  refused(await post('/person', { given_name: 'Noy', sex: 'female', province: 'LA-BK', district: '0101' }), 'district', /does not go with/)
  equal((await post('/person', { given_name: 'Noy', sex: 'female', province: 'LA-VT', district: '0101' })).status, 201)
  equal((await post('/person', { given_name: 'Noy', sex: 'female', district: '0101' })).status, 201)
  for (const [record, text] of [['case', 'key,title,province,district\nK1,One,LA-BK,0101\n'], ['return', 'key,person,to_province,to_district\nR1,P1,LA-BK,0101\n'], ['activity', 'key,province,district\nA1,LA-BK,0101\n']]) {
    await r.take('person', 'key,sex\nP1,female\n')
    const answer = await r.take(record, text)
    equal(answer.code, 1, answer.out)
    match(answer.out + answer.err, /district/)
  }
})

onBothStores('who comes home is followed up after one, three, six, twelve and twenty-four months, unless she wants none', async (t) => {
  const { r, server } = await house(t)
  const api = server.api(await r.token('officer', 'return_officer', 'vtc'))
  const made = async (followup) => {
    const person = (await api('POST', '/person', { given_name: 'Noy', sex: 'female' })).body.id
    const back = await api('POST', '/return', { person, agreed: 'yes', destination: 'family', arrived: '2026-01-31', ...(followup ? { followup } : {}) })
    equal(back.status, 201, back.text)
    for (const [i, move] of ['plan', 'receive', 'bring_home'].entries()) {
      const answer = await api('POST', `/return/${back.body.id}/move`, { move, version: back.body.version + i })
      equal(answer.status, 200, answer.text)
    }
    return (await api('GET', `/followup?person=${person}&limit=20`)).body.items.map((one) => one.due).sort()
  }
  const all = ['2026-02-28', '2026-04-30', '2026-07-31', '2027-01-31', '2028-01-31']
  deepEqual(await made('visit'), all)
  deepEqual(await made(''), all)
  deepEqual(await made('none'), [])
})

onBothStores('a day before somebody was born is told at its field: of a screening, a decision, a stay, a visit, an assessment, a plan', async (t) => {
  const r = await t.register(), days = { screening: 'done', identification: 'decided', stay: 'admitted', followup: 'done', risk: 'assessed', plan: 'agreed', service: 'given', return: 'arrived' }
  await r.mustTake('person', 'key,given_name,born\nP-1,Noy,2005-03-01\n')
  await r.mustTake('facility', 'key,name\nF-1,A house\n')
  for (const [record, day] of Object.entries(days)) {
    const more = record === 'stay' ? [',facility', ',F-1'] : record === 'followup' ? [',due', ',2024-01-01'] : ['', '']
    const said = await r.take(record, `key,person,${day}${more[0]}\nA-1,P-1,2001-01-01${more[1]}\nA-2,P-1,2024-01-01${more[1].replace('F-1', '')}\n`)
    match(said.err, new RegExp(`:2: ${day}: warning: .*born`), `${record} ${said.err}`)
    ok(!new RegExp(`:3: ${day}:`).test(said.err), said.err)
  }
})

test('a deadline before the day from which it counts is told at its field, of every record that has both', async (t) => {
  const r = await t.register(), m = await mechanism()
  let asked = 0
  for (const type of m.types) {
    for (const { name, warning } of m.fields(type)) {
      const [, its, from] = warning?.match(/^\$\{(\w+)\} < \$\{(\w+)\}$/) ?? []
      if (its !== name) continue
      const { err } = await r.take(type, `key,${from},${name}\nA,2024-05-10,2024-05-01\nB,2024-05-10,2024-05-10\n`)
      match(err, new RegExp(`:2: ${name}: warning: `), `${type}: ${err}`)
      ok(!new RegExp(`:3: ${name}: warning: `).test(err), `${type}: ${err}`)
      asked++
    }
  }
  ok(asked > 20, `${asked}`)
})
