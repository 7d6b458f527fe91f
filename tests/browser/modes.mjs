// Pages on screens of every width, light, dark and of high contrast: what is wrong with them.
// SPDX-License-Identifier: Apache-2.0
import { looksRight } from './browser.mjs'

const widths = [320, 375, 768, 1280] // 320: a desk's 1280 at 400 %
const modes = {
  light: { colorScheme: 'light', contrast: 'no-preference', forcedColors: 'none' }, dark: { colorScheme: 'dark', contrast: 'no-preference', forcedColors: 'none' },
  contrast: { colorScheme: 'light', contrast: 'more', forcedColors: 'none' }, dark_contrast: { colorScheme: 'dark', contrast: 'more', forcedColors: 'none' },
  forced: { colorScheme: 'dark', contrast: 'more', forcedColors: 'active' }
}
const loud = (page) => page.evaluate(`[...document.querySelectorAll('main .govuk-button')].filter((one) => !one.closest('[hidden]') && !/secondary|warning/.test(one.className)).length`)

// pages: addresses by name. axe, and a picture, of some in turn: each page in two modes, each mode on every screen. `many`: what has a green button a row.
export async function inAllModes(page, url, pages, lang, { many = [] } = {}) {
  const wrong = []
  for (const [i, name] of Object.keys(pages).entries()) {
    await page.setViewportSize({ width: 1280, height: 667 })
    await page.goto(url + pages[name])
    for (const [k, mode] of Object.keys(modes).entries()) {
      await page.emulateMedia(modes[mode])
      for (const [n, width] of widths.entries()) {
        await page.setViewportSize({ width, height: 667 })
        const how = `${name} ${lang} ${mode} ${width}`
        const whole = k === (i + (lang === 'lo' ? 2 : 0)) % 5 && n === i % 4
        if (whole) await looksRight(page, how, { forced: mode === 'forced' }).catch((error) => wrong.push(error.message))
        else if (await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')) wrong.push(`${how} is wider than the screen`)
      }
    }
    if (!many.includes(name) && await loud(page) > 1) wrong.push(`${name} has ${await loud(page)} green buttons`)
    const iso = (await page.locator('main').innerText()).match(/.{0,30}\b(19|20)\d\d-\d\d-\d\d\b.{0,10}/)
    if (iso && name !== 'help') wrong.push(`${name} writes a day in another way: ${iso[0]}`)
  }
  return wrong
}
