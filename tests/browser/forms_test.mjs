// Forms in a browser, with and without JavaScript: moments, many choices, sent twice, kept, asked, Enter.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok, test } from '../tool.mjs'
import { inBrowser, looksRight, newPage, press, withoutScript, withScript, words } from './browser.mjs'

let count = 0
const fresh = (word) => `${word}-F${process.pid}-${++count}`
const save = 'main form button.govuk-button:not([name])'
const saved = async (page, api, record) => (await api('GET', `/${record}/${new URL(page.url()).pathname.split('/').pop()}`)).body
// Other tests save cases meanwhile.
const titled = async (api, title) => (await api('GET', '/case?limit=100')).body.items.filter((one) => one.title === title)

inBrowser('a moment is typed as the hint says, in Lao digits too, and one that nobody touches stays to the byte', async (page, { url, api }) => {
  for (const [typed, stored] of [['27/3/2024 14:30', '2024-03-27T14:30'], ['໒໗/໓/໒໐໒໔ 9.05', '2024-03-27T09:05']]) {
    await page.goto(url + '/contact/new')
    await page.fill('#f-at', typed)
    await press(page, save)
    equal((await saved(page, api, 'contact')).at, stored)
    match(await words(page), new RegExp(`27/03/2024 ${stored.slice(11)}`))
  }
  const zoned = (await api('POST', '/contact', { at: '2024-03-27T23:30:15Z', note: 'a\rb' })).body
  await page.goto(`${url}/contact/${zoned.id}/edit`)
  equal(await page.inputValue('#f-at'), '28/03/2024 06:30') // the country's time
  await page.check("input[name='mode'][value='letter']")
  await press(page, save)
  deepEqual((({ at, note, mode, version }) => [at, note, mode, version])(await saved(page, api, 'contact')), ['2024-03-27T23:30:15Z', 'a\rb', 'letter', 2])
})

inBrowser('of 22 countries none is lost when only the title is changed; one more is chosen, one taken away', async (page, { url, api }) => {
  const countries = 'AF AL DZ AD AO AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW'.split(' ')
  const made = (await api('POST', '/case', { title: fresh('many'), transit: countries })).body
  await page.goto(`${url}/case/${made.id}/edit`)
  await page.fill('#f-title', 'changed')
  await press(page, save)
  deepEqual((({ title, transit }) => [title, transit])(await saved(page, api, 'case')), ['changed', countries.join(' ')])
  await page.goto(`${url}/case/${made.id}/edit`)
  await page.uncheck("input[name='transit'][value='AL']")
  await page.selectOption('#f-transit', 'LA')
  await page.selectOption('#f-transit-more-2', 'TH')
  await press(page, save)
  equal((await saved(page, api, 'case')).transit, [...countries.filter((one) => one !== 'AL'), 'LA', 'TH'].join(' '))
})

inBrowser('Save pressed again on a slow line makes one record', async (page, { url, api }) => {
  const title = fresh('once')
  await page.goto(url + '/case/new')
  await page.fill('#f-title', title)
  const line = await page.context().newCDPSession(page)
  await line.send('Network.enable')
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 4000, downloadThroughput: -1, uploadThroughput: -1 })
  let sent = 0
  page.on('request', (asked) => { sent += asked.method() === 'POST' })
  const button = await page.locator(save).boundingBox(), press = () => page.mouse.click(button.x + 5, button.y + 5)
  await page.locator(save).scrollIntoViewIfNeeded()
  Object.assign(button, await page.locator(save).boundingBox())
  await press()
  await page.waitForTimeout(2000)
  await press()
  // Not waitForURL: the second press ends the first one's going, and that may be told only now.
  for (let i = 0; i < 100 && !/saved=/.test(page.url()); i++) await page.waitForTimeout(200)
  match(page.url(), /saved=/)
  equal(sent, 2)
  const items = (await api('GET', '/case?limit=20')).body.items.filter((one) => one.title === title)
  deepEqual(items.map((one) => one.version), [1])
  match(page.url(), new RegExp(items[0].id))
})

