// Makes ui/dist: style sheet, scripts, fonts and icons, small, named by their content, compressed.
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const sass = createRequire(import.meta.url)('sass')
const work = mkdtempSync(join(here, '.making-'))
const fontFolder = process.env.SUKHWAN_FONTS || '/usr/share/fonts/truetype/noto'
const compressible = /\.(css|js|svg|txt)$/

const fonts = {
  'lao-regular': ['NotoSansLao-Regular.ttf', '0E80-0EFF,200B-200D,20AD,25CC', '*'],
  'lao-bold': ['NotoSansLao-Bold.ttf', '0E80-0EFF,200B-200D,20AD,25CC', '*'],
  'latin-regular': ['NotoSans-Regular.ttf', latin(), 'kern,mark,mkmk,ccmp,tnum'],
  'latin-bold': ['NotoSans-Bold.ttf', latin(), 'kern,mark,mkmk,ccmp,tnum']
}

function latin() {
  return '0020-007E,00A0-017F,01A0,01A1,01AF,01B0,2010-2027,2030-203A,20AC,2116,2122,2190-2193,2212,2264,2265'
}

// Writes an asset under a name that tells its content, and gives that name back.
function keep(name, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10)
  const [, stem, type] = name.match(/^(.*)\.([a-z0-9]+)$/)
  const kept = `${stem}.${hash}.${type}`
  writeFileSync(join(work, kept), bytes)
  if (compressible.test(name)) {
    const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }
    writeFileSync(join(work, `${kept}.gz`), gzipSync(bytes, { level: 9 }))
    writeFileSync(join(work, `${kept}.br`), brotliCompressSync(bytes, best))
  }
  return kept
}

function font(name) {
  const [file, codes, features] = fonts[name]
  const from = join(fontFolder, file)
  if (!existsSync(from)) throw new Error(`There is no ${from}: install fonts-noto-core.`)
  const to = join(work, 'font.tmp')
  execFileSync('pyftsubset', [from, `--unicodes=${codes}`, `--layout-features=${features}`, '--flavor=woff2',
    '--no-hinting', '--desubroutinize', '--name-IDs=0,1,2,13,14', `--output-file=${to}`], { stdio: ['ignore', 'ignore', 'inherit'] })
  const bytes = readFileSync(to)
  rmSync(to)
  return keep(`${name}.woff2`, bytes)
}

// The libraries' pictures that the style sheet names, and no others.
function picture(name) {
  return keep(name, readFileSync(join(here, 'node_modules/@ministryofjustice/frontend/moj/assets/images', name)))
}

// ---- dark: every colour is a variable, and has another value where the screen is to be dark ------------------

// OKLab (Ottosson 2020): lightness as the eye sees it, turned over; so what stands on something keeps its contrast.
const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
const coded = (c) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055)
function dark(hex) {
  const [r, g, b] = [0, 2, 4].map((i) => linear(parseInt(hex.slice(i, i + 2), 16) / 255))
  const [l, m, s] = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
    .map(([x, y, z]) => Math.cbrt(x * r + y * g + z * b))
  const light = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s
  const [a, c] = [1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s].map((part) => part * 0.75)
  const turned = Math.min(0.97, 0.17 + (1 - light))
  const [x, y, z] = [turned + 0.3963377774 * a + 0.2158037573 * c, turned - 0.1055613458 * a - 0.0638541728 * c, turned - 0.0894841775 * a - 1.291485548 * c].map((part) => part ** 3)
  return [4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z, -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z, -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z]
    .map((part) => Math.round(255 * coded(Math.min(1, Math.max(0, part)))).toString(16).padStart(2, '0')).join('')
}

// Paper stays white: the dark values are a screen's.
function twoModes(css) {
  const names = new Map()
  const named = css.replace(/#([0-9a-f]{3}|[0-9a-f]{6})\b(?=[^{}]*\})/g, (_, hex) => {
    const whole = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex
    if (!names.has(whole)) names.set(whole, `--c${names.size}`)
    return `var(${names.get(whole)})`
  })
  const all = (value) => [...names].map(([hex, name]) => `${name}:#${value(hex)}`).join(';')
  return `\ufeff:root{color-scheme:light;${all((hex) => hex)}}@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${all(dark)}}}${named.replace('\ufeff', '')}`
}

function styles() {
  const { css } = sass.compile(join(here, 'app.scss'), { loadPaths: [here], style: 'compressed', logger: sass.Logger.silent })
  const named = css.replace(/url\(["']?([^)"']+)["']?\)/g, (whole, path) => {
    if (path.startsWith('fonts/')) return `url(${font(path.slice(6, -6))})`
    if (path.startsWith('images/')) return `url(${picture(path.slice(7))})`
    throw new Error(`The style sheet asks for ${path.slice(0, 60)}, which the page's policy forbids.`)
  })
  return keep('app.css', Buffer.from(twoModes(named)
    .replaceAll('line-height:1.5001', 'line-height:var(--line)')
    .replaceAll('line-height:1.3001', 'line-height:var(--line-heading)')))
}

// A script without its whole-line comments; its imports by the names they got.
function script(name, imports = {}) {
  let text = readFileSync(join(here, name), 'utf8')
  for (const [from, to] of Object.entries(imports)) text = text.replaceAll(`'./${from}'`, `'./${to}'`)
  return keep(name, Buffer.from(text.split('\n').map((line) => line.trimStart()).filter((line) => line && !line.startsWith('//')).join('\n') + '\n'))
}

function main() {
  console.error('ui: styles and fonts')
  styles()
  console.error('ui: scripts and icons')
  script('app.js', { 'rules.js': script('rules.js'), 'choose.js': script('choose.js'), 'lock.js': script('lock.js') })
  keep('licences.txt', readFileSync(join(here, 'licences.txt')))
  keep('mark.svg', readFileSync(join(here, 'icons/mark.svg')))
  const dist = join(here, 'dist')
  rmSync(dist, { recursive: true, force: true })
  renameSync(work, dist)
}

try {
  chmodSync(work, 0o755)
  main()
} catch (error) {
  rmSync(work, { recursive: true, force: true })
  console.error(`ui: ${error.message}`)
  process.exit(1)
}
