// A day's work in a browser, with and without JavaScript: sign in, find, fill in, correct, disagree, bring in a table.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from '../tool.mjs'
import { workbook } from '../workbook.mjs'
import { inBrowser, newPage, press, withoutScript, withScript, words } from './browser.mjs'

let count = 0
const fresh = (word) => `${word}-${process.pid}-${++count}`

inBrowser('signing in: what is wrong is said, then the work stands there, then signing out', async (page, { url, who }) => {
  await page.goto(url + '/person?sex=male')
  match(page.url(), /\/sign-in/)
  await page.fill('#f-name', who.name)
  await page.fill('#f-password', 'not the password')
  await press(page, 'main form button')
  ok(await page.locator('.govuk-error-summary').isVisible())
  equal(await page.inputValue('#f-name'), who.name)
  await page.fill('#f-password', who.password)
  await press(page, 'main form button')
  equal(new URL(page.url()).pathname + new URL(page.url()).search, '/person?sex=male') // where she wanted to go
  await press(page, "form[action='/sign-out'] button")
  match(page.url(), /\/sign-in/)
  await page.goto(url + '/person')
  match(page.url(), /\/sign-in/)
}, { signedIn: false })

inBrowser('a list is filtered and paged, and leads to a record', async (page, { url }) => {
  await page.goto(url + '/person')
  const title = await words(page, 'h1')
  const rows = page.locator('main table tbody tr')
  const first = await rows.first().innerText()
  ok(await rows.count() >= 10)
  await press(page, "main a[rel='next']")
  ok((await rows.first().innerText()) !== first)
  await page.goBack()
  if (!await page.locator("form.app-filter [name='province']").count()) await press(page, "main a[href*='_filter']")
  await page.selectOption("form.app-filter [name='province']", 'LA-BK')
  await press(page, 'form.app-filter button')
  match(page.url(), /province=LA-BK/)
  const names = await rows.locator('td, th').allInnerTexts()
  ok(names.length && (await rows.allInnerTexts()).every((row) => row.includes('Bokeo')))
  await press(page, 'main table tbody tr th a')
  ok((await words(page, 'h1')) !== title)
  match(page.url(), /\/person\/\w+/)
})

inBrowser('a form tells every error above and at its field, keeps what was typed, and saves', async (page, { url, api }) => {
  const name = fresh('Manivone')
  await page.goto(url + '/person/new')
  await page.fill('#f-given_name', name)
  await page.check("input[name='sex'][value='female']")
  await page.fill('#f-born', '31/02/2001')
  await press(page, 'main form button.govuk-button')
  const summary = page.locator('.govuk-error-summary')
  ok(await summary.isVisible())
  await summary.locator("a[href='#f-born']").click()
  ok(await page.evaluate("document.activeElement?.id === 'f-born' || location.hash === '#f-born'"))
  ok(await page.locator('.govuk-form-group--error #f-born').count())
  match(await page.getAttribute('#f-born', 'aria-describedby'), /error/)
  deepEqual([await page.inputValue('#f-given_name'), await page.inputValue('#f-born')], [name, '31/02/2001'])
  match(await page.title(), /^Error/)
  await page.fill('#f-born', '28/02/2001')
  await press(page, 'main form button.govuk-button')
  match(page.url(), /\/person\/\w+\?saved=1/)
  match(await words(page), new RegExp(name))
  match(await words(page), /28\/02\/2001/)
  const id = new URL(page.url()).pathname.split('/').pop()
  deepEqual((({ born, sex, given_name }) => ({ born, sex, given_name }))((await api('GET', `/person/${id}`)).body), { born: '2001-02-28', sex: 'female', given_name: name })
})

inBrowser('dates as people type them: Lao digits, a month and a year, and a Buddhist year that is asked about', async (page, { url, api }) => {
  for (const [typed, stored] of [['໑໕/໐໓/໑໙໙໙', '1999-03-15'], ['3/1999', '1999-03'], ['1999', '1999'], ['1999-03-15', '1999-03-15'], ['5.6.1999', '1999-06-05']]) {
    await page.goto(url + '/person/new')
    await page.fill('#f-given_name', fresh('Date'))
    await page.fill('#f-born', typed)
    await press(page, 'main form button.govuk-button')
    match(page.url(), /saved=1/, typed)
    equal((await api('GET', `/person/${new URL(page.url()).pathname.split('/').pop()}`)).body.born, stored)
  }
  await page.goto(url + '/person/new')
  await page.fill('#f-given_name', fresh('Buddhist'))
  await page.fill('#f-born', '15/03/2542')
  await press(page, 'main form button.govuk-button')
  ok(await page.locator('#f-born-year').isVisible()) // a question, not a change unasked
  await page.check('#f-born-year')
  await press(page, 'main form button.govuk-button')
  match(page.url(), /saved=1/)
  equal((await api('GET', `/person/${new URL(page.url()).pathname.split('/').pop()}`)).body.born, '1999-03-15')
})