inBrowser('what was typed stands there after a refused save: in the other language and behind a menu item', async (page, { url, api }) => {
  const title = fresh('kept')
  await page.goto(url + '/case/new')
  await page.fill('#f-title', title)
  await page.fill('#f-opened', '31/2/2021')
  await press(page, save)
  ok(await page.locator('.govuk-error-summary').isVisible())
  await press(page, "header a[hreflang='lo']")
  equal(await page.getAttribute('html', 'lang'), 'lo')
  deepEqual([await page.inputValue('#f-title'), await page.inputValue('#f-opened')], [title, '31/2/2021'])
  await press(page, "header a[hreflang='en']")
  await press(page, "nav a[href='/meeting']")
  await press(page, "nav a[href='/']")
  await press(page, "main a[href='/case/new']:has-text('Add: Case') >> nth=-1")
  deepEqual([await page.inputValue('#f-title'), await page.inputValue('#f-opened')], [title, '31/2/2021'])
  match(await words(page), /not saved yet/)
  await page.fill('#f-opened', '28/2/2021')
  await press(page, save)
  deepEqual((({ title: now, opened }) => [now, opened])(await saved(page, api, 'case')), [title, '2021-02-28'])
  await page.goto(url + '/case/new')
  equal(await page.inputValue('#f-title'), '')
})

withScript('another language takes along what was typed and not sent yet', async (page, { url }) => {
  await page.goto(url + '/person/new')
  await page.fill('#f-given_name', 'ນ້ອຍ')
  await page.fill('#f-born', '3/2001')
  await press(page, "header a[hreflang='lo']")
  equal(await page.getAttribute('html', 'lang'), 'lo')
  deepEqual([await page.inputValue('#f-given_name'), await page.inputValue('#f-born')], ['ນ້ອຍ', '3/2001'])
  equal(await page.locator('.govuk-error-summary').count(), 0)
  await press(page, "main form button[name='_leave']")
  await press(page, "header a[hreflang='en']")
})

inBrowser('a record that says less than forms ask for can be mended in another field', async (page, { url, api }) => {
  const empty = (await api('POST', '/service', { note: 'old' })).body // says neither who nor what: forms ask for it
  await page.goto(`${url}/service/${empty.id}/edit`)
  await page.fill('#f-note', 'mended')
  await press(page, save)
  deepEqual((({ note, version }) => [note, version])(await saved(page, api, 'service')), ['mended', 2])
})

inBrowser('an empty person, case, referral or plan is not saved, and the summary leads to what is missing', async (page, { url, api }) => {
  for (const [record, field] of [['person', 'given_name'], ['case', 'kind'], ['referral', 'person'], ['plan', 'person']]) {
    const before = (await api('GET', `/${record}?limit=1`)).body.items[0]?.id
    await page.goto(`${url}/${record}/new`)
    await press(page, save)
    await page.click(`.govuk-error-summary a[href='#f-${field}']`)
    ok(await page.locator(`#f-${field}`).isVisible())
    equal((await api('GET', `/${record}?limit=1`)).body.items[0]?.id, before)
    await press(page, "main form button[name='_leave']")
  }
})

withScript('Enter in a date box sends nothing', async (page, { url, api }) => {
  const title = fresh('half')
  await page.goto(url + '/case/new')
  await page.fill('#f-title', title)
  await page.focus('#f-opened')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(300)
  ok(page.url().endsWith('/case/new'))
  deepEqual(await titled(api, title), [])
})

withoutScript('Enter in a date box looks and saves nothing; what was typed stands there', async (page, { url, api }) => {
  const title = fresh('half')
  await page.goto(url + '/case/new')
  await page.fill('#f-title', title)
  await page.focus('#f-opened')
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  equal(await page.inputValue('#f-title'), title)
  deepEqual(await titled(api, title), [])
  await press(page, save)
  equal((await saved(page, api, 'case')).title, title)
})

