// Choosing a record in a field in a browser: as one types, by keys alone, without a script, made on the spot; in both languages.
// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, match, ok } from '../tool.mjs'
import { inBrowser, looksRight, press, withoutScript, withScript, words } from './browser.mjs'

let count = 0
const save = 'main form button.govuk-button:not([name])'
const saved = async (page, api, record) => (await api('GET', `/${record}/${new URL(page.url()).pathname.split('/').pop()}`)).body
// Names that nobody else bears: vowels between letters, so that they are read as names are.
const fresh = () => `Zu${[...String(process.pid % 1000 * 10 + ++count)].map((n) => 'bakamasanapatarawala'.slice(n * 2, n * 2 + 2)).join('')}`
const person = async (api, more = {}) => {
  const name = fresh(), { id, key } = (await api('POST', '/person', { given_name: name, sex: 'female', born: '2001', ...more })).body
  return { name: more.given_name ?? name, id, key }
}
const options = (page) => page.locator('#f-person-options [role=option]')
// What is written is in the index of names a moment later.
async function typed(page, name, found = name) {
  for (let turn = 0; turn < 20; turn++) {
    await page.fill('#f-person', '')
    await page.locator('#f-person').pressSequentially(name)
    await page.waitForTimeout(600)
    if (await page.locator('#f-person-options:not([hidden]) [role=option]').filter({ hasText: found }).count()) return
  }
}

withScript('as one types a list opens; the arrows, Enter and Escape do', async (page, { url, api }) => {
  const one = await person(api)
  await page.goto(url + '/service/new')
  const box = page.locator('#f-person')
  deepEqual([await box.getAttribute('role'), await box.getAttribute('aria-expanded')], ['combobox', 'false'])
  await typed(page, one.name.slice(0, -1), one.name)
  equal(await box.getAttribute('aria-expanded'), 'true')
  match(await options(page).first().innerText(), new RegExp(`${one.name} P-\\d{4}-\\d{5} · Female · 2001`))
  match(await page.locator('.app-choose__said').first().innerText(), /found/)
  await page.keyboard.press('Escape')
  equal(await box.getAttribute('aria-expanded'), 'false')
  await typed(page, one.name)
  await page.keyboard.press('ArrowDown')
  equal(await box.getAttribute('aria-activedescendant'), 'f-person-option-0')
  equal(await options(page).first().getAttribute('aria-selected'), 'true')
  await looksRight(page, 'choosing as one types')
  await page.keyboard.press('Enter')
  deepEqual([await box.inputValue(), await box.getAttribute('aria-expanded')], [one.name, 'false'])
  ok(page.url().endsWith('/service/new'), 'Enter chose, and sent nothing')
  equal(await page.inputValue("input[name='_is.person']"), one.id)
  await page.selectOption('#f-type', 'medical')
  await press(page, save)
  equal((await saved(page, api, 'service')).person, one.key)
  match(await words(page), new RegExp(one.name))
})

withScript('a Lao name is typed on a narrow screen in Lao, and touched', async (page, { url, api }) => {
  const one = await person(api, { given_name: 'ນາງ ຄຳຫຼ້າວິໄລພອນທອງສຸກ', family_name: 'ພົມມະຈັນທະວົງສາ' })
  await page.setViewportSize({ width: 320, height: 900 })
  await page.goto(url + '/service/new')
  await typed(page, 'ຄຳຫຼ້າວິໄລພອນທອງສຸກ')
  await looksRight(page, 'choosing in Lao at 320')
  const option = options(page).filter({ hasText: 'ພົມມະຈັນທະວົງສາ' }).first()
  await option.click()
  match(await page.inputValue('#f-person'), /ຄຳຫຼ້າວິໄລພອນທອງສຸກ/)
  await looksRight(page, 'chosen in Lao at 320')
  await page.selectOption('#f-type', 'medical')
  await press(page, save)
  equal((await saved(page, api, 'service')).person, one.key)
}, { lang: 'lo' })

