// A browser at the pages: Debian's chromium driven by playwright-core, with one register of example data for all.
// SPDX-License-Identifier: Apache-2.0
//
//     inBrowser('a list is filtered', async (page, { url }) => { await page.goto(url + '/person') … })
//
// runs with and without JavaScript; `withScript` and `withoutScript` only once. Every test ends by asking whether the browser refused or missed anything.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { atEnd, equal, home, ok, Place, skip, test } from '../tool.mjs'

const need = createRequire(join(home, 'ui/package.json'))
const pictures = process.env.SUKHWAN_PICTURES // a folder: pages are kept as pictures, for looking at
const axe = () => readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8')
if (pictures) mkdirSync(pictures, { recursive: true })

let world, browser
export async function newWorld(place) {
  const r = await (await place.register()).examples()
  const who = await r.user('keo'), token = await r.token('api')
  const server = await r.serve()
  return { r, who, url: server.url, api: server.api(token), server }
}
// The register that all share, served; each test makes records of its own in it.
export function theWorld() {
  world ??= (async () => {
    const place = new Place()
    atEnd.push(() => place.done())
    return newWorld(place)
  })()
  return world
}

// One for all; where it crashed the tests that it held are run again, and those behind them have a new one.
async function launched() {
  browser ??= (async () => {
    const { chromium } = need('playwright-core')
    const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
    if (!executablePath) skip('there is no chromium')
    const made = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'], handleSIGTERM: false, handleSIGINT: false }) // who ends the run ends it at once
    made.on('disconnected', () => { browser = undefined })
    atEnd.unshift(() => made.isConnected() && made.close())
    return made
  })()
  return browser
}

export async function newPage(t, { script = true, width = 1280, lang = 'en', signedIn = true, world } = {}) {
  const { url, who } = world ?? await theWorld()
  t.browser = await launched()
  const context = await t.browser.newContext({ javaScriptEnabled: script, viewport: { width, height: 900 }, locale: lang === 'lo' ? 'lo-LA' : 'en-GB' })
  t.after(() => context.close())
  await context.addCookies([{ name: 'lang', value: lang, url }])
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.wrong = []
  page.script = script
  page.on('pageerror', (error) => page.wrong.push(String(error)))
  page.on('console', (message) => { if (message.type() === 'error' && !/status of (4\d\d|503)/.test(message.text())) page.wrong.push(message.text()) })
  page.on('request', (asked) => { if (!asked.url().startsWith(url)) page.wrong.push(`asked another site: ${asked.url()}`) })
  if (signedIn) await signIn(page, who, url)
  return page
}

export async function signIn(page, { name, password }, url) {
  await page.goto((url ?? (await theWorld()).url) + '/sign-in')
  await page.fill('#f-name', name)
  await page.fill('#f-password', password)
  await Promise.all([page.waitForNavigation(), page.click('main form button')])
}

// Presses a button or link and waits for the page behind it.
export async function press(page, what) {
  await Promise.all([page.waitForNavigation(), page.click(what)])
  return page
}
export const words = (page, what = 'main') => page.locator(what).innerText()

// forced: the colours are the browser's own, which axe does not see. Without a script the page's timers stand still, and axe waits for them.
export async function looksRight(page, name, { overflow = true, forced = false } = {}) {
  if (pictures) await page.screenshot({ path: join(pictures, `${name.replace(/[^a-z0-9]+/gi, '-')}.png`), fullPage: true })
  if (overflow) ok(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), `${name} is wider than the screen`)
  equal(await page.locator("main a[href='']").count(), 0, `${name}: a link that leads nowhere`)
  const green = await page.locator('main .govuk-button:not(.govuk-button--secondary):not(.govuk-button--warning):visible').allInnerTexts()
  ok(green.length <= 1, `${name}: ${green.length} green buttons: ${green.join(', ')}`)
  if (!page.script) return
  await page.evaluate(axe())
  const { violations } = await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], rules: { 'color-contrast': { enabled: ${!forced} } } })`)
  equal(violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`).join('\n'), '', name)
}

// `ownWorld`: what this test does to its register or server would be felt by the tests beside it.
function run(name, { ownWorld = false, ...options }, body) {
  test(name, async (t) => {
    const world = await (ownWorld ? newWorld(t) : theWorld())
    const page = await newPage(t, { ...options, world })
    await body(page, world, t)
    equal(page.wrong.join('\n'), '')
  })
}
export const withScript = (name, body, options = {}) => run(name, { ...options, script: true }, body)
export const withoutScript = (name, body, options = {}) => run(name, { ...options, script: false }, body)
export function inBrowser(name, body, options = {}) {
  withScript(`${name} (with JavaScript)`, body, options)
  withoutScript(`${name} (without)`, body, options)
}
