// How the pages look and weigh: in both languages, on a desk and on a phone, to a screen reader, on the wire.
// SPDX-License-Identifier: Apache-2.0
import { ok, test } from '../tool.mjs'
import { looksRight, newPage, theWorld } from './browser.mjs'

const pages = { home: '/', help: '/help', account: '/account', 'find': '/find?q=Palamy', 'import': '/import', figures: '/figures', annual: '/figures/annual?from=2024-01-01&to=2024-12-31',
  'annual by sex': '/figures/annual?from=2024-01-01&to=2024-12-31&by=sex', cases: '/case', persons: '/person?_filter=yes', contacts: '/contact', person: '/person/P-00001', case: '/case/K-2022-001',
  'new person': '/person/new', 'new case': '/case/new', 'new contact': '/contact/new', 'new involvement': '/involvement/new', 'edit case': '/case/K-2022-001/edit', 'not there': '/nothing/here' }

for (const lang of ['en', 'lo']) {
  for (const [where, width] of [['desk', 1280], ['phone', 375]]) {
    test(`every page in ${lang === 'lo' ? 'Lao' : 'English'} on a ${where}: axe finds nothing, nothing runs over the edge`, async (t) => {
      const { url } = await theWorld()
      const page = await newPage(t, { lang, width })
      const wrong = []
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(url + path)
        await looksRight(page, `${lang} ${where} ${name}`).catch((error) => wrong.push(error.message))
      }
      await page.goto(url + '/person/new')
      await page.fill('#f-born', '31/02/2001')
      await Promise.all([page.waitForNavigation(), page.click('main form button.govuk-button')])
      await looksRight(page, `${lang} ${where} errors`).catch((error) => wrong.push(error.message))
      const out = await newPage(t, { lang, width, signedIn: false })
      await out.goto(url + '/sign-in')
      await looksRight(out, `${lang} ${where} sign in`).catch((error) => wrong.push(error.message))
      ok(!wrong.length, [...new Set(wrong)].join('\n'))
      ok(!page.wrong.length && !out.wrong.length, [...page.wrong, ...out.wrong].join('\n'))
    })
  }

  test(`the first page weighs less than 100 KB on the wire, in ${lang === 'lo' ? 'Lao' : 'English'}`, async (t) => {
    const { url } = await theWorld()
    for (const path of ['/sign-in', '/', '/person']) {
      const page = await newPage(t, { lang, signedIn: false })
      if (path !== '/sign-in') { // with an empty cache, as on the first day
        const other = await newPage(t, { lang })
        await page.context().addCookies(await other.context().cookies())
      }
      const wire = await page.context().newCDPSession(page)
      let bytes = 0
      await wire.send('Network.enable')
      wire.on('Network.loadingFinished', (one) => { bytes += one.encodedDataLength })
      await page.goto(url + path, { waitUntil: 'networkidle' })
      ok(bytes > 10_000 && bytes < 100_000, `${path} weighs ${bytes} bytes`)
      const first = bytes
      bytes = 0
      await page.goto(url + path, { waitUntil: 'networkidle' })
      ok(bytes < first / 2, `${path} weighs ${bytes} bytes the second time`)
    }
  })
}
