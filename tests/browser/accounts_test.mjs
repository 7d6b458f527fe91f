// Accounts as people meet them: one asks, another confirms, the owner comes in with a code.
// SPDX-License-Identifier: Apache-2.0
import { equal, match, ok, test } from '../tool.mjs'
import { looksRight, newPage, newWorld, press, signIn, words } from './browser.mjs'
import { inAllModes } from './modes.mjs'

const own = 'four rivers meet at noon', password = 'correct horse battery'
async function office(t) {
  const world = await newWorld(t)
  for (const [name, role, unit] of [['ada', 'administrator', 'secretariat'], ['bea', 'administrator', 'secretariat'], ['chief', 'supervisor', 'lwu'], ['noy', 'counsellor', 'lwu']]) await world.r.user(name, role, unit)
  return world
}
const as = async (t, world, name, options) => {
  const page = await newPage(t, { ...options, world, signedIn: false })
  await signIn(page, { name, password }, world.url)
  return page
}

for (const script of [true, false])
  test(`an account is asked for, confirmed, and entered with its code ${script ? '(with JavaScript)' : '(without)'}`, async (t) => {
    const world = await office(t), { url } = world
    const ada = await as(t, world, 'ada', { script }), chief = await as(t, world, 'chief', { script, lang: 'lo' }), mai = await newPage(t, { script, world, signedIn: false })
    await ada.goto(url + '/users')
    await ada.fill('#f-name', 'mai')
    await ada.selectOption('#f-role', 'counsellor')
    await ada.selectOption('#f-unit', 'lwu')
    await ada.fill('#f-password', password)
    await press(ada, 'form[action="/users"] .app-actions button.govuk-button:not(.govuk-button--secondary)')
    match(await words(ada), /Asked for: it waits until another confirms it/)
    equal(await ada.locator('form[action="/users/mai/confirm"]').count(), 0)
    await chief.goto(url + '/')
    await press(chief, 'main a[href="/users"]')
    await looksRight(chief, `waits for who confirms ${script ? '' : 'without script'}`)
    await chief.fill('#f-confirm-mai', 'wrong horse battery')
    await press(chief, 'form[action="/users/mai/confirm"] button')
    ok((await chief.locator('#f-confirm-mai-error').innerText()).length > 5)
    await chief.fill('#f-confirm-mai', password)
    await press(chief, 'form[action="/users/mai/confirm"] button')
    const code = await chief.locator('main code').innerText()
    await looksRight(chief, `the code ${script ? '' : 'without script'}`)
    await signIn(mai, { name: 'mai', password: code }, url)
    await looksRight(mai, `the first password ${script ? '' : 'without script'}`)
    await mai.goto(url + '/person')
    ok(mai.url().endsWith('/account/first'))
    await mai.fill('#f-new', own)
    await mai.fill('#f-again', own)
    await press(mai, 'main form button')
    equal(new URL(mai.url()).pathname, '/')
    equal([...ada.wrong, ...chief.wrong, ...mai.wrong].join('\n'), '')
  })

for (const [lang, language] of [['en', 'English'], ['lo', 'Lao']])
  test(`the pages of accounts in ${language}: four widths, light, dark and high contrast; nothing runs over the edge, axe finds nothing`, async (t) => {
    const world = await office(t), page = await as(t, world, 'ada', { lang }), chief = await as(t, world, 'chief', { lang })
    await world.r.must('user token', 'noy')
    await page.goto(world.url + '/users/noy')
    await page.fill('#f-reset', password)
    await press(page, 'form[action="/users/noy/reset"] button')
    equal((await inAllModes(page, world.url, { users: '/users', user: '/users/noy', account: '/account' }, lang)).join('\n'), '')
    equal((await inAllModes(chief, world.url, { users_hers: '/users', user_hers: '/users/noy' }, lang)).join('\n'), '')
    equal([...page.wrong, ...chief.wrong].join('\n'), '')
  })
