// Serves the sample pages on loopback, takes their pictures at a phone's and a desk's width, and runs axe on them.
// SPDX-License-Identifier: Apache-2.0
//
//     node preview/shoot.mjs [FOLDER]       pictures go to FOLDER (preview/out)
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, '../dist')
const out = process.argv[2] ?? join(here, 'out')
const pages = ['list', 'record', 'form', 'figures']
const languages = ['en', 'lo']
const types = { '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.txt': 'text/plain' }
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Both languages stand in one file: {English|ລາວ}.
function page (name, language) {
  const text = readFileSync(join(here, `${name}.html`), 'utf8')
  const [, title] = /<!-- title: (.*?) -->/.exec(text)
  return readFileSync(join(here, 'frame.html'), 'utf8').replace('{{title}}', title).replace('{{page}}', () => text)
    .replace(/\{([^{}|"]+)\|([^{}|"]+)\}/g, (whole, english, lao) => language === 'lo' ? lao : english)
}

// A name without its hash finds the file that has one.
function asset (name) {
  const [stem, ...rest] = name.split('.')
  const type = rest.at(-1)
  const found = readdirSync(dist).find((file) => file === name || (rest.length === 1 && file.split('.').length === 3 && file.startsWith(`${stem}.`) && file.endsWith(`.${type}`)))
  return found && readFileSync(join(dist, found))
}

const server = createServer((ask, answer) => {
  const [, folder, name] = ask.url.split('/')
  const bytes = folder === 'assets' ? asset(name) : pages.includes(name) ? page(name, folder) : undefined
  answer.writeHead(bytes ? 200 : 404, { 'content-type': types[extname(name ?? '')] ?? 'text/html; charset=utf-8', 'content-security-policy': policy })
  answer.end(bytes)
})

function executable () {
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
}

// What runs out of its box to the right, or is cut by it.
function overflows () {
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth
  const cut = [...document.querySelectorAll('main *, header *, nav *')].filter((one) => {
    const style = getComputedStyle(one)
    return style.overflowY === 'hidden' && one.scrollHeight > one.clientHeight + 1 && one.clientHeight > 1
  })
  const low = [...document.querySelectorAll(':lang(lo)')].filter((one) => {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && /[\u0E80-\u0EFF]/.test(node.data))
    const style = getComputedStyle(one)
    return own && !one.closest('svg, title') && style.lineHeight !== 'normal' && parseFloat(style.lineHeight) / parseFloat(style.fontSize) < 1.69
  })
  return [...(wide ? ['the page is wider than the screen'] : []), ...cut.map((one) => `cut: ${one.className}`),
    ...low.map((one) => `low lines: ${one.tagName} ${one.className} ${one.textContent.slice(0, 20)}`)]
}

// The sample form asks a question of women only, and does not send what it does not ask.
async function rules (tab, language) {
  await tab.goto(`http://127.0.0.1:${server.address().port}/${language}/form`)
  const question = tab.locator('#f-pregnant')
  const states = []
  for (const sex of ['', '#f-sex', '#f-sex-2']) {
    if (sex) await tab.locator(sex).check()
    states.push(`${await question.isVisible()} ${await question.isEnabled()}`)
  }
  const summary = await tab.evaluate(() => document.activeElement.id)
  return states.join() === 'false false,true true,false false' && summary === 'f-sex-2' ? [] : [`rules: ${states} ${summary}`]
}

async function look (browser, name, language, width) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: false })
  const tab = await context.newPage()
  const said = []
  tab.on('console', (message) => said.push(message.text()))
  tab.on('pageerror', (error) => said.push(String(error)))
  await tab.goto(`http://127.0.0.1:${server.address().port}/${language}/${name}`)
  await tab.evaluate(() => document.fonts.ready)
  await tab.screenshot({ path: join(out, `${name}-${language}-${width}.png`), fullPage: true })
  said.push(...await tab.evaluate(overflows))
  await tab.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const { violations } = await tab.evaluate('axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] })')
  for (const one of violations) said.push(`axe ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.target).join(', ')}`)
  if (name === 'form') said.push(...await rules(tab, language))
  await context.close()
  for (const words of said) console.log(`${name} ${language} ${width}: ${words}`)
  return said.length
}

mkdirSync(out, { recursive: true })
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
let wrong = 0
for (const name of pages) for (const language of languages) for (const width of [390, 1280]) wrong += await look(browser, name, language, width)
await browser.close()
server.close()
console.error(`${wrong} found`)
process.exit(wrong ? 1 : 0)
