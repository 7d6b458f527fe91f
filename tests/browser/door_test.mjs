// Signing in while somebody attacks the door: the page tries again by itself, and keeps the password nowhere.
// SPDX-License-Identifier: Apache-2.0
import { equal, match, ok, sleep } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'
import { press, withoutScript, withScript, words } from './browser.mjs'

const wrong = (url, name) => new Visitor({ url }).ask('POST', '/sign-in', { form: { name, password: 'guess guess guess' } })

// Sixteen connections that sign in with names nobody has, until it is called off.
function flood(url) {
  let over = false
  const all = Promise.all(Array.from({ length: 16 }, async (_, i) => { for (let n = 0; !over; n++) await wrong(url, `nobody ${i} ${n}`) }))
  all.catch(() => {})
  return () => { over = true; return all }
}

async function typed(page, url, { name, password }, next = '') {
  await page.goto(`${url}/sign-in${next}`)
  await page.fill('#f-name', name)
  await page.fill('#f-password', password)
}

withScript('beside sixteen connections that sign in with unknown names, the right password gets in by itself', async (page, { url, who }) => {
  const end = flood(url)
  await sleep(500)
  await typed(page, url, who, '?next=/person?sex=male')
  await page.click('main form button')
  await page.waitForURL(`${url}/person?sex=male`, { timeout: 60_000 })
  await end()
  equal(await page.evaluate('localStorage.length + sessionStorage.length'), 0)
  ok(!(await page.evaluate('document.cookie')).includes('sukhwan'))
}, { signedIn: false, ownWorld: true })

withScript('a name that must wait is tried again when the wait is over, and what is wrong is said once', async (page, { r, url, server }) => {
  const noy = await r.user('noy-at-the-door')
  for (let i = 0; i < 6; i++) await wrong(url, noy.name)
  await r.sql('update tries set wait_until = wait_until + 8000')
  await typed(page, url, noy)
  await page.click('main form button')
  await page.waitForSelector("p[role='status']")
  match(await words(page, "p[role='status']"), /goes on trying by itself/)
  equal(await page.inputValue('#f-password'), noy.password) // it is still in its box, and nowhere else
  ok(!(await page.content()).includes(noy.password))
  await page.waitForURL(`${url}/`, { timeout: 60_000 })
  await press(page, "form[action='/sign-out'] button")
  const before = server.err.split('Wrong password: noy-at-the-door').length
  await typed(page, url, { name: noy.name, password: 'not the password' })
  await press(page, 'main form button')
  equal(await page.locator('.govuk-error-summary').count(), 1)
  equal(server.err.split('Wrong password: noy-at-the-door').length, before + 1) // looked at once
}, { signedIn: false, ownWorld: true })

withoutScript('without a script the page says to try again, keeps the name, and lets the second try in before the crowd', async (page, { r, url }) => {
  const keo = await r.user('keo-at-the-door')
  const end = flood(url)
  await sleep(500)
  let turns = 0
  do {
    if (turns++) equal(await page.inputValue('#f-name'), keo.name)
    else await typed(page, url, keo)
    await page.fill('#f-password', keo.password)
    await press(page, 'main form button')
    if (page.url() !== `${url}/`) match(await words(page), /Many people are signing in/)
    if (page.url() !== `${url}/`) await sleep(1000)
  } while (page.url() !== `${url}/` && turns < 20)
  await end()
  equal(page.url(), `${url}/`)
}, { signedIn: false, ownWorld: true })
