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

function styles() {
  const { css } = sass.compile(join(here, 'app.scss'), { loadPaths: [here], style: 'compressed', logger: sass.Logger.silent })
  const named = css.replace(/url\(["']?([^)"']+)["']?\)/g, (whole, path) => {
    if (path.startsWith('fonts/')) return `url(${font(path.slice(6, -6))})`
    if (path.startsWith('images/')) return `url(${picture(path.slice(7))})`
    throw new Error(`The style sheet asks for ${path.slice(0, 60)}, which the page's policy forbids.`)
  })
  return keep('app.css', Buffer.from(named
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
  script('app.js', { 'rules.js': script('rules.js') })
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
