// Every kind of part that a screen is made of: on every screen, in both languages; and an interview walked through.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { atEnd, deepEqual, equal, home, match, ok, Place, test } from '../tool.mjs'
import { newPage, press, withoutScript, withScript, words } from './browser.mjs'
import { inAllModes } from './modes.mjs'

const screens = `screen,n,kind,of,where,columns,moves,title::English (en),title::Lao (lo)
everything,1,rows,case,,key title opened state,close,Cases,?ກໍລະນີ
everything,2,board,facility,,name places_women,,Houses,?ເຮືອນພັກ
everything,3,count,stay.facility,,,,Staying,?ພັກຢູ່
everything,4,desk,referral,,vital_interest,,Said in several cases,?ກ່າວໃນຫຼາຍກໍລະນີ
everything,5,plan,recommendation,,pillar title due status,,What is to be done,?ສິ່ງທີ່ຕ້ອງເຮັດ
everything,6,inbox,referral,${'$'}{state} = 'sent',person sent,accept decline,What arrived,?ສິ່ງທີ່ມາຮອດ
everything,7,figures,annual,,,,This year,?ປີນີ້
everything,8,interview,screening,,,,Screening in parts,?ການຄັດກອງເປັນຕອນ
everything,9,work,,,,,What waits,?ວຽກທີ່ລໍຖ້າ
everything,10,notices,,,,,News,?ຂ່າວ
everything,11,unsaved,,,,,Not saved,?ຍັງບໍ່ບັນທຶກ
everything,12,latest,,,,,Latest,?ລ່າສຸດ
everything,13,find,,,,,Find,?ຄົ້ນຫາ
everything,14,import,,,,,Bring in,?ນຳເຂົ້າ
everything,15,kinds,,,,,All,?ທັງໝົດ
calls,1,form,contact,,,,A call,?ສາຍໂທ
calls,2,rows,contact,,at mode,,Calls,?ສາຍ
everything,16,changes,,,,,What changed,?ສິ່ງທີ່ປ່ຽນ
facility,,head,.,,kind places_women,,,
facility,,urgent,.,${'$'}{places_women} = 7,,,Seven,?ເຈັດ
case,1,facts,.,,,,About it,?ກ່ຽວກັບມັນ
case,2,steps,.,,,,How far it is,?ຮອດໃສແລ້ວ
case,3,related,.,,,,Around it,?ສິ່ງທີ່ກ່ຽວຂ້ອງ
case,4,timeline,.,,,,What happened,?ເຫດການ
case,5,history,.,,,,Who wrote what,?ໃຜຂຽນຫຍັງ
case,6,rows,referral.case,,sent reason,,Referrals,?ການສົ່ງຕໍ່
`
async function made(api, path, body) {
  const answer = await api('POST', path, body)
  ok([200, 201].includes(answer.status), answer.text)
  return answer.body
}

// One of each, with something in it.
let world
const filled = () => world ??= (async () => {
  const place = new Place()
  atEnd.push(() => place.done())
  const r = await place.register({ pack: await place.pack({ 'screens/99_more.csv': screens }) })
  const who = await r.user('keo'), token = await r.token('api'), centre = await r.token('centre', 'counsellor', 'lwu_centre'), server = await r.serve(), api = server.api(token)
  await made(api, '/facility', { key: 'F1', name: 'ເຮືອນພັກ House', kind: 'shelter_government', places_women: 7 })
  await made(api, '/person', { key: 'P1', given_name: 'Noy', sex: 'female', born: '1990' })
  await made(api, '/stay', { person: 'P1', facility: 'F1', admitted: '2024-01-01' })
  for (const key of ['K1', 'K2']) await made(api, '/case', { key, kind: 'criminal', title: `At work ${key}`, opened: '2024-01-01' })
  for (const one of ['K1', 'K2']) await made(api, '/referral', { case: one, vital_interest: '+856 20 5555', reason: 'moved', sent: '2024-01-02' })
  for (const pillar of ['protection', 'prosecution', '']) await made(api, '/recommendation', { title: `To do ${pillar}`, pillar, status: 'accepted' })
  const sent = await made(server.api(centre), '/referral', { key: 'R1', consent: 'yes', to_unit: 'secretariat', sent: '2024-01-03' })
  await made(server.api(centre), '/referral/R1/move', { move: 'send', version: sent.version })
  const one = (await api('GET', '/case/K1')).body
  return { r, who, url: server.url, api, server, one }
})()

