// Those who meet her first, at their own pages, in both languages: how many pages it takes, and how long they take to come.
// SPDX-License-Identifier: Apache-2.0
import { atEnd, deepEqual, equal, match, ok, Place, test } from '../tool.mjs'
import { looksRight, newPage, press, words } from './browser.mjs'

const people = { gate: ['border_officer', 'gate_friendship_4'], centre: ['shelter_manager', 'centre_lm'], hotline: ['hotline_operator', 'lwu_1362'], village: ['village_focal_point', 'focal_pakse'], police: ['police_investigator', 'atd_investigation'] }
let world
const filled = () => world ??= (async () => {
  const place = new Place()
  atEnd.push(() => place.done())
  const r = await place.register(), who = {}, api = {}
  for (const [name, [role, unit]] of Object.entries(people)) who[name] = await r.user(name, role, unit)
  const tokens = Object.fromEntries(await Promise.all(Object.entries(people).map(async ([name]) => [name, (await r.must('user token', name)).trim()])))
  const server = await r.serve()
  for (const name of Object.keys(people)) api[name] = server.api(tokens[name])
  return { r, who, api, url: server.url, server }
})()

// How long a practised person's hands and mind take, by the keystroke-level model of Card, Moran and Newell (1980): to think of what
// is next, to point at it, to press; to bring the hands to the keys and back; a key of an average typist.
const THINK = 1.35, POINT = 1.1, PRESS = 0.2, REACH = 0.8, KEY = 0.28
const reckoned = { check: () => 0, click: () => 0, selectOption: () => POINT + PRESS, fill: (text) => REACH + KEY * text.length }

// A person's own page, which counts the pages that she is sent, the time they take, and what she does on them.
async function desk(t, name, options) {
  const world = await filled(), page = await newPage(t, { ...options, world: { ...world, who: world.who[name] } })
  const taken = { pages: 0, ms: 0, hands: 0 }
  for (const [act, more] of Object.entries(reckoned)) {
    const does = page[act].bind(page)
    page[act] = (what, value, ...rest) => { taken.hands += THINK + POINT + PRESS + more(String(value)); return does(what, value, ...rest) }
  }
  return { ...world, page, taken, on: async (what) => { const begun = Date.now(); await press(page, what); taken.pages++; taken.ms += Date.now() - begun } }
}
const save = "main form .app-actions button.govuk-button:not([name])"
const languages = [['en', 'English', 1280], ['lo', 'Lao', 375]]
const tell = (t, what, { pages, ms, hands }) => console.log(`        ${what}: ${pages} pages, ${(ms / 1000).toFixed(1)} s of waiting for them, ${hands.toFixed(0)} s of doing`)

for (const [lang, language, width] of languages)
  test(`a group at the border is written down in twenty seconds (${language})`, async (t) => {
    const { page, on, taken, api } = await desk(t, 'gate', { lang, width })
    await on("main a[href^='/encounter/new']")
    await page.check("input[name='direction'][value='out']")
    await page.fill("input[name='women']", '1')
    await page.fill("input[name='girls']", '2')
    await page.check("input[name='action'][value='information']")
    await on(save)
    const { women, girls, gate, at } = (await api.gate('GET', `/encounter/${page.url().match(/encounter\/(\w+)/)[1]}`)).body
    deepEqual([women, girls, gate, at.slice(0, 10)], ['1', '2', 'friendship_4', new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10)])
    tell(t, `a group at the border, ${language}`, taken)
    ok(taken.pages <= 2 && taken.hands <= 20, JSON.stringify(taken))
    equal(page.wrong.join('\n'), '')
  })

