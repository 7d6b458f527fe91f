// A shelter's day and a girl's way home in a browser, in both languages, counting the pages that it takes.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from '../tool.mjs'
import { looksRight, press, signIn, withScript, words } from './browser.mjs'

const save = 'main form button.govuk-button:not([name])'
const day = (days) => new Date(Date.now() + 7 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
const typed = (date) => date.split('-').reverse().join('/')
const id = (page) => new URL(page.url()).pathname.split('/').pop()
const pressed = (page, move) => press(page, `main button[name='move'][value='${move}'], main a[href*='move=${move}']`)

// Somebody with the rights of a role, at her first page; `pages` counts what is loaded from there.
async function begins(page, { r, url, server }, role, unit) {
  await signIn(page, await r.user(role, role, unit), url)
  const api = server.api((await r.must('user token', role)).trim()), counted = { pages: 1 }
  page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) counted.pages++ })
  return { api, counted, made: async (record, body) => {
    const answer = await api('POST', `/${record}`, body, { 'accept-language': 'en' })
    equal(answer.status, 201, answer.text)
    return answer.body.id
  } }
}
// Opens the step's form if it has one, fills it in, and takes it.
async function steps(page, move, fields = {}) {
  const folded = page.locator('main details:not([open]) summary').filter({ hasNot: page.locator('h2') })
  if (!await page.locator(`main button[name='move'][value='${move}']:visible, main a[href*='move=${move}']:visible`).count()) await folded.first().click()
  await pressed(page, move)
  if (!Object.keys(fields).length) return
  for (const [name, value] of Object.entries(fields)) {
    const box = page.locator(`#f-${name}`), radio = page.locator(`input[type='radio'][name='${name}'][value='${value}']`)
    if (await radio.count()) await radio.check()
    else if (await box.evaluate((one) => one.tagName) === 'SELECT') await box.selectOption(value)
    else await box.fill(value)
  }
  await looksRight(page, `step ${move} ${await page.getAttribute('html', 'lang')}`)
  await press(page, save)
}

for (const [lang, width] of [['en', 1280], ['lo', 375]]) {
  withScript(`a shelter admits, cares, plans, and lets go: an admission in three pages (${lang})`, async (page, world) => {
    const { api, counted, made } = await begins(page, world, 'shelter_manager', 'shelter_vt')
    const facility = await made('facility', { name: 'Ban Mai', kind: 'shelter_government', house: 'shelter_vt', places_women: 4, places_children: 2 })
    counted.pages = 1
    await page.goto(world.url + '/stay/new')
    await page.locator('#f-person').pressSequentially('Noy')
    await page.locator('#f-person-options [role=option]').last().waitFor()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    const sex = page.locator("[name='_new.person.sex']").first()
    if (await sex.evaluate((one) => one.tagName) === 'SELECT') await sex.selectOption('female')
    else await page.check("input[name='_new.person.sex'][value='female']")
    await page.fill("input[name='_new.person.born']", '2000')
    if (await page.locator('select#f-facility').count()) await page.selectOption('#f-facility', facility)
    else { await page.locator('#f-facility').pressSequentially('Ban Mai'); await page.locator('#f-facility-options [role=option]').first().click() }
    await page.selectOption('#f-reason', 'safety')
    await page.fill('#f-planned_exit', typed(day(9)))
    await looksRight(page, `an admission ${lang}`)
    await press(page, save)
    match(page.url(), /\/stay\/\w+\?saved=1/)
    ok(counted.pages <= 3, `${counted.pages} pages`)
    const stay = id(page), says = async () => (await api('GET', `/stay/${stay}`)).body
    equal((await says()).state, 'admitted')
    await looksRight(page, `a stay ${lang}`)
    // Her plan and what she is given.
    const { person } = await says()
    await made('plan', { person, agreed: day(0), goals: 'To sew', review: day(30) })
    await made('service', { person, type: 'counselling', given: day(0) })
    await page.goto(world.url + '/places')
    await looksRight(page, `places ${lang}`)
    match(await words(page), /Noy/)
    await page.goto(`${world.url}/stay/${stay}`)
    await steps(page, 'go_on_leave', { back_by: typed(day(2)) })
    equal((await says()).state, 'on_leave')
    await steps(page, 'come_back')
    await steps(page, 'leave', { departed: typed(day(0)), exit: 'family' })
    deepEqual([(await says()).state, (await says()).exit, (await says()).departed], ['exited', 'family', day(0)])
    // Another one vanishes: her house reads it on its first page.
    const next = await made('stay', { person: await made('person', { given_name: 'Kham', sex: 'female', born: '1995' }), facility, admitted: day(-3) })
    await page.goto(`${world.url}/stay/${next}`)
    await steps(page, 'vanish', { departed: typed(day(0)), tell_police: 'no' })
    await looksRight(page, `somebody vanished ${lang}`)
    await page.goto(world.url + '/')
    match(await words(page), lang === 'en' ? /nobody was told/ : /ໂດຍບໍ່ແຈ້ງ/)
    await looksRight(page, `the first page of a shelter ${lang}`)
  }, { ownWorld: true, signedIn: false, lang, width })

  withScript(`a girl comes home from Thailand: the steps stand on the page, and each is taken there (${lang})`, async (page, world) => {
    const { api, made, counted } = await begins(page, world, 'return_officer', 'vtc')
    const person = await made('person', { given_name: 'Noy', sex: 'female', born: '2012', citizenship: 'LA' })
    await page.goto(`${world.url}/return/new?person=${person}`)
    await looksRight(page, `a new return ${lang}`)
    const back = await made('return', { person, from_country: 'TH', manner: 'official', to_province: 'LA-SV' })
    counted.pages = 0
    await page.goto(`${world.url}/return/${back}`)
    await looksRight(page, `a return that was asked for ${lang}`)
    await steps(page, 'verify', { verified: typed(day(-20)) })
    await made('risk', { person, kind: 'return', level: 'low' })
    await made('best_interests', { person, decided: day(-10), outcome: 'family' })
    await steps(page, 'plan', { agreed: 'yes' })
    await steps(page, 'approve', { travel_document: 'letter', departs: typed(day(-2)) })
    await steps(page, 'set_out', { escort: 'Two officers' })
    await steps(page, 'receive', { arrived: typed(day(-1)), medical_offered: 'yes', rest_until: typed(day(0)) })
    await looksRight(page, `a return on its way ${lang}`)
    await steps(page, 'hand_over', { handed_over: typed(day(0)), interview: 'declined' })
    await steps(page, 'bring_home', { destination: 'family', followup: 'phone', with_family: typed(day(0)) })
    const [visit] = (await api('GET', `/followup?person=${person}`)).body.items
    equal((await api('PATCH', `/followup/${visit.id}`, { done: day(0), reached: 'yes', safe: 'yes', version: visit.version })).status, 200)
    await page.reload()
    match(await words(page), lang === 'en' ? /Followed up/ : /ກຳລັງຕິດຕາມ/)
    await steps(page, 'close', { feedback_sent: typed(day(0)) })
    const all = (await api('GET', `/return/${back}`)).body
    deepEqual([all.state, all.interview, all.followup, all.feedback_sent], ['closed', 'declined', 'phone', day(0)])
    ok(counted.pages <= 2 + 2 * 8, `${counted.pages} pages`)
    await looksRight(page, `a return at home ${lang}`)
  }, { ownWorld: true, signedIn: false, lang, width })
}