test('every kind of part that the program knows stands on the pages that are looked at', () => {
  const known = readFileSync(join(home, 'src/pack/screens.c'), 'utf8').match(/screen_kind_words\[SCREEN_KIND_COUNT\] = \{([^}]*)\}/)[1]
  const kinds = [...known.matchAll(/S\("(\w+)"\)/g)].map((one) => one[1]).filter((kind) => !['list', 'home'].includes(kind)) // pages of their own
  const shown = new Set(screens.split('\n').slice(1).map((row) => row.split(',')[2]))
  deepEqual(kinds.filter((kind) => !shown.has(kind)), [])
})

for (const [lang, language] of [['en', 'English'], ['lo', 'Lao']])
  test(`every kind of part in ${language}: four widths, light, dark and high contrast; nothing runs over the edge, axe finds nothing`, async (t) => {
    const world = await filled(), page = await newPage(t, { lang, world })
    const pages = { everything: '/everything', record: `/case/${world.one.id}`, house: '/facility/F1', work: '/work', notices: '/notices', interview: '/screening/new?_part=1', places: '/places', arrivals: '/arrivals', plan: '/action_plan', calls: '/calls', turns: '/screening/new?_part=2' }
    equal((await inAllModes(page, world.url, pages, lang, { many: ['work', 'everything'] })).join('\n'), '')
    const wide = await newPage(t, { lang, world }), seen = ['Houses', 'ເຮືອນພັກ']
    await wide.goto(world.url + '/everything')
    match(await words(wide), new RegExp(seen[+(lang === 'lo')]))
    equal(page.wrong.join('\n'), '')
  })

const walk = (day, on) => async (page, { url, api }) => {
  const saved = async () => (await api('GET', '/screening')).body.items.filter((one) => one.done === `2024-01-0${day}`).length
  const before = await saved()
  await page.goto(url + '/screening/new?_part=1&person=P-00001')
  const groups = page.locator('fieldset.app-group >> visible=true')
  equal(await groups.count(), 1)
  const first = await groups.locator('legend').first().innerText()
  await page.fill('#f-done', `${day}/1/2024`)
  await Promise.all([page.waitForNavigation(), on(page)])
  equal(await groups.count(), 1)
  ok(await groups.locator('legend').first().innerText() !== first)
  await press(page, "button[name='_back']:not(.govuk-visually-hidden)")
  equal(await page.inputValue('#f-done'), `${day}/1/2024`)
  for (let i = 0; i < 20 && await page.locator("button.govuk-button[name='_next']").count(); i++) await press(page, "button.govuk-button[name='_next']")
  equal(await saved(), before)
  await press(page, "main form button.govuk-button:not([name='_next']):not([name='_back'])")
  match(page.url(), /\/screening\/[^/]+\?saved=/)
  equal(await saved(), before + 1)
}
const interview = 'an interview asks one group at a time, goes back and on with what was typed, and saves at the end'
withScript(`${interview} (with JavaScript)`, walk(2, (page) => page.click("button.govuk-button[name='_next']")))
withoutScript(`${interview} (without; Enter goes on)`, walk(3, (page) => page.locator('#f-done').press('Enter')))

for (const script of [true, false])
  test(`a form on a screen saves, and what is wrong is asked again on its own page (${script ? 'with JavaScript' : 'without'})`, async (t) => {
    const world = await filled(), { url, api } = world, page = await newPage(t, { script, world })
    const calls = async (day) => (await api('GET', '/contact')).body.items.filter((one) => one.at.startsWith(day)).length
    const fill = async (at) => {
      await page.goto(url + '/calls')
      await page.fill('#f-at', at)
      await page.check("input[type='radio'][name='mode'] >> nth=0")
      await page.check("input[type='radio'][name='at_risk'] >> nth=0")
      await press(page, '.app-actions button.govuk-button:not(.govuk-button--secondary)')
    }
    const day = script ? '2024-01-02' : '2024-01-03', before = await calls(day)
    await fill('99/99/2024')
    match(page.url(), /\/contact$/)
    equal(await page.inputValue('#f-at'), '99/99/2024')
    equal(await calls(day), before)
    await page.goto(url + '/calls') // what is kept is led to: an empty form would take its place
    match(await words(page), /is not saved yet\. Add: Contact/)
    await press(page, "main a[href^='/contact/new']")
    equal(await page.inputValue('#f-at'), '99/99/2024')
    await press(page, "button[name='_leave']")
    await fill(`${Number(day.slice(8))}/1/2024 10:00`)
    match(page.url(), /\/contact\/[^/]+\?saved=/)
    equal(await calls(day), before + 1)
    await page.goto(url + '/calls')
    match(await words(page), /Calls[^]*0[23]\/01\/2024/)
    equal(page.wrong.join('\n'), '')
  })