for (const [lang, language, width] of languages) for (const script of [true, false])
  test(`a gate passes somebody on in six pages at most, and learns that she was accepted (${language}${script ? '' : ', without JavaScript'})`, async (t) => {
    const { page, on, taken, url, api } = await desk(t, 'gate', { lang, width, script })
    await looksRight(page, `gate first page ${lang}`)
    await on("main .app-actions a.govuk-button:not(.govuk-button--secondary)") // what the page leads with
    match(page.url(), /\/screening\/new/)
    await looksRight(page, `gate screening ${lang}`)
    await page.click('#f-person-new summary') // she has no name to look for
    await page.check("input[name='_new.person.unnamed'][value='withheld']")
    await page.check("input[name='_new.person.sex'][value='female']")
    await page.fill("input[name='_new.person.age_estimated']", '16')
    for (const [name, value] of [['told_otherwise', 'yes'], ['way_unknown', 'yes'], ['papers_held', 'yes'], ['owes', 'unknown'], ['not_free', 'no'], ['threatened', 'refused'], ['spoken_for', 'yes'], ['result', 'possible']])
      await page.check(`input[type='radio'][name='${name}'][value='${value}']`)
    await on(save)
    match(page.url(), /\/screening\/\w+\?saved=/)
    await looksRight(page, `gate screened ${lang}`)
    const screening = page.url().match(/screening\/(\w+)/)[1]
    await on("main a[href^='/referral/new']")
    await looksRight(page, `gate referral ${lang}`)
    equal(await page.inputValue("select[name='to_unit']"), 'centre_lm') // the nearest that takes somebody in stands there
    await page.check("input[name='urgency'][value='immediate']")
    await page.check("input[name='consent'][value='yes']")
    await on(save)
    const referral = page.url().match(/referral\/(\w+)/)[1]
    await on("main a[href*='/move?move=send'], main form[action$='/move'] button.govuk-button")
    if (/move\?move=send/.test(page.url())) await on(save)
    ok(taken.pages <= 6 && taken.hands < 300, JSON.stringify(taken))
    tell(t, `a gate to a sent referral, ${language}`, taken)
    const sent = (await api.gate('GET', `/referral/${referral}`)).body
    deepEqual([sent.state, sent.urgency, sent.consent], ['sent', 'immediate', 'yes'])
    const [{ child_rule: rule, seven_yes: yes }] = [(await api.gate('GET', `/screening/${screening}`)).body]
    deepEqual([rule, yes], ['child', '4'])
    // The centre of the north has it on its first page, and takes it.
    const there = await desk(t, 'centre', { lang, width, script })
    await there.page.goto(`${url}/referral/${referral}`)
    await there.on("main form[action$='/move'] button.govuk-button:not(.govuk-button--secondary)")
    equal((await api.gate('GET', `/referral/${referral}`)).body.state, 'accepted')
    await page.goto(url + '/')
    match(await words(page), lang === 'en' ? /Your referral was accepted/ : /ການສົ່ງຕໍ່ຂອງທ່ານໄດ້ຮັບແລ້ວ/)
    await looksRight(page, `gate accepted ${lang}`)
    equal(page.wrong.join('\n'), '')
  })

for (const [lang, language, width] of languages) for (const script of [true, false])
  test(`a call is one page: written down while it is on, and what is left stands among the calls to make (${language}${script ? '' : ', without JavaScript'})`, async (t) => {
    const { page, on, taken, url, api } = await desk(t, 'hotline', { lang, width, script })
    await looksRight(page, `hotline first page ${lang}`)
    await on("main .app-actions a.govuk-button:not(.govuk-button--secondary)")
    match(page.url(), /\/contact\/new/)
    await looksRight(page, `hotline call ${lang}`)
    equal(taken.pages, 1)
    const today = new Date(Date.now() + 7 * 3600_000).toISOString().slice(0, 10), note = `A sister is gone ${lang} ${script}`
    await page.check("input[name='urgency'][value='high']")
    await page.fill('#f-call_back', today.split('-').reverse().join('/'))
    await page.fill('#f-note', note)
    await on(save)
    tell(t, `a call, ${language}`, taken)
    const call = (await api.hotline('GET', '/contact')).body.items.find((one) => one.note === note)
    deepEqual([call.mode, call.line, call.state, call.call_back], ['hotline', 'lwu_1362', 'in_follow_up', today])
    await page.goto(url + '/')
    await looksRight(page, `hotline calls to make ${lang}`)
    match(await words(page), lang === 'en' ? /To be called back/ : /ຕ້ອງໂທກັບ/)
    // Silence: the page, and one press.
    await page.goto(url + '/contact/new')
    await press(page, "button[name='unheard'][value='silent']")
    match(page.url(), /\/contact\/\w+\?saved=/)
    const silent = (await api.hotline('GET', `/contact/${page.url().match(/contact\/(\w+)/)[1]}`)).body
    deepEqual([silent.unheard, silent.state], ['silent', 'closed'])
    equal(page.wrong.join('\n'), '')
  })

for (const [lang, language, width] of languages)
  test(`a village's first page leads with its report; a set of indicators is a table that fits the screen, one answer a line (${language})`, async (t) => {
    const village = await desk(t, 'village', { lang, width })
    await looksRight(village.page, `village first page ${lang}`)
    await village.on("main .app-actions a.govuk-button:not(.govuk-button--secondary)")
    match(village.page.url(), /\/contact\/new/)
    await looksRight(village.page, `village report ${lang}`)
    const { page, url } = await desk(t, 'police', { lang, width })
    await page.goto(url + '/screening/new')
    await page.click('details.app-later > summary')
    await page.check("input[name='tool'][value='ilo']")
    const cell = (answer) => page.locator(`input[name='ilo_force_${answer}'][value='debt']`)
    await cell('yes').check()
    await cell('refused').check()
    deepEqual([await cell('yes').isChecked(), await cell('refused').isChecked()], [false, true])
    ok(!await page.locator("input[name='scam_centre_yes']").last().isVisible())
    await looksRight(page, `sets of indicators ${lang}`)
    equal(page.wrong.join('\n') + village.page.wrong.join('\n'), '')
  })
