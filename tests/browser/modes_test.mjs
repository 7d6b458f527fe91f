// Every kind of page on screens of every width, light, dark and of high contrast, in both languages.
// SPDX-License-Identifier: Apache-2.0
import { equal, ok, test } from '../tool.mjs'
import { newPage, theWorld } from './browser.mjs'
import { inAllModes } from './modes.mjs'

const pages = { first: '/', list: '/person', filtered: '/case?_filter=yes', record: '/person/P-00001', form: '/person/new', edit: '/person/P-00001/edit', find: '/find?q=Noy', figures: '/figures/annual?from=2024-01-01&to=2024-12-31&by=sex', import: '/import', help: '/help', account: '/account', none: '/nothing/here' }

for (const [lang, language] of [['en', 'English'], ['lo', 'Lao']])
  test(`every kind of page in ${language}: four widths, light, dark and high contrast; nothing runs over the edge, axe finds nothing`, async (t) => {
    const { url } = await theWorld(), page = await newPage(t, { lang })
    equal((await inAllModes(page, url, pages, lang, { many: ['first'] })).join('\n'), '')
    equal(page.wrong.join('\n'), '')
  })

test('on a phone the menu is folded, work begins in the upper third, and what is short stands in a row; on a desk in two columns', async (t) => {
  const { url } = await theWorld()
  for (const lang of ['en', 'lo']) {
    for (const script of [true, false]) {
      const page = await newPage(t, { lang, width: 375, script })
      await page.setViewportSize({ width: 375, height: 667 })
      for (const name of ['first', 'list', 'form', 'record', 'figures']) {
        await page.goto(url + pages[name])
        const top = (await page.locator('h1').boundingBox()).y
        ok(top < 667 / 3, `${name} in ${lang} begins at ${top}`)
      }
      const link = page.locator("nav.app-nav a[href='/meeting'] >> visible=true")
      equal(await link.count(), 0)
      await page.click('nav.app-nav summary')
      equal(await link.count(), 1)
      await Promise.all([page.waitForNavigation(), link.click()])
      ok(page.url().endsWith('/meeting'))
      equal(page.wrong.join('\n'), '')
    }
    const desk = await newPage(t, { lang })
    await desk.goto(url + '/person/new')
    ok((await desk.locator('nav.app-nav').boundingBox()).height < 60, 'the menu takes two lines')
    for (const [width, where] of [[1280, 'header'], [375, 'nav'], [320, 'nav']]) {
      await desk.setViewportSize({ width, height: 900 })
      const box = desk.locator(`${where} form[action='/find'] input[type=search]`)
      equal(await desk.locator("form[action='/find'] >> visible=true").count(), 1)
      equal(await box.isVisible(), true)
      ok(await box.evaluate((one) => {
        const style = getComputedStyle(one), pen = document.createElement('canvas').getContext('2d')
        pen.font = `${getComputedStyle(one, '::placeholder').fontSize} ${style.fontFamily}`
        return pen.measureText(one.placeholder).width <= one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
      }), `the hint of the search box is cut at ${width} in ${lang}`)
    }
    await desk.setViewportSize({ width: 1280, height: 900 })
    equal(await desk.locator('nav.app-nav summary').isVisible(), false)
    ok(await desk.locator("nav.app-nav a[href='/meeting'] >> visible=true").count() === 1)
    const [sides, rows] = await desk.evaluate(`[[...new Set([...document.querySelectorAll('.app-group > .govuk-form-group')].filter((one) => one.offsetHeight).map((one) => Math.round(one.getBoundingClientRect().x)))].length,
      [...document.querySelectorAll('.app-row')].filter((row) => row.getBoundingClientRect().height && new Set([...row.children].map((one) => Math.round(one.getBoundingClientRect().y))).size > 1).length]`)
    equal(sides, 2)
    equal(rows, 0, 'three short answers do not stand in a row')
  }
})
