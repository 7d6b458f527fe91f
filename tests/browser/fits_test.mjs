// Choices that depend on what else is said, in a browser: what is offered, with and without a script.
// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, test } from '../tool.mjs'
import { newPage, press, words } from './browser.mjs'

const save = 'main form button.govuk-button:not([name])'
const towns = Array.from({ length: 30 }, (_, i) => `towns,t${i},Town ${i},,,,${i % 3 ? 'hills' : 'coast'},${i}`)

async function served(t) {
  const pack = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), pack, { recursive: true })
  await writeFile(join(pack, 'choices/towns.csv'), ['list_name,name,label::English (en),parent,from,to,region,size',
    'regions,hills,Hills,,,,,', 'regions,coast,Coast,,,,,', 'sights,lake,Lake,,,,hills,', 'sights,beach,Beach,,,,coast,', 'sights,old,Old one,,,2020-01-01,coast,',
    ...towns].join('\n') + '\n')
  await writeFile(join(pack, 'survey/99_towns.csv'), `record,type,name,label::English (en),choice_filter,class
agreement,select_one regions,region,Region,
agreement,integer,least,Least,
agreement,select_one regions,closed,Closed,,sensitive
agreement,select_one towns,town,Town,"region = \${region} and size >= coalesce(\${least}, 0)"
agreement,select_multiple sights,sights,Sights,region = \${region}
agreement,select_multiple sights,sights_elsewhere,Sights elsewhere,region = \${closed}
`)
  await mkdir(join(pack, 'rights'))
  await writeFile(join(pack, 'rights/99_closed.csv'), 'role,record,read,write,classes\nsecretariat,agreement,all,all,plain\n')
  const r = await t.register({ pack })
  const who = await r.user('keo'), token = await r.token('api')
  const server = await r.serve()
  return { r, who, url: server.url, api: server.api(token), server }
}
// Of so many fields the last are folded.
const unfold = async (page) => { if (!await page.locator('#f-town').isVisible()) await page.locator('details:has(#f-town) > summary').last().click() }
const offered = (page, selector) => page.$$eval(selector, (all) => all.filter((one) => !one.hidden && !one.disabled && !one.closest('[hidden]') && one.value).map((one) => one.value))

test('the page offers the choices that go with the other answers, as one gives them, and keeps what was chosen', async (t) => {
  const world = await served(t), page = await newPage(t, { world })
  await page.goto(world.url + '/agreement/new')
  equal((await offered(page, "input[name='sights_elsewhere'][type='checkbox']")).length, 2) // what it looks at is not for her
  deepEqual(await offered(page, '#f-town option'), [])
  deepEqual(await offered(page, "input[name='sights']"), [])
  await page.fill('#f-title', 'By the sea')
  await unfold(page)
  await page.check("input[name='region'][value='coast']")
  deepEqual(await offered(page, '#f-town option'), ['t0', 't3', 't6', 't9', 't12', 't15', 't18', 't21', 't24', 't27'])
  deepEqual(await offered(page, "input[name='sights'][type='checkbox']"), ['beach'])
  await page.fill('#f-least', '20')
  deepEqual(await offered(page, '#f-town option'), ['t21', 't24', 't27'])
  await page.selectOption('#f-town', 't24')
  await page.check("input[name='sights'][value='beach']")
  await press(page, save)
  match(page.url(), /saved=/)
  const made = page.url().match(/\/agreement\/(\w+)/)[1]
  await page.goto(`${world.url}/agreement/${made}/edit`)
  await unfold(page)
  await page.check("input[name='region'][value='hills']")
  ok((await offered(page, '#f-town option')).includes('t24')) // nothing is taken away behind her back
  await press(page, save)
  match(await words(page), /Town 24 does not go with the other answers/)
  match(await words(page), /Beach does not go with the other answers/)
  deepEqual(page.wrong, [])
})

test('without a script everything in use is offered, and the fault tells what does not go together', async (t) => {
  const world = await served(t), page = await newPage(t, { world, script: false })
  await page.goto(world.url + '/agreement/new')
  equal((await page.$$('#f-town option')).length, 31)
  equal((await page.$$("input[name='sights'][type='checkbox']")).length, 2) // not what has ended
  await page.fill('#f-title', 'In the hills')
  await unfold(page)
  await page.check("input[name='region'][value='hills']")
  await page.selectOption('#f-town', 't3')
  await press(page, save)
  match(await words(page), /Town 3 does not go with the other answers/)
  await page.selectOption('#f-town', 't4')
  await press(page, save)
  match(page.url(), /saved=/)
})
