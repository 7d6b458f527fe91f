// The days of those who work with it, in a browser: finding, two who change the same, going back, another language.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from '../tool.mjs'
import { inBrowser, press, signIn, withoutScript, words } from './browser.mjs'

let count = 0
const fresh = (word) => `${word}-D${process.pid}-${++count}`
const save = 'main form button.govuk-button:not([name])'
const shown = async (page, api, record) => (await api('GET', `/${record}/${new URL(page.url()).pathname.split('/').pop()}`)).body
const lao = /[\u0e80-\u0eff]/

inBrowser('the search box says in both languages what it finds, and finds it', async (page, { url, api }) => {
  const key = fresh('K')
  equal((await api('POST', '/case', { key, title: 'sought', kind: 'both' })).status, 201)
  await page.goto(url + '/')
  deepEqual([await page.getAttribute('#find', 'placeholder'), await words(page, "label[for='find']")],
    ['Name, number', 'Find by name, number, phone or title'])
  await press(page, "header a[hreflang='lo']")
  for (const said of [await page.getAttribute('#find', 'placeholder'), await words(page, "label[for='find']")]) ok(lao.test(said) && !/[a-z]/i.test(said), said)
  await page.fill('#find', key)
  await press(page, "form[action='/find'] button")
  equal(await page.locator(`main a[href^='/case/']`).innerText(), 'sought')
  await page.fill('#find', 'Qvxwqzkj')
  await press(page, "header form[action='/find'] button")
  await press(page, "header a[hreflang='en']")
  match(await words(page), /Nothing was found\./)
})

inBrowser('who reads any record may look for it; who reads none has no search box, and help names no page that she is not let into', async (page, { url, r }) => {
  for (const [role, unit, finds] of [['trainer', 'atd_awareness', true], ['committee', 'ncatip', true], ['administrator', 'secretariat', false]]) {
    const name = fresh(role)
    await signIn(page, await r.user(name, role, unit))
    equal(await page.locator('#find').count(), finds ? 1 : 0, role)
    await page.goto(url + '/help')
    const pages = await page.locator("main a[href^='/']").evaluateAll((all) => all.map((one) => one.getAttribute('href')))
    equal(pages.includes('/find'), finds, role)
    for (const to of pages) equal((await page.request.get(url + to)).status(), 200, `${role} ${to}`)
    await press(page, "header form[action='/sign-out'] button")
  }
}, { signedIn: false })

inBrowser('what two changed is not saved before somebody has chosen, and nothing of it is lost', async (page, { url, api }) => {
  const made = (await api('POST', '/case', { title: fresh('first'), kind: 'both' })).body
  await page.goto(`${url}/case/${made.id}/edit`)
  equal((await api('PATCH', `/case/${made.id}`, { version: 1, title: 'hers' })).status, 200)
  await page.fill('#f-title', 'mine')
  await press(page, save)
  equal(await page.locator('.app-conflict').count(), 1)
  await page.click(save)
  await page.waitForTimeout(300)
  equal(await page.locator('.app-conflict').count(), 1) // the browser asks for an answer
  await page.evaluate(() => { for (const one of document.querySelectorAll('main [required]')) one.required = false })
  await press(page, save) // and where it does not, the form is there again
  match(page.url(), /\/edit$/)
  equal(await page.inputValue('#f-title'), 'mine')
  equal((await api('GET', `/case/${made.id}`)).body.title, 'hers')
  await press(page, save)
  await page.check("input[name='title'][value='mine']")
  await press(page, save)
  equal((await shown(page, api, 'case')).title, 'mine')
})

inBrowser('back from what was saved stands an empty form, without the ticks of the record before', async (page, { url }) => {
  await page.goto(url + '/contact/new')
  await page.fill('#f-at', '27/3/2024 14:30')
  await page.check("input[name='mode'][value='letter']")
  await page.check("input[name='topic'] >> nth=1")
  await press(page, save)
  await page.goBack()
  await page.waitForTimeout(300)
  match(page.url(), /\/contact\/new$/)
  equal(await page.inputValue('#f-at'), '')
  equal(await page.locator('main input:checked').count(), 0)
})

withoutScript('another language in the middle of a form takes along what was typed, without a script too', async (page, { url, api }) => {
  const title = fresh('ນ້ອຍ')
  await page.goto(url + '/case/new')
  await page.fill('#f-title', title)
  await page.fill('#f-opened', '3/2001')
  await press(page, "main form button[name='_lang']")
  equal(await page.getAttribute('html', 'lang'), 'lo')
  deepEqual([await page.inputValue('#f-title'), await page.inputValue('#f-opened')], [title, '3/2001'])
  equal(await page.locator('.govuk-error-summary').count(), 0)
  await press(page, "main form button[name='_lang']")
  equal(await page.getAttribute('html', 'lang'), 'en')
  await press(page, save)
  deepEqual((({ title: now, opened }) => [now, opened])(await shown(page, api, 'case')), [title, '2001-03'])
})

inBrowser('another language takes along what was typed where sight is given', async (page, { url, api }) => {
  const made = (await api('POST', '/person', { given_name: fresh('Noy') })).body
  await page.goto(`${url}/person/${made.id}/sight`)
  await page.fill('#f-why', 'She moves there')
  await press(page, await page.locator("main form button[name='_lang']").count() ? "main form button[name='_lang']" : 'header a[hreflang]')
  equal(await page.getAttribute('html', 'lang'), 'lo')
  equal(await page.inputValue('#f-why'), 'She moves there')
  equal(await page.locator('.govuk-error-summary').count(), 0)
})

