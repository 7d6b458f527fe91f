// What each role may read and do, and what not, a line for each: as it was argued, not as the sheets have it.
// SPDX-License-Identifier: Apache-2.0
import { equal, ok, test } from './tool.mjs'

// role, her unit, whose record: what she has of it. names: with what identifies; codes: without; nothing: it is not there.
// +field and -field: it is shown, or not.
const table = `
secretariat secretariat: person of lwu_centre: codes +sex +born -phone -village
secretariat secretariat: person of secretariat: names +phone
secretariat secretariat: risk of lwu_centre: codes -level -measures
secretariat secretariat: service of shelter_vt: codes +type -note -facility
secretariat secretariat: case of lwu_centre: codes +kind -summary
committee committee_vt: person of lwu_centre: nothing
committee committee_vt: case of atd_vt: nothing
committee committee_vt: recommendation of secretariat: all
committee committee_vt: agreement of secretariat: all
province_secretariat committee_vt: person of shelter_vt: codes +sex -phone
province_secretariat committee_vt: case of atd_vt: codes +kind -summary
province_secretariat committee_vt: person of shelter_ch: nothing
province_secretariat committee_vt: risk of shelter_vt: nothing
province_secretariat committee_vt: proceeding of ospp: nothing
police_investigator atd_investigation: person of gate_wattay: names
police_investigator atd_investigation: person of atd_vt: names -phone
police_investigator atd_investigation: screening of gate_vang_tao: names
police_investigator atd_investigation: person of lwu_centre: nothing
police_investigator atd_investigation: service of lwu_centre: nothing
police_investigator atd_investigation: contact of lwu_1362: nothing
police_investigator atd_investigation: plan of lwu_centre: nothing
provincial_police atd_vt: person of gate_wattay: names -phone
provincial_police atd_vt: person of atd_vt: names +phone
provincial_police atd_vt: person of atd_ch: nothing
provincial_police atd_vt: person of shelter_vt: nothing
provincial_police atd_vt: service of shelter_vt: nothing
border_officer gate_wattay: person of gate_wattay: names
border_officer gate_wattay: screening of gate_wattay: names
border_officer gate_wattay: person of gate_vang_tao: nothing
border_officer gate_wattay: encounter of gate_vang_tao: nothing
border_officer gate_wattay: case of atd_vt: nothing
border_officer gate_wattay: identification of atd_investigation: nothing
prosecutor ospp: proceeding of ospp: all
prosecutor ospp: proceeding of atd_vt: all
prosecutor ospp: person of atd_vt: nothing
prosecutor ospp_c: proceeding of ospp: nothing
prosecutor ospp: service of lwu_centre: nothing
court_clerk court: proceeding of court: all
court_clerk court: proceeding of ospp: nothing
court_clerk court: case of atd_vt: nothing
court_clerk court: person of atd_vt: nothing
counsellor lwu_centre: person of lwu_centre: names +phone +health_note
counsellor lwu_centre: risk of lwu_centre: names +level
counsellor lwu_centre: contact of lwu_centre: names
counsellor lwu_centre: person of centre_lm: nothing
counsellor lwu_centre: proceeding of ospp: nothing
shelter_manager shelter_vt: stay of shelter_vt: names
shelter_manager shelter_vt: person of shelter_vt: names +phone
shelter_manager shelter_vt: stay of shelter_ch: nothing
shelter_manager shelter_vt: person of centre_lm: nothing
shelter_manager shelter_vt: involvement of atd_vt: nothing
hotline_operator lwu_1362: contact of lwu_1362: names
hotline_operator lwu_1362: contact of line_b: nothing
hotline_operator lwu_1362: stay of shelter_vt: nothing
hotline_operator lwu_1362: person of lwu_centre: nothing
return_officer mlsw: return of mlsw: names
return_officer mlsw: person of mlsw: names +phone
return_officer mlsw: return of mfa: nothing
return_officer mlsw: case of atd_vt: nothing
village_focal_point focal_pakse: contact of focal_pakse: names
village_focal_point focal_pakse: person of focal_vt: nothing
village_focal_point focal_pakse: return of mlsw: nothing
village_focal_point focal_pakse: case of atd_ch: nothing
trainer atd_investigation: training of lwu: all
trainer atd_investigation: activity of lwu: all
trainer atd_investigation: person of atd_investigation: nothing
trainer atd_investigation: case of atd_investigation: nothing
public_editor secretariat: profile of secretariat: all
public_editor secretariat: published of secretariat_c: all
public_editor secretariat: person of secretariat: nothing
public_editor secretariat: facility of secretariat: nothing
supervisor shelter_vt: person of shelter_vt: names -phone
supervisor shelter_vt: stay of shelter_vt: codes -note
supervisor shelter_vt: person of shelter_ch: nothing
supervisor gate_wattay: screening of gate_wattay: names
supervisor gate_wattay: screening of gate_vang_tao: nothing
data_protection_officer secretariat: consent of lwu_centre: codes +answer
data_protection_officer secretariat: person of lwu_centre: codes -sex -born -province
data_protection_officer secretariat: risk of lwu_centre: nothing
auditor secretariat: consent of lwu_centre: codes +answer
auditor secretariat: case of atd_vt: codes +kind -summary
auditor secretariat: person of lwu_centre: nothing
auditor secretariat: plan of lwu_centre: nothing
administrator secretariat: person of secretariat: nothing
administrator secretariat: case of atd_vt: nothing
administrator secretariat: organization of secretariat: nothing
`.trim().split('\n').map((line) => { const [, role, unit, type, of, what, ...fields] = line.match(/^(\w+) (\w+): (\w+) of (\w+): (\w+)(.*)$/); return { role, unit, type, of, what, line, fields: fields[0].trim().split(' ').filter(Boolean) } })