inBrowser('what is typed and not chosen is asked about; another language keeps it; then it is chosen', async (page, { url, api }) => {
  const one = await person(api), two = await person(api, { given_name: `${one.name} Noy`, sex: 'male' })
  for (let turn = 0; turn < 20; turn++) { // until the index of names has both
    await page.goto(url + '/service/new')
    await page.fill('#f-person', one.name)
    await page.selectOption('#f-type', 'medical')
    await press(page, save)
    if (await page.locator("input[name='_is.person'][type=radio]").count() > 1) break
    await press(page, "main form button[name='_leave']")
  }
  await looksRight(page, 'which one is meant')
  deepEqual(await page.locator('.govuk-error-summary a').evaluateAll((links) => links.map((link) => link.hash)), ['#f-person'])
  if (await page.locator("main form button[name='_lang']").count()) await press(page, "main form button[name='_lang']")
  else { await page.selectOption('#f-type', 'legal_aid'); await press(page, "header a[hreflang='lo']") }
  equal(await page.getAttribute('html', 'lang'), 'lo')
  await looksRight(page, 'which one is meant in Lao')
  match(await page.locator('.app-likely').innerText(), /ຍິງ[^]*ຊາຍ/)
  await page.check(`input[name='_is.person'][value='${two.id}']`)
  await press(page, save)
  equal((await saved(page, api, 'service')).person, two.key)
  await page.goto(`${page.url().split('?')[0]}/edit`)
  equal(await page.inputValue('#f-person'), two.name)
  await page.fill('#f-person', 'somebody else')
  await press(page, save)
  equal(await page.locator('.govuk-error-summary').count(), 1)
  await press(page, "main form button[name='_leave']")
})

withScript('who is not there is written down on the spot, and both are there', async (page, { url, api }) => {
  const name = fresh()
  await page.goto(url + '/service/new')
  equal(await page.locator('#f-person-new').isVisible(), false)
  await page.locator('#f-person').pressSequentially(name)
  await options(page).last().waitFor()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  ok(await page.locator('#f-person-new').isVisible())
  equal(await page.evaluate('document.activeElement.name'), '_new.person.given_name')
  equal(await page.inputValue("input[name='_new.person.given_name']"), name)
  await page.fill("input[name='_new.person.born']", '31/2/2001')
  await looksRight(page, 'written down on the spot')
  await page.selectOption('#f-type', 'medical')
  await press(page, save)
  await page.click(".govuk-error-summary a[href='#f-_new.person.born']")
  equal(await page.evaluate('document.activeElement.name'), '_new.person.born')
  await page.fill("input[name='_new.person.born']", '2001')
  await press(page, save)
  const made = (await api('GET', `/person/${(await saved(page, api, 'service')).person}`)).body
  deepEqual([made.given_name, made.born], [name, '2001'])
})

withoutScript('who is not there is written down on the spot without a script', async (page, { url, api }) => {
  const name = fresh()
  await page.goto(url + '/service/new')
  await page.fill('#f-person', name)
  await page.selectOption('#f-type', 'medical')
  await press(page, save)
  await looksRight(page, 'nobody of that name')
  if (!await page.locator("input[name='_new.person.given_name']").isVisible()) await page.locator('#f-person-new summary').click() // somebody is called nearly so
  await page.fill("input[name='_new.person.given_name']", name)
  await press(page, save)
  equal((await api('GET', `/person/${(await saved(page, api, 'service')).person}`)).body.given_name, name)
})

withScript('a rule behind a link is asked again when another record is chosen', async (page, { url, api }) => {
  const one = await person(api), two = await person(api)
  await page.goto(`${url}/service/new?person=${one.key}`)
  equal(await page.inputValue("input[name='_is.person']"), one.key)
  await typed(page, two.name)
  equal(await page.inputValue("input[name='_is.person']"), '')
  await options(page).first().click()
  equal(await page.inputValue("input[name='_is.person']"), two.id)
  await page.selectOption('#f-type', 'medical')
  await press(page, save)
  equal((await saved(page, api, 'service')).person, two.key)
})