withScript('what is not relevant is not asked, and comes back when it is', async (page, { url }) => {
  await page.goto(url + '/involvement/new')
  const asked = (name) => page.locator(`[name='${name}']:not([type='hidden'])`).first().isVisible()
  await page.check("input[name='part'][value='suspect']")
  deepEqual([await asked('arrested'), await asked('identified')], [true, false])
  await page.check("input[name='part'][value='victim']")
  deepEqual([await asked('arrested'), await asked('identified')], [false, true])
})

withoutScript('without the script everything is asked', async (page, { url }) => {
  await page.goto(url + '/involvement/new')
  for (const name of ['part', 'arrested', 'identified']) ok(await page.locator(`[name='${name}']:not([type='hidden'])`).first().isVisible(), name)
})

inBrowser('two people at one record: different answers merge, the same one is shown twice and chosen', async (page, { url, api }, t) => {
  const key = fresh('K')
  equal((await api('POST', '/case', { key, title: 'as it was', kind: 'both', province: 'LA-VT' })).status, 201)
  const other = await newPage(t, { script: false })
  await page.goto(`${url}/case/${key}/edit`)
  await other.goto(`${url}/case/${key}/edit`)
  await other.fill('#f-title', 'theirs')
  await press(other, 'main form button.govuk-button')
  await page.fill('#f-title', 'mine')
  await page.selectOption("select[name='province']", 'LA-BK')
  await press(page, 'main form button.govuk-button')
  ok(await page.locator('.app-conflict').isVisible())
  const text = await words(page)
  ok(text.includes('mine') && text.includes('theirs'))
  equal((await api('GET', `/case/${key}`)).body.title, 'theirs') // nothing was saved yet
  await page.check("input[name='title'][value='mine']")
  await press(page, 'main form button.govuk-button')
  match(page.url(), /saved=/)
  const now = (await api('GET', `/case/${key}`)).body
  deepEqual([now.title, now.province, now.kind], ['mine', 'LA-BK', 'both'])
  // different answers
  await page.goto(`${url}/case/${key}/edit`)
  await other.goto(`${url}/case/${key}/edit`)
  await other.fill('#f-title', 'theirs again')
  await press(other, 'main form button.govuk-button')
  await page.selectOption("select[name='province']", 'LA-SV')
  await press(page, 'main form button.govuk-button')
  match(page.url(), /saved=/)
  const merged = (await api('GET', `/case/${key}`)).body
  deepEqual([merged.title, merged.province], ['theirs again', 'LA-SV'])
  match(await words(page), /keo/) // the history says who
})

inBrowser('a table is checked, shown, written and taken back', async (page, { url, r }) => {
  const one = fresh('T'), two = fresh('T'), file = `${one}.csv`
  const there = async () => (await r.export('person')).split('\n').filter((line) => line.startsWith(one + ',') || line.startsWith(two + ','))
  await page.goto(url + '/import')
  await page.selectOption('#what', 'person')
  await page.setInputFiles('#file', { name: file, mimeType: 'text/csv', buffer: Buffer.from(`key,given_name,sex\n${one},ນ້ອຍ,female\n${two},Mali,woman\n`) })
  await press(page, 'main form button.govuk-button')
  match(await words(page), /woman/)
  deepEqual(await there(), []) // only shown
  await press(page, 'main form button.govuk-button') // the good line only
  deepEqual(await there(), [`${one},ນ້ອຍ,,,female,,,,`])
  await page.goto(url + '/import')
  await press(page, `main table tbody tr:has(:text('${file}')) a[href*='undo']`)
  await press(page, 'main form button.govuk-button--warning')
  deepEqual(await there(), [])
  await r.must('verify')
})

