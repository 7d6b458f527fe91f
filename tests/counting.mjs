// The year's figures counted a second time, from the CSV rows alone, as slowly and plainly as the contract says it.
// SPDX-License-Identifier: Apache-2.0

const two = (n) => String(n).padStart(2, '0')
const daysOf = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate()

// The first and the last day that a date of any precision can mean, as 2024-01-31; a moment is a day in Vientiane.
export function range(given) {
  if (!given) return null
  if (given.includes('T')) {
    const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(given) ? given : given + '+07:00'
    const day = new Date(Date.parse(zoned) + 7 * 3600_000).toISOString().slice(0, 10)
    return [day, day]
  }
  const [year, month, day] = given.split('-')
  if (day) return [given, given]
  if (month) return [`${given}-01`, `${given}-${two(daysOf(Number(year), Number(month)))}`]
  return [`${year}-01-01`, `${year}-12-31`]
}
const first = (given) => range(given)?.[0] ?? ''

// Born on 29 February turns 18 on 1 March.
export function turns18(birth) {
  const [year, month, day] = birth.split('-').map(Number)
  const then = year + 18
  return day > daysOf(then, month) ? `${then}-${two(month + 1)}-01` : `${then}-${two(month)}-${two(day)}`
}

// Rows as they went in; by: names of fields. { figure: [{ row, person, day }…] }
export function counted(data, from, to) {
  const person = Object.fromEntries(data.person.map((one) => [one.key, one]))
  const cases = Object.fromEntries(data.case.map((one) => [one.key, one]))
  const inside = (day) => day && from <= day && day <= to
  const dated = (rows, field) => rows.map((row) => ({ row, day: first(row[field]), person: person[row.person], case: cases[row.case] })).filter((one) => inside(one.day))
  const once = (found) => { // a person counts once, by the earliest date
    const earliest = new Map()
    for (const one of found) if (!earliest.has(one.row.person) || one.day < earliest.get(one.row.person).day) earliest.set(one.row.person, one)
    return [...earliest.values()]
  }
  const foreign = ({ person: { citizenship } }) => citizenship && !citizenship.split(' ').includes('LA')
  // What was judged not to be one is left out; a part by its own status alone.
  const noCase = (row) => row.state === 'rejected' || (row.state === 'closed' && ['duplicate', 'not_trafficking'].includes(row.closed_because))
  const part = (what) => data.involvement.filter((row) => row.part === what && row.status !== 'not_victim')
  const arrested = once(dated(part('suspect'), 'arrested'))
  const victims = once(dated(part('victim'), 'identified'))
  const women = victims.filter((one) => one.person.sex === 'female')
  const girls = women.filter((one) => one.person.born && one.day < turns18(range(one.person.born)[1]))
  const risks = dated(data.contact.filter((row) => row.at_risk === 'yes'), 'at')
  return {
    cases: dated(data.case.filter((row) => (row.kind === 'criminal' || row.kind === 'both') && !noCase(row)), 'opened'),
    suspects_arrested: arrested, suspects_arrested_foreign: arrested.filter(foreign),
    victims, victims_girls: girls,
    assumed_under_18: girls.filter((one) => one.day >= turns18(range(one.person.born)[0])),
    unknown_age: women.filter((one) => !one.person.born),
    counselled_at_centres: once(dated(data.service.filter((row) => row.type === 'counselling' && row.place === 'centre'), 'given')),
    returned_to_family: dated(data.return.filter((row) => row.destination === 'family' && row.state !== 'cancelled'), 'arrived'),
    at_risk_persons: risks, at_risk_occasions: risks, hotline_occasions: risks.filter((one) => one.row.mode === 'hotline'),
  }
}

const reached = ({ row }) => (row.reached !== '' ? Number(row.reached) : row.person ? 1 : 0)
const reachedFemale = ({ row, person }) => (row.reached !== '' ? Number(row.reached_female || 0) : person?.sex === 'female' ? 1 : 0)
const sum = (found, of) => found.reduce((all, one) => all + of(one), 0)

// What `figures … --format json` has to say of them.
export function annual(data, from, to) {
  const found = counted(data, from, to)
  const plain = (figure, unit, basis, female) => ({ figure, unit, date_basis: basis, value: found[figure].length, female })
  const persons = (figure, basis) => plain(figure, 'person', basis, found[figure].filter((one) => one.person?.sex === 'female').length)
  return [
    plain('cases', 'case', 'opened', null),
    persons('suspects_arrested', 'arrested'), persons('suspects_arrested_foreign', 'arrested'),
    persons('victims', 'identified'),
    { ...persons('victims_girls', 'identified'), assumed_under_18: found.assumed_under_18.length, unknown_age: found.unknown_age.length },
    persons('counselled_at_centres', 'given'),
    { ...persons('returned_to_family', 'arrived'), unit: 'return' },
    { figure: 'at_risk_persons', unit: 'person', date_basis: 'at', value: sum(found.at_risk_persons, reached), female: sum(found.at_risk_persons, reachedFemale) },
    plain('at_risk_occasions', 'occasion', 'at', null), plain('hotline_occasions', 'occasion', 'at', null),
  ]
}

// Cells of `--by`: each field is the record's own, else its person's, else its case's; x.y says which.
export function cells(data, from, to, by, fieldsOf) {
  const found = counted(data, from, to)
  const recordOf = { cases: 'case', suspects_arrested: 'involvement', suspects_arrested_foreign: 'involvement', victims: 'involvement', victims_girls: 'involvement',
    counselled_at_centres: 'service', returned_to_family: 'return', at_risk_persons: 'contact', at_risk_occasions: 'contact', hotline_occasions: 'contact' }
  const several = ['forms', 'citizenship']
  const place = (record, name) => {
    if (name.includes('.')) {
      const [link, field] = name.split('.')
      if (link === record) return fieldsOf[record].includes(field) ? ['row', field] : null
      return fieldsOf[record].includes(link) && fieldsOf[link].includes(field) ? [link, field] : null
    }
    if (fieldsOf[record].includes(name)) return ['row', name]
    for (const link of ['person', 'case']) if (fieldsOf[record].includes(link) && fieldsOf[link].includes(name)) return [link, name]
    return null
  }
  const out = new Map()
  for (const [figure, record] of Object.entries(recordOf)) {
    const places = by.map((name) => place(record, name))
    if (places.includes(null)) continue
    for (const one of found[figure]) {
      const lists = places.map(([where, field]) => {
        const value = one[where]?.[field] ?? ''
        return value === '' ? [null] : several.includes(field) ? value.split(' ') : [value]
      })
      const add = (at, values) => {
        if (at < lists.length) return lists[at].forEach((value) => add(at + 1, [...values, value]))
        const id = JSON.stringify([figure, ...values])
        out.set(id, (out.get(id) ?? 0) + (figure === 'at_risk_persons' ? reached(one) : 1))
      }
      add(0, [])
    }
  }
  return [...out].filter(([, value]) => value).map(([id, value]) => `${id} ${value}`).sort()
}