for (const [lang, width] of [['en', 375], ['lo', 1280]])
  withScript(`a name that is asked about looks right at ${width} in ${lang}`, async (page, { url, api }) => {
    await person(api)
    await page.goto(url + '/referral/new')
    await page.fill('#f-person', 'noy')
    await press(page, save)
    await page.locator('#f-person-new summary').click()
    await looksRight(page, `asked about ${lang} ${width}`)
  }, { lang, width })

withScript('a long list is shortened as one types, a single one that is left is taken, and without a word all are there again', async (page, { url }) => {
  await page.goto(url + '/person/new')
  const box = page.locator('.app-shorten > #f-district'), shown = () => box.locator('option').evaluateAll((all) => all.filter((one) => one.value && one.style.display !== 'none' && !one.hidden).map((one) => one.textContent))
  const type = (q) => page.fill('#f-district-shorten', q)
  if (!await box.isVisible()) await page.locator('details:has(#f-district) > summary').last().click()
  const all = (await shown()).length
  ok(all > 100)
  await type('tonph')
  deepEqual([await shown(), await box.inputValue()], [['Tonpheung'], '0502'])
  await looksRight(page, 'a list shortened as one types')
  await type('nam')
  ok((await shown()).length > 1 && (await shown()).every((one) => /nam/i.test(one)))
  await type('')
  equal((await shown()).length, all)
  equal(await box.inputValue(), '0502')
})

for (const [lang, width] of [['en', 375], ['lo', 1280]])
  withScript(`what shortens a list stands in one frame with it and says whose it is, and of several lists of one question the next comes when one is answered, at ${width} in ${lang}`, async (page, { url }) => {
    await page.goto(url + '/person/new')
    const frames = page.locator('.app-shorten:has(select[name=citizenship])'), seen = page.locator('.app-shorten:has(select[name=citizenship]) >> visible=true')
    const question = (await page.locator('fieldset:has(#f-citizenship) > legend').last().innerText()).trim()
    deepEqual([await frames.count(), await seen.count()], [3, 1])
    await page.fill('#f-citizenship-shorten', lang === 'lo' ? 'ໄທ' : 'thail')
    equal(await page.inputValue('#f-citizenship'), 'TH')
    await page.selectOption('#f-citizenship-more-2', 'LA')
    equal(await seen.count(), 3)
    for (const [i, frame] of (await seen.all()).entries()) {
      const label = frame.locator('.app-shorten__label'), select = frame.locator('select'), tool = frame.locator('input')
      ok((await label.innerText()).endsWith(`: ${question} ${i + 1}`), await label.innerText())
      equal(await label.getAttribute('for'), await tool.getAttribute('id'))
      equal(await tool.getAttribute('aria-controls'), await select.getAttribute('id'))
      const [outer, inner, small] = [await frame.boundingBox(), await select.boundingBox(), await tool.boundingBox()]
      ok(small.y + small.height <= inner.y && inner.y + inner.height <= outer.y + outer.height && inner.x + inner.width <= outer.x + outer.width)
    }
    await looksRight(page, `lists of one question ${lang} ${width}`)
  }, { lang, width })

withoutScript('without a script nothing shortens a list, and all lists of a question stand there', async (page, { url }) => {
  await page.goto(url + '/person/new')
  deepEqual([await page.locator('.app-shorten').count(), await page.locator('select[name=citizenship] >> visible=true').count()], [0, 3])
})

withScript('a village is offered by the browser as one types, of the district that was chosen', async (page, { url }) => {
  await page.goto(url + '/person/new')
  if (!await page.locator('#f-village').isVisible()) await page.locator('details:has(#f-village) > summary').last().click()
  await page.selectOption('#f-district', '0101')
  const answered = page.waitForResponse((one) => one.url().endsWith('/choose/person.village'))
  await page.locator('#f-village').pressSequentially('nongp')
  await answered
  await page.waitForFunction(() => document.querySelector('#f-village-known option')?.value === 'Nongping')
  equal(await page.getAttribute('#f-village', 'list'), 'f-village-known')
})