inBrowser('dates and links are wrong in one round; a refused step leads into the field', async (page, { url, api }) => {
  await page.goto(url + '/service/new')
  await page.fill('#f-person', 'NOBODY-HERE')
  await page.fill('#f-given', '31/2/2021')
  await press(page, save)
  deepEqual((await page.locator('.govuk-error-summary a').evaluateAll((links) => links.map((link) => link.hash))).sort(), ['#f-given', '#f-person', '#f-type'])
  await press(page, "main form button[name='_leave']")
  const made = (await api('POST', '/case', { title: fresh('step'), kind: 'both', opened: '2021-01-01' })).body
  await page.goto(`${url}/case/${made.id}`)
  const step = async (name) => {
    await page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })") // what is rare is folded
    await press(page, `a[href$='/move?move=${name}']`)
  }
  await step('take_up_at_once')
  await press(page, save)
  await step('close')
  await press(page, save)
  await page.click('.govuk-error-summary a')
  ok((await page.evaluate(() => [document.activeElement?.id, location.hash.slice(1)])).includes('f-closed'), 'the summary leads to the box')
  await page.fill('#f-closed', '1/2/2021')
  await page.selectOption('#f-closed_because', 'goals_met')
  await press(page, save)
  await press(page, "button[name='move'][value='reopen']")
  deepEqual((({ state, closed }) => [state, closed])(await saved(page, api, 'case')), ['reopened', ''])
})

// "none" is a word like any other: which answers keep apart, the pack's rule says.
test('answers that may stand alone and not together are taken apart as they are ticked, and refused where no script does it', async (t) => {
  const rows = 'record,type,name,label::English (en),constraint,constraint_message::English (en),warning,warning_message::English (en),used_for\n' +
    `study,select_multiple platforms,asked_on,Asked on,"not(selected(., 'none')) or count-selected(.) = 1",Nowhere is nowhere else.,,,figure\n` +
    `study,select_multiple platforms,seen_on,Seen on,,,"selected(., 'none') and count-selected(.) > 1",Nowhere is nowhere else.,figure\n` +
    `study,select_multiple platforms,found_on,Found on,"count-selected(.) <= 2 and (selected(., 'line') or not(selected(., 'tiktok')))",Two at most.,,,figure\n`
  const r = await t.register({ pack: await t.pack({ 'survey/99_asked_on.csv': rows }) }), who = await r.user('keo'), api = await r.token('api'), server = await r.serve()
  const world = { r, who, url: server.url, api: server.api(api), server }
  equal((await world.api('POST', '/study', { title: 'x', asked_on: 'none line' })).status, 400)
  const page = await newPage(t, { world })
  await page.goto(`${world.url}/study/new`)
  await page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })") // of so many fields the last are folded
  const ticked = (name) => page.locator(`input[name='${name}']:checked`).evaluateAll((all) => all.map((one) => one.value))
  const tick = async (name, value) => { await page.check(`input[name='${name}'][value='${value}']`); return ticked(name) }
  deepEqual([await tick('asked_on', 'line'), await tick('asked_on', 'tiktok'), await tick('asked_on', 'none'), await tick('asked_on', 'wechat')],
    [['line'], ['tiktok', 'line'], ['none'], ['wechat']])
  deepEqual([await tick('seen_on', 'line'), await tick('seen_on', 'none'), await tick('seen_on', 'tiktok')], [['line'], ['none'], ['tiktok']]) // what is only doubted, too
  for (const value of ['tiktok', 'line', 'wechat']) await tick('found_on', value) // too many, or one that wants another: that is hers to mend
  deepEqual(await ticked('found_on'), ['tiktok', 'wechat', 'line'])
  equal(page.wrong.join('\n'), '')
})

withScript('a step with a question: on a narrow screen, another language in the middle, sent twice', async (page, { url, api }) => {
  await page.setViewportSize({ width: 320, height: 900 })
  const made = (await api('POST', '/case', { title: fresh('step twice'), kind: 'both', opened: '2021-01-01' })).body
  await page.goto(`${url}/case/${made.id}/move?move=take_up_at_once`)
  await press(page, save)
  await page.goto(`${url}/case/${made.id}/move?move=close`)
  await looksRight(page, 'a step with a question')
  await page.fill('#f-closed', '1/2/2021')
  await press(page, "a[hreflang='lo']")
  await looksRight(page, 'a step with a question, in Lao')
  equal(await page.inputValue('#f-closed'), '1/2/2021')
  await page.selectOption('#f-closed_because', 'goals_met')
  const { action, body } = await page.locator('main form').evaluate((form) => ({ action: form.action, body: `${new URLSearchParams(new FormData(form))}` }))
  await press(page, save)
  const once = page.url(), version = (await saved(page, api, 'case')).version
  const again = await page.evaluate(async ([to, body]) => (await fetch(to, { method: 'POST', body: new URLSearchParams(body) })).url, [action, body])
  ok(version > 0)
  deepEqual([again, (await saved(page, api, 'case')).version], [once, version])
})
