// The mechanism as its sheets tell it, a record of every type in it, and every address that the program has for them: a
// record, a table of figures or a route that is added is covered by itself.
// SPDX-License-Identifier: Apache-2.0
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { equal, home, ok, table } from './tool.mjs'

const pack = join(home, 'packs/laos')

// The survey, the choices and the rights, read from the sheets and by nothing of the program.
export async function mechanism() {
  const sheets = async (folder) => (await Promise.all((await readdir(join(pack, folder))).filter((one) => one.endsWith('.csv')).sort()
    .map(async (one) => table(await readFile(join(pack, folder, one), 'utf8'))))).flat()
  const fields = (await sheets('survey')).filter((one) => one.name && !/^(begin|end)_/.test(one.type))
  const choices = await sheets('choices')
  for (const one of [...table(await readFile(join(pack, 'registry/units.csv'), 'utf8')), ...await sheets('registry/units')]) choices.push({ list_name: 'units', name: one.key })
  for (const one of table(await readFile(join(pack, 'figures.csv'), 'utf8'))) if (!one.within) choices.push({ list_name: 'figures', name: one.name })
  const types = [...new Set(fields.map((one) => one.record))]
  const rights = table(await readFile(join(pack, 'rights.csv'), 'utf8'))
  const roles = table(await readFile(join(pack, 'roles.csv'), 'utf8')).map((one) => one.name)
  const tables = table(await readFile(join(pack, 'tables.csv'), 'utf8')).map((one) => one.name)
  const right = (role, type) => rights.findLast((one) => one.role === role && one.record === type) ?? rights.findLast((one) => one.role === role && one.record === '*')
  return { types, roles, tables, right, fields: (type) => fields.filter((one) => one.record === type), list: (name) => choices.filter((one) => one.list_name === name) }
}

export const target = (field) => field.type.match(/^link (\S+)/)?.[1]
// The types in an order in which each finds what it links to.
export function ordered(m) {
  const done = [], begun = new Set()
  const visit = (type) => { // of two that name each other the one that is met first comes last
    if (done.includes(type) || begun.has(type)) return
    begun.add(type)
    for (const field of m.fields(type)) if (target(field) && target(field) !== type) visit(target(field))
    if (!done.includes(type)) done.push(type)
  }
  m.types.forEach(visit)
  return done
}

// A record of a type that says `word` in every text, its province in every list of provinces, and links to `linked`.
export function body(m, type, key, word, province, linked) {
  const said = { key }
  for (const field of m.fields(type)) {
    if (field.calculation || field.asked === 'never') continue // nobody says what is reckoned, or what follows by itself
    const list = field.type.match(/^select_(one|multiple) (\S+)/)?.[2]
    if (/^(text|note)$/.test(field.type)) said[field.name] = word
    if (target(field) && linked[target(field)]) said[field.name] = linked[target(field)]
    if (field.type.startsWith('select_one') && m.list(list).some((one) => one.name === province)) said[field.name] = province
    if (field.type === 'date' && field.future !== 'yes') said[field.name] = '2024-03-01'
  }
  return said
}

// Saves it; what the rules refuse is left out, as long as links and words stay.
export async function put(api, type, said) {
  for (let turn = 0; turn < 6; turn++) {
    const { status, body: answer } = await api('POST', `/${type}`, said)
    if (status === 201) return answer
    equal(status, 400, JSON.stringify(answer))
    for (const { field } of answer.faults) { ok(field in said, `${type}: ${JSON.stringify(answer.faults)}`); delete said[field] }
  }
  throw new Error(`no ${type} can be saved`)
}

// One record of every type, each linked to those before it: [{ type, key, id }, …]. Every text of it says `word`.
export async function oneOfEach(api, m, { key = (type) => `One-${type}`, word = 'One', province = 'LA-VT' } = {}) {
  const keys = {}, all = []
  for (const type of ordered(m)) {
    const saved = await put(api, type, body(m, type, key(type), word, province, keys))
    keys[type] = key(type)
    all.push({ type, key: key(type), id: saved.id })
  }
  return all
}

// The program's own table of what can be asked: [{ method, path: '/:record/:id' }, …].
export async function routes() {
  const text = await readFile(join(home, 'src/web/routes.c'), 'utf8')
  const rows = [...text.matchAll(/\{HTTP_([A-Z]+),\s*S\("([^"]+)"\)/g)].map(([, method, path]) => ({ method, path }))
  equal(rows.length, text.match(/\{HTTP_[A-Z]+,\s*S\("\//g).length)
  return rows
}

// Every address of a method, for the records that there are, and the route that it is of: [{ path, route }, …].
export async function addresses(m, records, method = 'GET') {
  const all = []
  for (const { method: its, path: route } of await routes()) {
    if (its !== method || route.startsWith('/assets/')) continue
    const add = (path) => all.push({ path, route })
    if (route.includes(':name')) for (const name of m.tables) add(route.replace(':name', name))
    else if (route.includes(':id')) for (const one of records.filter(({ type }) => !/copy$/.test(route) || type === 'person')) add(route.replace(':record', one.type).replace(':id', encodeURIComponent(one.key)))
    else if (route.includes(':record')) for (const type of m.types) add(route.replace(':record', type))
    else add(route)
  }
  return all
}

// What the help page and the API's description name is among them, or they were read wrong.
export async function nothingElseIsTold(server, token, m, asked) {
  const { paths } = (await server.ask('GET', '/api')).body
  const told = Object.entries(paths).filter(([path, methods]) => methods.get && !path.includes('{')).map(([path]) => path)
  const { text } = await server.ask('GET', '/help', undefined, token, { accept: 'text/html' })
  const known = [...text.matchAll(/href='(\/[^']*)'/g)].map((one) => one[1].split(/[?#]/)[0]).filter((path) => !path.startsWith('/assets'))
  ok(told.length > m.types.length && known.length > 5)
  for (const path of [...told, ...known]) ok(asked.some((one) => one.path === path), `${path} is told of, and is no route`)
}