// To her, by hand or by a step, of it or of whom it hangs on: such rows are for other tests.
const given = (world, record, who) => world.grants.some((one) => [`unit/${who.unit}`, `user/${who.name}`].includes(one.to) && (one.record === record || one.record === world.personOf(record)))
// Rows that the sentence tells apart by what they say.
const plain = (world, record, what) => record.said.part !== 'suspect' && (what !== 'names' || [undefined, record.unit].includes(world.personOf(record)?.unit))

async function holds(asking, { role, unit, type, of, what, line, fields }) {
  const { world, askers, sheets } = asking, who = askers.find((one) => one.role === role && one.unit === unit), seen = sheets.types.get(type)
  ok(who, `${line}: nobody asks`)
  const own = (one) => role !== 'village_focal_point' || one.actor === who.name
  const records = world.all.filter((one) => one.type === type && one.unit === of && (what === 'nothing' || plain(world, one, what)) && (what === 'nothing' || (own(one) && !world.closed(who, one))) && (type === 'proceeding' && what === 'all' || !given(world, one, who)))
  ok(records.length, `${line}: there is none`)
  for (const record of records) {
    const { status, body } = await asking.line.ask(who, 'GET', `/${type}/${record.key}`)
    if (what === 'nothing') { ok(status === 404 || status === 403, `${line}: ${status}`); continue }
    equal(status, 200, `${line}: ${record.key}`)
    const sealed = seen.fields.filter((field) => field.class === 'identity' && !field.link && record.said[field.name])
    if (what === 'names') ok(!sealed.length || sealed.some((field) => body[field.name] === record.said[field.name]), `${line}: no name is shown`)
    if (what === 'codes') for (const field of sealed) ok(!(field.name in body), `${line}: ${field.name} is shown`)
    if (what === 'all') equal(body.hidden, undefined, `${line}: ${body.hidden}`)
    for (const one of fields) equal(one.slice(1) in body, one[0] === '+', `${line}: ${one}`)
  }
}

const may = { // what she does, once; null: nobody of her role changes anything
  secretariat: async ({ ask, of, world, who }) => {
    const client = of('person', 'lwu_centre')
    equal((await ask('PATCH', client, '', { version: 1, sex: 'male' })).status, 403, 'it changes what its own agency made')
    equal((await ask('POST', client, '/open', {})).status, 400, 'no name without a reason')
    equal((await ask('POST', client, '/open', { why: 'a court asks' })).status, 200)
    world.give(client, { to: `user/${who.name}`, compartments: ['identity'], from: 'register', by: 'open' })
    const { body } = await ask('GET', client, '')
    equal(body.given_name, client.said.given_name)
    ok(!('phone' in body), 'a reason opens names, not where she is')
  },
  province_secretariat: async ({ ask, of }) => equal((await ask('PATCH', of('case', 'atd_vt'), '', { version: 1, kind: 'both' })).status, 403),
  police_investigator: async ({ ask, of }) => equal((await ask('PATCH', of('person', 'gate_wattay'), '', { version: 1, sex: 'male' })).status, 403),
  provincial_police: async ({ ask, of, line, askers }) => {
    const asked = of('identification', 'atd_vt'), among = askers.find((one) => one.name === 'provincial_police_atd_cases'), others = of('person', 'atd_investigation')
    equal((await line.ask(among, 'PATCH', `/person/${others.key}`, { version: 1, given_name: 'not hers' })).status, 404, 'her agency\'s, and yet nothing that she reads')
    equal((await ask('POST', asked, '/move', { move: 'decide', version: 99 })).status, 403, 'it asks for identification and never decides')
  },
  committee: null, auditor: null, administrator: null, supervisor: null,
  data_protection_officer: (asking) => writesNothing(asking, ['person_request', 'breach']), // what people ask, and what went wrong
}

async function writesNothing({ sheets, line, who }, but = []) {
  for (const type of sheets.types.keys()) {
    if (but.includes(type)) continue
    const { status } = await line.ask(who, 'POST', `/${type}`, { key: `kynnnnnnyk${type}` })
    ok(status === 403 || status === 404, `${who.role} makes a ${type}: ${status}`)
  }
}

// After what others ask of the same register, one role after the other.
export function rightsByRole(register) {
  for (const role of [...new Set(table.map((one) => one.role))]) {
    const lines = table.filter((one) => one.role === role)
    test(`the rights of ${role}: ${lines.length} lines of what it reads and what it does not`, Object.assign(async () => {
      const asking = await register('sqlite'), { world, line, sheets, askers } = asking, who = askers.find((one) => one.role === role && one.unit === lines[0].unit)
      for (const one of lines) await holds(asking, one)
      const of = (type, unit) => world.all.find((one) => one.type === type && one.unit === unit && !given(world, one, who))
      const ask = (method, record, behind, body) => line.ask(who, method, `/${record.type}/${record.key}${behind}`, body)
      if (may[role] === null) await writesNothing({ sheets, line, who })
      else await may[role]?.({ ask, of, world, sheets, who, line, askers })
    }, { alone: true }))
  }
}

export const roles = [...new Set(table.map((one) => one.role))]
