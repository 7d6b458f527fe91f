// The lock on idle and another user at the same desk, as people meet them.
// SPDX-License-Identifier: Apache-2.0
import { equal, match, ok, sleep, test } from '../tool.mjs'
import { looksRight, newPage, newWorld, press, signIn, words } from './browser.mjs'
import { inAllModes } from './modes.mjs'

const password = 'correct horse battery', minute = 60_000
const idle = (r, minutes) => r.sql(`update sessions set seen = seen - ${minutes * minute}`)

test('a page that nobody touches locks itself, shows nothing more, back neither, and what was typed stands there again (with JavaScript)', async (t) => {
  const world = await newWorld(t), page = await newPage(t, { world }), { url, r } = world
  await page.goto(url + '/person/P-00001')
  const name = await page.locator('h1').innerText()
  await page.goto(url + '/person/new')
  await page.fill('#f-given_name', 'Bounmy')
  await page.evaluate('window.realNow = Date.now; Date.now = () => window.realNow() + 14 * 60000') // the page's own clock
  await sleep(6000)
  equal(await page.locator('#f-given_name').count(), 1)
  await idle(r, 16)
  await page.evaluate('Date.now = () => window.realNow() + 16 * 60000')
  await page.waitForSelector('#f-password', { timeout: 20_000 })
  ok(!(await page.content()).includes('Bounmy'))
  await looksRight(page, 'locked')
  await page.goBack()
  ok(await page.locator('#f-password').count() === 1 && !(await page.content()).includes(name))
  await page.goForward()
  await page.fill('#f-password', 'wrong horse battery')
  await press(page, 'main form button')
  match(await words(page), /password is not right/)
  await page.fill('#f-password', password)
  await press(page, 'main form button')
  equal(new URL(page.url()).pathname, '/person/new')
  equal(await page.inputValue('#f-given_name'), 'Bounmy')
  equal(page.wrong.join('\n'), '')
})

test('a form that meets the lock is kept and stands there again (without)', async (t) => {
  const world = await newWorld(t), page = await newPage(t, { world, script: false }), { url, r } = world
  await page.goto(url + '/person/new')
  await page.fill('#f-given_name', 'Bounmy')
  await idle(r, 17)
  await press(page, '.app-actions button.govuk-button:not(.govuk-button--secondary)')
  ok(!(await page.content()).includes('Bounmy'))
  await page.fill('#f-password', password)
  await press(page, 'main form button')
  equal(await page.inputValue('#f-given_name'), 'Bounmy')
  equal(page.wrong.join('\n'), '')
})

test('a call that is open is spared, and a page beside it that was idle does not lock it (with JavaScript)', async (t) => {
  const world = await newWorld(t), { url, r } = world
  await r.user('noy', 'hotline_operator', 'lwu_1362')
  const page = await newPage(t, { world, signedIn: false })
  await signIn(page, { name: 'noy', password }, url)
  await page.goto(url + '/contact/new')
  await page.evaluate('window.realNow = Date.now; Date.now = () => window.realNow() + 40 * 60000')
  await sleep(12_000)
  equal(await page.locator('[data-call]').count(), 1)
  await idle(r, 40)
  const other = await page.context().newPage()
  await other.goto(url + '/help')
  equal(await other.locator('#f-password').count(), 0)
  equal(page.wrong.join('\n'), '')
})

for (const script of [true, false])
  test(`another user at the same desk: what is typed waits for who typed it ${script ? '(with JavaScript)' : '(without)'}`, async (t) => {
    const world = await newWorld(t), page = await newPage(t, { world, script, width: 320 }), { url, r } = world
    await r.user('noy', 'counsellor', 'lwu')
    await page.goto(url + '/person/new')
    await page.fill('#f-given_name', 'Bounmy')
    await press(page, script ? 'header form[data-desk] button' : 'noscript button[name=_desk], button[name=_desk]')
    equal(new URL(page.url()).pathname, '/sign-in')
    await looksRight(page, `the door of a shared desk ${script ? '' : 'without script'}`)
    match(await words(page), /keo/)
    await page.fill('#f-name', 'noy')
    await page.fill('#f-password', password)
    await press(page, 'form[data-again] button')
    await page.goto(url + '/person/new')
    equal(await page.inputValue('#f-given_name'), '')
    await press(page, 'header form[data-desk] button')
    await page.click('summary:has-text("keo")')
    await page.fill('details[open] input[type=password]', password)
    await press(page, 'details[open] form button')
    match(await words(page), /Typed, and not saved yet/)
    await page.goto(url + '/person/new')
    equal(await page.inputValue('#f-given_name'), 'Bounmy')
    equal(page.wrong.join('\n'), '')
  })

for (const [lang, language] of [['en', 'English'], ['lo', 'Lao']])
  test(`the lock and the door of a shared desk in ${language}: four widths, light, dark and high contrast`, async (t) => {
    const world = await newWorld(t), page = await newPage(t, { world, lang })
    await world.r.sql('update sessions set locked = seen')
    equal((await inAllModes(page, world.url, { lock: '/person', door: '/sign-in' }, lang)).join('\n'), '')
    equal(page.wrong.join('\n'), '')
  })
