// What waits for somebody, on the first page and its own: read and worked off in both languages, on a phone, with and without a script.
// SPDX-License-Identifier: Apache-2.0
import { equal, match, ok, test } from '../tool.mjs'
import { inBrowser, looksRight, newPage, newWorld, press, signIn, theWorld, words } from './browser.mjs'

const day = (ms) => new Date(ms + 7 * 3600_000).toISOString().slice(0, 10) // there

// A house with a person who has come home, another whose journey is planned, and a referral that was sent to it.
async function house({ r, server }) {
  const who = { transit: await r.user('transit', 'return_officer', 'vtc'), centre: await r.user('centre', 'counsellor', 'lwu_centre') }
  const api = Object.fromEntries(await Promise.all(Object.keys(who).map(async (name) => [name, server.api((await r.must('user token', name)).trim())])))
  const post = async (name, path, body) => {
    const answer = await api[name]('POST', path, body)
    ok([200, 201].includes(answer.status), answer.text)
    return answer.body
  }
  await post('transit', '/person', { key: 'N1', given_name: 'Noy', family_name: 'Sengdara' })
  await post('transit', '/return', { key: 'H1', person: 'N1' })
  await post('centre', '/person', { key: 'K1', given_name: 'Kham', family_name: 'Dao' })
  const referral = await post('centre', '/referral', { key: 'R1', person: 'K1', to_unit: 'vtc', consent: 'yes', urgency: 'immediate', sent: day(Date.now()), shares: ['identity', 'case'] })
  await post('centre', '/referral/R1/move', { move: 'send', version: referral.version })
  await r.mustTake('return', 'key,person,state,state_since\nH2,N1,home,2024-01-31\nH3,N1,received,2024-05-01\n', '--unit', 'vtc')
  who.refer = async () => { // another one arrives
    const made = await post('centre', '/referral', { person: 'K1', to_unit: 'vtc', consent: 'yes', urgency: 'high', sent: day(Date.now()), shares: ['identity', 'case'] })
    await post('centre', `/referral/${made.id}/move`, { move: 'send', version: made.version })
  }
  return who
}

inBrowser('what waits is worked off from the first page: late in red, one button a row', async (page, world) => {
  const who = await house(world), { url } = world
  await page.context().clearCookies()
  await signIn(page, who.transit, url)
  const rows = page.locator('.app-work__item--step')
  equal(await rows.count(), 4)
  equal(await page.locator(".app-actions > a[href$='/new']:not(.govuk-button--secondary)").count(), 0) // what waits is what is green
  match(await rows.nth(0).innerText(), /Noy Sengdara[^]*At home[^]*days late[^]*29\/02\/2024/)
  equal(await rows.nth(0).locator('.govuk-tag--red').count(), 1)
  match(await rows.nth(2).innerText(), /REF-\d{4}-0001[^]*Referral[^]*Sent[^]*due today/)
  for (let i = 0; i < 4; i++) equal(await rows.nth(i).locator('.govuk-button').count(), 1)
  equal(await page.locator('.app-work__item--step .govuk-tag--red').count(), 2)
  await press(page, ".app-work__item--step button[value='close']") // no form of its own: it is done
  match(page.url(), /\/return\/[^/?]+\?saved=/)
  match(await words(page), /Closed/)
  await page.goto(url + '/work')
  equal(await rows.count(), 3)
  await press(page, ".app-work__item--step a.govuk-button[href^='/return/']") // to the province, or home: she chooses there
  if (!await page.locator("a[href*='move=bring_home']").first().isVisible()) await page.locator("details:has(a[href*='move=bring_home']) > summary").first().click()
  await press(page, "a[href*='move=bring_home']") // this one asks
  ok(await page.locator('#f-arrived').isVisible())
  await page.goto(url + '/work')
  await press(page, ".app-work__item--step a.govuk-button[href^='/referral/']") // several steps: she chooses there
  match(await words(page), /Accept[^]*Decline/)
}, { ownWorld: true })

for (const { script = true, lang = 'en', width = 320 } of [{}, { script: false }, { lang: 'lo', width: 1280 }]) {
  test(`what waits is put off with a day and a reason, and taken up again, ${script ? 'with' : 'without'} a script, ${lang} ${width}`, async (t) => {
    const says = async (what) => lang === 'lo' || match(await words(page), what)
    const right = (what) => looksRight(page, `put off ${what} ${lang} ${width}`)
    const world = await newWorld(t), { url } = world, who = await house(world)
    const page = await newPage(t, { width, lang, script, signedIn: false, world })
    await signIn(page, who.transit, url)
    const rows = page.locator('.app-work__item--step'), before = await rows.count()
    const late = page.locator(".app-work__item--step a[href*='/later']").first()
    await late.click()
    await page.waitForURL(/\/later\?next=/)
    await press(page, 'main form button') // nothing said: both are told
    await says(/Say until which day it is put off[^]*Say why, in a few words/)
    await right('asked')
    await page.locator('#f-why').fill('In the middle') // another language takes along what was typed, and back
    for (const tongue of [lang === 'lo' ? 'en' : 'lo', lang]) {
      await press(page, script ? 'header a[hreflang]' : "main form button[name='_lang']")
      equal(await page.getAttribute('html', 'lang'), tongue)
      equal(await page.inputValue('#f-why'), 'In the middle')
    }
    const [year, month, at] = day(Date.now() + 5 * 86_400_000).split('-')
    await page.locator('#f-until').fill(`${Number(at)}/${Number(month)}/${year}`)
    await page.locator('#f-why').fill('Her passport is not there yet')
    await press(page, 'main form button')
    equal(new URL(page.url()).pathname, '/')
    equal(await rows.count(), before - 1)
    await page.locator("a[href='/work?later=yes']").click()
    await page.waitForURL(/later=yes/)
    await says(/put off until[^]*transit · Her passport is not there yet/)
    equal(await page.locator('.govuk-tag--red').count(), 0)
    await right('list')
    await page.locator('.app-work__item--step a').first().click()
    await page.waitForURL(/\/(return|referral)\//)
    await says(/Put off until[^]*Her passport is not there yet/)
    await right('record')
    await page.goto(url + '/work?later=yes')
    await press(page, '.app-work__item--step button')
    await says(/Nothing is put off/)
    await who.refer()
    await page.goto(url + '/')
    await says(/What others changed[^]*Since[^]*Referral[^]*I have seen it/)
    await right('changes')
    await press(page, "form[action^='/changes'] button")
    equal(await page.locator('#changes').count(), 0)
    ok(!page.wrong.length, page.wrong.join('\n'))
  })
}

let seen
for (const lang of ['en', 'lo']) {
  test(`what waits stands on 320 pixels, in ${lang === 'lo' ? 'Lao' : 'English'}: axe finds nothing, nothing runs over the edge`, async (t) => {
    const world = await theWorld()
    seen ??= house(world)
    const who = await seen
    const page = await newPage(t, { lang, width: 320, signedIn: false })
    await signIn(page, who.transit, world.url)
    for (const path of ['/', '/work']) {
      await page.goto(world.url + path)
      await looksRight(page, `waiting ${lang} ${path}`)
    }
    if (lang === 'lo') match(await words(page), /ຊ້າ \d+ ວັນ/)
    await page.setViewportSize({ width: 1280, height: 900 })
    await looksRight(page, `waiting ${lang} desk`)
    ok(!page.wrong.length, page.wrong.join('\n'))
  })
}
