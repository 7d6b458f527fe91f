// Numbers as Lao offices write them: taken in forms, shown in pages, decimal in files and to programs.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok, table, test } from '../tool.mjs'
import { formFields, Visitor } from '../visitor.mjs'

async function world(t, lang = 'lo') {
  const r = await t.register(), who = await r.user('keo'), token = await r.token('program'), server = await r.serve(), visitor = new Visitor(server, lang)
  await visitor.signIn(who)
  await visitor.get(`/language?to=${lang}&next=/`)
  return { r, server, visitor, api: server.api(token) }
}
const boxOf = (text, name) => text.match(new RegExp(`<input [^>]*name='${name}' value='([^']*)'`))[1]
const asked = (text, name) => [...text.matchAll(new RegExp(`name='_number\\.${name}' type='radio' value='([^']*)'`, 'g'))].map((one) => one[1])
// The new record's form, filled in, as a browser sends it.
async function send(visitor, path, given) {
  const page = await visitor.get(path), form = new URLSearchParams(formFields(page.text))
  for (const [name, value] of Object.entries(given)) form.set(name, value)
  return visitor.ask('POST', path.replace(/\/(new|edit)$/, ''), { form })
}

test('a number is taken as Lao offices write it, shown so, and stays decimal in files and to programs', async (t) => {
  const { r, server, visitor, api } = await world(t)
  const saved = await send(visitor, '/profile/new', { name: 'Lao PDR', population: '໗.໓໙໓.໐໐໐', rural_percent: '62,75' })
  equal(saved.status, 303, saved.text)
  const path = saved.to.replace(/\?.*/, ''), answer = (await api('GET', path)).body
  deepEqual([answer.population, answer.rural_percent], ['7393000', '62.75'])
  const lao = (await visitor.get(path)).text
  match(lao, />\s*7\.393\.000\s*</)
  match(lao, />\s*62,75\s*</)
  const edit = (await visitor.get(`${path}/edit`)).text
  deepEqual([boxOf(edit, 'population'), boxOf(edit, 'rural_percent')], ['7.393.000', '62,75'])
  equal((await send(visitor, `${path}/edit`, { population: '7 393 001' })).status, 303) // what was not touched is not changed
  await visitor.get('/language?to=en&next=/')
  const english = (await visitor.get(path)).text
  match(english, />\s*7,393,001\s*</)
  match(english, />\s*62\.75\s*</)
  equal((await send(visitor, `${path}/edit`, { rural_percent: '62.8' })).status, 303)
  const exported = table(await r.export('profile'))
  deepEqual(exported.map((one) => [one.population, one.rural_percent]), [['7393001', '62.8']])
  const taken = await r.take('profile', 'key,name,population,rural_percent\nL1,Lao PDR,7100000,64.5\n')
  equal(taken.code, 0, taken.err)
  for (const wrong of ['7.100.000', '64,5']) equal((await r.take('profile', `key,name,population\nL2,Lao PDR,"${wrong}"\n`)).code, 1, wrong)
  equal((await api('POST', '/profile', { rural_percent: '64,5' })).status, 400)
  await server.stop()
})

test('one sign with three digits behind it is asked about, with each way to read it, and nothing is saved before the answer', async (t) => {
  const { r, server, visitor, api } = await world(t), before = await r.entries()
  for (const [typed, readings] of [['1.234', ['1234', '1.234']], ['1,234', ['1234', '1.234']], ['໖໒.໗໕໐', ['62750', '62.750']]]) {
    const page = await send(visitor, '/profile/new', { name: 'Lao PDR', rural_percent: typed })
    ok([200, 400].includes(page.status))
    equal(boxOf(page.text, 'rural_percent'), typed)
    deepEqual(asked(page.text, 'rural_percent'), readings)
    match(page.text, /href='#f-rural_percent'/) // told above the form too
  }
  equal(await r.entries(), before)
  const page = await visitor.get('/profile/new'), form = new URLSearchParams(formFields(page.text))
  for (const [name, value] of [['name', 'Lao PDR'], ['rural_percent', '62.750'], ['population', '500.000']]) form.set(name, value)
  const again = await visitor.ask('POST', '/profile', { form })
  deepEqual([asked(again.text, 'rural_percent'), asked(again.text, 'population')], [['62750', '62.750'], ['500000']]) // people are whole
  equal(await r.entries(), before)
  form.set('_number.population', '500000')
  const half = await visitor.ask('POST', '/profile', { form }) // one is answered, one is not
  deepEqual([asked(half.text, 'rural_percent').length, asked(half.text, 'population').length, boxOf(half.text, 'population')], [2, 0, '500000'])
  equal(await r.entries(), before)
  form.set('population', boxOf(half.text, 'population'))
  form.set('_number.rural_percent', '62.750')
  const saved = await visitor.ask('POST', '/profile', { form })
  equal(saved.status, 303, saved.text)
  const answer = (await api('GET', saved.to.replace(/\?.*/, ''))).body
  deepEqual([answer.population, answer.rural_percent], ['500000', '62.75'])
  await server.stop()
})