inBrowser('no page of Lao calls somebody operator, and none tells a random id for a name', async (page, { url, api }) => {
  const nameless = (await api('POST', '/contact', { mode: 'letter' })).body
  const made = (await api('POST', '/case', { title: fresh('linked'), kind: 'both', first_contact: nameless.id })).body
  const of = async (path) => { await page.goto(url + path); return words(page) }
  match(await of(`/case/${made.id}`), /Contact it began with\s+Contact/) // a day is its name, and it has none: what it is says more than that a name is missing
  for (const path of [`/case/${made.id}`, `/contact/${nameless.id}`, `/contact/${nameless.id}/edit`, '/contact']) ok(!(await of(path)).includes(nameless.id), path)
  await page.goto(`${url}/case/${made.id}/edit`)
  equal(await page.inputValue('#f-first_contact'), 'Contact')
  match(await of('/case/K-2022-001'), /Written down\s+operator/)
  await press(page, "header a[hreflang='lo']")
  ok(!(await words(page)).includes('operator'))
})

inBrowser('on paper stands what the page says: whose it is, no address behind a link, nothing that can only be pressed', async (page, { url, api }) => {
  await page.emulateMedia({ media: 'print' })
  const key = fresh('M')
  equal((await api('POST', '/meeting', { key, title: 'Of which no minutes are there yet' })).status, 201)
  for (const path of ['/case/K-2022-001', `/meeting/${key}`, '/case?kind=criminal', '/figures/victims?from=2024-01-01&to=2024-12-31', '/help']) {
    await page.goto(url + path)
    const seen = await page.evaluate(() => ({
      behind: [...document.querySelectorAll('a[href]')].filter((one) => one.checkVisibility()).map((one) => getComputedStyle(one, '::after').content).filter((one) => /[/(]/.test(one)),
      pressed: [...document.querySelectorAll("button, nav a, main a[href*='/new'], main a[href*='/edit'], main a[href*='format=']")].filter((one) => one.offsetWidth && one.checkVisibility()).length,
      name: getComputedStyle(document.querySelector('.app-header__name')).color,
      bare: [...document.querySelectorAll('main h2')].filter((one) => {
        let below = one.nextElementSibling
        while (below && below.tagName !== 'H2' && !(below.checkVisibility() && below.innerText.trim())) below = below.nextElementSibling
        return one.checkVisibility() && !one.closest('summary') && (!below || below.tagName === 'H2')
      }).map((one) => one.innerText),
    }))
    deepEqual(seen, { behind: [], pressed: 0, name: 'rgb(0, 0, 0)', bare: [] }, path)
  }
  await page.goto(url + '/referral')
  ok(await page.evaluate(() => [...document.querySelectorAll('tbody th a')].every((one) => one.getClientRects().length === 1)), 'a number stands in one line')
  await page.goto(url + '/case?kind=criminal')
  ok(await page.locator('.app-filter').isVisible()) // else nobody could tell which ones the paper lists
})

inBrowser('an import that cannot be taken back says so and leads to what stands in the way; a file that is no table leads back to the choice', async (page, { url, api }) => {
  const one = fresh('T')
  const choose = async (name, bytes) => {
    await page.goto(url + '/import')
    await page.selectOption('#what', 'person')
    await page.setInputFiles('#file', { name, mimeType: 'text/csv', buffer: Buffer.from(bytes) })
    await press(page, 'main form button.govuk-button')
  }
  await choose(`${one}.csv`, `key,given_name\n${one},Mali\n`)
  await press(page, 'main form button.govuk-button')
  equal((await api('PATCH', `/person/${one}`, { version: 1, village: 'Ban Tha' })).status, 200)
  await page.goto(url + '/import')
  await press(page, `main table tbody tr:has(:text('${one}.csv')) a[href*='undo']`)
  equal(await words(page, 'main .govuk-body-l'), '1 Person')
  await press(page, 'main form button.govuk-button--warning')
  equal(await words(page, 'h1'), 'The import was not taken back')
  match(await words(page), /Mali · It was changed since/)
  await press(page, "main a[href^='/person/']")
  match(await words(page), /Ban Tha/)
  await choose('picture.csv', [0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70])
  match(await words(page), /This is a picture/)
  await press(page, "main a[href='/import']")
  ok(await page.locator('#file').isVisible())
})

for (const lang of ['en', 'lo'])
  inBrowser(`on a phone every figure's number is in sight, split or not, in ${lang === 'lo' ? 'Lao' : 'English'}`, async (page, { url }) => {
    for (const by of ['', '&by=sex', '&by=province']) {
      const at = `${url}/figures/annual?from=2024-01-01&to=2024-12-31${by}`
      for (let turn = 0; turn < 9 && (await page.goto(at)).status() === 503; turn++) await page.waitForTimeout(500) // other tests ask as the same person
      const edges = await page.locator('main td.govuk-table__cell--numeric').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right))
      ok(edges.length > 5 && Math.max(...edges) <= 320, `${by}: ${Math.max(...edges)}`)
    }
  }, { width: 320, lang })
