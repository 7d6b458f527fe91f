// Nobody is shown what is not hers: every role of the pack, every page and answer, over records that link to
// others' records; what they say must be nowhere.
// SPDX-License-Identifier: Apache-2.0
import { addresses, body, mechanism, nothingElseIsTold, ordered, put, target } from '../mechanism.mjs'
import { equal, ok, sleep, test } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

const here = { unit: 'atd_bk', province: 'LA-BK' }, there = { unit: 'atd_ch', province: 'LA-CH' }

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

test('no role is shown a word of what is not hers, on any page or answer, through any link', async (t) => {
  const m = await mechanism()
  const r = await t.register(), secretary = await r.token('chief', 'secretariat', 'secretariat')
  const server = await r.serve()
  const { all } = await seed(server, r, m)
  const told = await addresses(m, all)
  await nothingElseIsTold(server, secretary, m, told)
  const asked = [...told.map((one) => one.path), '/find?q=QFAR', '/figures/annual?from=2024-01-01&to=2024-12-31']
  let answers = 0, closed = 0, shown = 0
  equal(m.roles.length, 19)
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