inBrowser('a workbook is brought in as a table is', async (page, { url, r }) => {
  const key = fresh('X')
  await page.goto(url + '/import')
  await page.selectOption('#what', 'person')
  await page.setInputFiles('#file', { name: 'people.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: workbook([['key', 'given_name', 'sex', 'born'], [key, 'ນ້ອຍ & Co', 'female', '2001-05']]) })
  await press(page, 'main form button.govuk-button')
  await press(page, 'main form button.govuk-button')
  match(await r.export('person'), new RegExp(`^${key},ນ້ອຍ & Co,,,female,2001-05,`, 'm'))
})

inBrowser('somebody is found by name from every page', async (page, { url }) => {
  await page.goto(url + '/case')
  await page.fill('#find', 'Palamy')
  await press(page, "form[action='/find'] button")
  match(page.url(), /\/find\?n=/, 'what one looks for stands sealed in the address')
  ok(!/Palamy/i.test(page.url()), page.url())
  match(await words(page), /Palamy/)
  await press(page, "main a[href^='/person/']")
  match(await words(page, 'h1'), /Palamy/)
})

inBrowser('the year\'s figures stand there as the newspaper had them, and another year at a press', async (page, { url }) => {
  await page.goto(url + '/figures')
  await press(page, "main a[href='/figures/annual']")
  await page.selectOption('#year', '2024')
  await press(page, 'form.app-filter button')
  const rows = await page.locator('main table').first().locator('tbody tr').allInnerTexts()
  for (const number of ['46', '95', '43', '85', '40', '127', '104', '962', '54']) ok(rows.some((row) => row.split(/\s+/).includes(number)), number)
  await page.selectOption('#year', '2023')
  await press(page, 'form.app-filter button')
  match(await words(page, 'main'), /\b27\b[^]*\b13\b[^]*\b22\b[^]*\b16\b/)
  await page.selectOption('#by', { index: 1 })
  await press(page, 'form.app-filter button')
  ok(await page.locator('main table').count() >= 1)
})

inBrowser('another language at a press, on the same page, and it stays', async (page, { url }) => {
  await page.goto(url + '/person?sex=male')
  equal(await page.getAttribute('html', 'lang'), 'en')
  await press(page, "header a[hreflang='lo']")
  equal(await page.getAttribute('html', 'lang'), 'lo')
  match(page.url(), /\/person\?sex=male/)
  match(await words(page, 'h1'), /[\u0e80-\u0eff]/)
  await page.goto(url + '/figures')
  equal(await page.getAttribute('html', 'lang'), 'lo')
  await press(page, "header a[hreflang='en']")
  equal(await page.getAttribute('html', 'lang'), 'en')
})

inBrowser('a case moves to its next state, and its history tells who and when', async (page, { url, api }) => {
  const key = fresh('K')
  equal((await api('POST', '/case', { key, title: 'to be moved' })).status, 201)
  await page.goto(`${url}/case/${key}`)
  const before = await words(page, '.govuk-tag >> nth=0')
  await press(page, "form[action$='/move'] button")
  ok((await words(page, '.govuk-tag >> nth=0')) !== before)
  match(await words(page), /keo/)
})

withScript('a form that was changed is not left without a word; one press saves once', async (page, { url, api }) => {
  const key = fresh('K')
  equal((await api('POST', '/case', { key, title: 'once' })).status, 201)
  await page.goto(`${url}/case/${key}/edit`)
  await page.fill('#f-title', 'twice?')
  let asked = 0
  page.on('dialog', (dialog) => { asked++; dialog.dismiss().catch(() => {}) })
  await page.click("nav a[href='/']").catch(() => {})
  await page.waitForTimeout(300)
  ok(asked === 1 && page.url().endsWith('/edit'), `asked ${asked} times, at ${page.url()}`)
  await Promise.all([page.waitForNavigation(), page.dblclick('main form button.govuk-button')])
  await page.waitForLoadState()
  equal((await api('GET', `/case/${key}`)).body.version, 2)
})

withScript('the keyboard alone: skip to the page, through the form, save', async (page, { url }) => {
  await page.goto(url + '/person/new')
  await page.keyboard.press('Tab')
  match(await page.evaluate('document.activeElement.className'), /skip/)
  await page.keyboard.press('Enter')
  equal(await page.evaluate('location.hash'), '#main')
  await page.focus('#f-given_name')
  await page.keyboard.type(fresh('Keys'))
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  match(page.url(), /saved=1/)
})
