// Nobody is shown what is not hers: every role of the pack, every page and answer, over records that link to
// others' records; what they say must be nowhere.
// SPDX-License-Identifier: Apache-2.0
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { equal, home, ok, sleep, table, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const pack = join(home, 'packs/laos')
const here = { unit: 'atd_bk', province: 'LA-BK' }, there = { unit: 'atd_ch', province: 'LA-CH' }

// The survey, the choices and the rights, read from the sheets and by nothing of the program.
async function mechanism() {
  const sheets = async (folder) => (await Promise.all((await readdir(join(pack, folder))).filter((one) => one.endsWith('.csv')).sort()
    .map(async (one) => table(await readFile(join(pack, folder, one), 'utf8'))))).flat()
  const fields = (await sheets('survey')).filter((one) => one.name && !/^(begin|end)_/.test(one.type))
  const choices = await sheets('choices')
  const types = [...new Set(fields.map((one) => one.record))]
  const rights = table(await readFile(join(pack, 'rights.csv'), 'utf8'))
  const roles = table(await readFile(join(pack, 'roles.csv'), 'utf8')).map((one) => one.name)
  const tables = table(await readFile(join(pack, 'tables.csv'), 'utf8')).map((one) => one.name)
  const right = (role, type) => rights.findLast((one) => one.role === role && one.record === type) ?? rights.findLast((one) => one.role === role && one.record === '*')
  return { types, roles, tables, right, fields: (type) => fields.filter((one) => one.record === type), list: (name) => choices.filter((one) => one.list_name === name) }
}

const target = (field) => field.type.match(/^link (\S+)/)?.[1]
// The types in an order in which each finds what it links to.
function ordered(m) {
  const done = []
  const visit = (type) => {
    if (done.includes(type)) return
    for (const field of m.fields(type)) if (target(field) && target(field) !== type) visit(target(field))
    if (!done.includes(type)) done.push(type)
  }
  m.types.forEach(visit)
  return done
}

// A record of a type that says `word` in every text, its province in every list of provinces, and links to `linked`.
function body(m, type, key, word, province, linked) {
  const said = { key }
  for (const field of m.fields(type)) {
    const list = field.type.match(/^select_(one|multiple) (\S+)/)?.[2]
    if (/^(text|note)$/.test(field.type)) said[field.name] = word
    if (target(field) && linked[target(field)]) said[field.name] = linked[target(field)]
    if (field.type.startsWith('select_one') && m.list(list).some((one) => one.name === province)) said[field.name] = province
    if (field.type === 'date' && field.future !== 'yes') said[field.name] = '2024-03-01'
  }
  return said
}

// Saves it; what the rules refuse is left out, as long as links and words stay.
async function put(api, type, said) {
  for (let turn = 0; turn < 6; turn++) {
    const { status, body: answer } = await api('POST', `/${type}`, said)
    if (status === 201) return answer
    equal(status, 400, JSON.stringify(answer))
    for (const { field } of answer.faults) { ok(field in said, `${type}: ${JSON.stringify(answer.faults)}`); delete said[field] }
  }
  throw new Error(`no ${type} can be saved`)
}

// Hers, others', and hers that link to others': of every type that can.
async function seed(server, r, m) {
  const makers = { near: await r.token('near', 'secretariat', here.unit), far: await r.token('far', 'secretariat', there.unit) }
  const all = [], keys = { near: {}, far: {} }
  const add = async (who, kind, type, linked) => {
    const place = who === 'near' ? here : there, key = `Q${kind}${type.toUpperCase()}K`, word = `Q${kind}${type.toUpperCase()}W`
    const said = body(m, type, key, word, place.province, linked)
    const saved = await put(server.api(makers[who]), type, said)
    all.push({ type, kind, who, key, word: JSON.stringify(said).includes(word) ? word : key, id: saved.id, version: saved.version, said })
    return key
  }
  for (const type of ordered(m)) {
    keys.near[type] = await add('near', 'NEAR', type, keys.near)
    keys.far[type] = await add('far', 'FAR', type, keys.far)
  }
  for (const type of ordered(m)) if (m.fields(type).some(target)) await add('near', 'CROSS', type, keys.far)
  return { all, keys, api: server.api(makers.near) }
}

const scoped = (m, role, one) => {
  const rows = m.right(role, one.type)?.read ?? 'none'
  return rows === 'all' || ((rows === 'province' || rows === 'unit') && one.who === 'near')
}

async function inTurns(jobs, at = 3) {
  let next = 0
  await Promise.all(Array.from({ length: at }, async () => { while (next < jobs.length) await jobs[next++]() }))
}

// Everything that the help page and the API's description say can be asked, for the records that there are.
async function paths(server, token, m, all) {
  const page = async (path) => (await server.ask('GET', path, undefined, token, { accept: 'text/html' })).text
  const api = await server.ask('GET', '/api'), told = Object.entries(api.body.paths).filter(([, methods]) => methods.get).map(([path]) => path)
  const known = [...(await page('/help')).matchAll(/href='(\/[^']*)'/g)].map((one) => one[1].split('?')[0]).filter((path) => !path.startsWith('/assets'))
  const templates = new Set([...told.map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1')), ...known])
  for (const type of m.types) { templates.add(`/${type}/new`); templates.add(`/${type}/:id/edit`) } // forms, which only pages have
  ok(templates.size > 4 * m.types.length && ['/', '/find', '/figures', '/import', '/account', '/case', '/case/:id'].every((one) => templates.has(one)), [...templates].join(' '))
  const asked = []
  for (const template of templates) {
    const type = template.split('/')[1]
    if (template.includes(':id')) for (const one of all) { if (one.type === type) asked.push(template.replace(':id', one.key)) }
    else asked.push(...(template.includes(':name') ? m.tables.map((name) => template.replace(':name', name)) : [template]))
  }
  asked.push('/find?q=QFAR', '/figures/annual?from=2024-01-01&to=2024-12-31')
  return asked
}

test('no role is shown a word of what is not hers, on any page or answer, through any link', async (t) => {
  const m = await mechanism()
  const r = await t.register(), secretary = await r.token('chief', 'secretariat', 'secretariat')
  const server = await r.serve()
  const { all } = await seed(server, r, m)
  const asked = await paths(server, secretary, m, all)
  let answers = 0, closed = 0, shown = 0
  equal(m.roles.length, 16)
  for (const role of m.roles) {
    const token = await r.token(`a_${role}`, role, here.unit)
    const foreign = all.filter((one) => !scoped(m, role, one))
    const of = (path) => all.find((one) => path.split('/')[1] === one.type && path.split('/')[2] === one.key)
    const jobs = asked.flatMap((path) => ['application/json', 'text/html'].map((accept) => async () => {
      const one = of(path), ask = () => server.ask('GET', path, undefined, token, { accept, cookie: 'lang=en' })
      let { status, text } = await ask()
      for (let turn = 0; status === 503 && turn < 30; turn++) { await sleep(200); ({ status, text } = await ask()) } // one person has two long requests at a time
      answers++
      ok(status < 500, `${role} ${path}: ${status}`)
      if (one && !scoped(m, role, one)) { closed++; ok(status === 404 || status === 403, `${role} ${path}: ${status}`) }
      if (status === 200) shown++
      for (const other of foreign) {
        for (const word of [other.key, other.word, other.id]) {
          ok(!text.replaceAll(path, '').includes(word) || path.includes(word), `${role} ${accept} ${path}: ${word} in ${text.slice(Math.max(0, text.indexOf(word) - 200), text.indexOf(word) + 100)}`)
        }
      }
    }))
    await inTurns(jobs)
  }
  console.error(`        ${m.roles.length} roles, ${asked.length} addresses of ${all.length} records: ${answers} answers, ${shown} shown, ${closed} of what is not hers`)
  await server.stop()
})

test('what a link names beyond her sight can neither be asked for, nor named, nor cleared by a form that did not show it', async (t) => {
  const m = await mechanism()
  const r = await t.register()
  const server = await r.serve()
  const { all, keys, api } = await seed(server, r, m)
  let asked = 0, named = 0, forms = 0
  for (const role of m.roles) {
    const who = await r.user(`a_${role}`, role, here.unit), token = (await r.must('user token', who.name)).trim()
    const hers = server.api(token), visitor = new Visitor(server)
    await visitor.signIn(who)
    for (const one of all.filter((each) => each.kind === 'CROSS' && scoped(m, role, each))) {
      const links = m.fields(one.type).filter((field) => one.said[field.name] && target(field) && !scoped(m, role, { type: target(field), who: 'far' }))
      for (const link of links) {
        const far = keys.far[target(link)], list = async (value) => (await hers('GET', `/${one.type}?${link.name}=${value}`))
        const never = await list('QNEVERK'), foreign = await list(far), empty = await list('')
        if (never.status === 400) { equal(foreign.text.replaceAll(far, 'QNEVERK'), never.text); continue } // a class closed to her
        equal(foreign.text.replaceAll(far, 'QNEVERK'), never.text)
        ok(JSON.stringify(empty.body).includes(one.key), `${role}: ${one.key} has no ${link.name} for her`)
        equal((await hers('GET', `/${one.type}/${one.key}`)).body[link.name], '')
        asked += 3
      }
      if (m.right(role, one.type).write === 'none' || !links.length) continue
      for (const link of links) {
        const far = keys.far[target(link)], { version } = (await hers('GET', `/${one.type}/${one.key}`)).body
        const give = (key) => hers('PATCH', `/${one.type}/${one.key}`, { version, [link.name]: key })
        const never = await give('QNEVERK'), foreign = await give(far)
        equal(never.status, 400)
        equal(foreign.status, 400)
        equal(foreign.text.replaceAll(far, 'QNEVERK'), never.text)
        named++
      }
      const page = await visitor.get(`/${one.type}/${one.key}/edit`)
      equal(page.status, 200)
      const version = page.text.match(/name='_version' value='(\d+)'/)[1]
      const text = m.fields(one.type).find((field) => /^(text|note)$/.test(field.type) && page.text.includes(`name='${field.name}'`))
      const sent = await visitor.post(`/${one.type}/${one.id}`, { _version: version, ...Object.fromEntries(links.map((link) => [link.name, ''])), ...(text ? { [text.name]: `by ${role}` } : {}), _confirm: '1' })
      equal(sent.status, 303, `${role} ${one.type}: ${sent.text.match(/govuk-error[\s\S]{0,600}/)?.[0]}`)
      const now = (await api('GET', `/${one.type}/${one.key}`)).body
      for (const link of links) equal(now[link.name], keys.far[target(link)], `${role} cleared ${one.type}.${link.name}`)
      if (text) equal(now[text.name], `by ${role}`)
      forms++
    }
  }
  console.error(`        ${asked} questions by a link, ${named} keys named, ${forms} forms sent`)
  ok(asked > 50 && named > 20 && forms > 20, 'the test has lost its subject')
  await server.stop()
})
