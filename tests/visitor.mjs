// Somebody at the pages without a browser: keeps cookies, reads forms, sends them. And raw bytes to a server.
// SPDX-License-Identifier: Apache-2.0
import { connect } from 'node:net'
import { setCookies, sleep } from './tool.mjs'

export class Visitor {
  constructor(server, lang = 'en') { this.server = server; this.cookies = new Map([['lang', lang]]); this.text = '' }
  async ask(method, path, { form, headers = {}, body } = {}) {
    const answer = await fetch(new URL(path, this.server.url), {
      method, redirect: 'manual', signal: AbortSignal.timeout(30_000), body: form ? new URLSearchParams(form) : body,
      headers: { accept: 'text/html', cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...headers },
    })
    this.setCookies = setCookies(answer.headers)
    for (const set of this.setCookies) {
      const [, name, value] = set.match(/^([^=]+)=([^;]*)/)
      if (value && !/max-age=0/i.test(set)) this.cookies.set(name, value)
      else this.cookies.delete(name)
      this.lastCookie = set
    }
    this.text = await answer.text()
    return { status: answer.status, text: this.text, headers: answer.headers, to: answer.headers.get('location') }
  }
  get(path, headers) { return this.ask('GET', path, { headers }) }
  get csrf() { return this.text.match(/name='_csrf' value='([^']+)'/)?.[1] }
  post(path, form, headers) { return this.ask('POST', path, { form: { ...(this.csrf ? { _csrf: this.csrf } : {}), ...form }, headers }) }
  async signIn({ name, password }) {
    await this.get('/sign-in')
    for (let turn = 0; ; turn++) { // comes back when too many sign in at once, as the page's script does
      const answer = await this.post('/sign-in', { name, password })
      if (answer.status !== 503 || turn === 20) return answer
      await sleep(1000 * Number(answer.headers.get('retry-after')))
    }
  }
  // A table sent, looked at and written; answers where it can be taken back.
  async bring(what, text) {
    const body = new FormData()
    await this.get('/import')
    for (const [name, value] of [['_csrf', this.csrf], ['what', what], ['file', new Blob([text])]]) body.append(name, value)
    await this.ask('POST', '/import', { body })
    await this.post('/import', Object.fromEntries([...this.text.matchAll(/<input type='hidden' name='([^']+)' value='([^']*)'>/g)].map(([, name, value]) => [name, value])))
    return (await this.get('/import')).text.match(/href='(\/import\/undo\?batch=\d+)'/)?.[1]
  }
}

const letters = { amp: '&', lt: '<', gt: '>', quot: '"' }
const plain = (text) => text.replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (one, code, name) => (code ? String.fromCodePoint(Number(code)) : letters[name]))
const attribute = (tag, name) => plain(tag.match(new RegExp(` ${name}='([^']*)'`))?.[1] ?? '')
// What a browser would send of a page's record form when nobody touches it: [[name, value], …].
export function formFields(page) {
  const form = (page.match(/<form [^>]*data-guard[^]*?<\/form>/)?.[0] ?? '').replace(/<template>[^]*?<\/template>/g, '') // what rows are made from
  const fields = []
  for (const [, tag, box, select] of form.matchAll(/(<input [^>]*>)|(<textarea [^>]*>[^]*?<\/textarea>)|(<select [^>]*>[^]*?<\/select>)/g)) {
    if (tag) {
      const kind = attribute(tag, 'type')
      if ((kind === 'checkbox' || kind === 'radio') && !/ checked>/.test(tag)) continue
      fields.push([attribute(tag, 'name'), attribute(tag, 'value').replace(/[\r\n]/g, kind === 'hidden' ? '$&' : '')])
    } else if (box) {
      fields.push([attribute(box, 'name'), plain(box.replace(/^<textarea [^>]*>\n?/, '').replace('</textarea>', '')).replace(/\r\n|\r|\n/g, '\r\n')])
    } else {
      const chosen = select.match(/<option value='([^']*)' selected/) ?? select.match(/<option value='([^']*)'/)
      fields.push([attribute(select.match(/<select [^>]*>/)[0], 'name'), plain(chosen?.[1] ?? '')])
    }
  }
  return fields
}

// Sends bytes, reads until the other side closes or is silent; answers the text, '' when it was just closed.
export function raw(server, bytes, { wait = 3000, every } = {}) {
  const { hostname, port } = new URL(server.url)
  return new Promise((done) => {
    const socket = connect(Number(port), hostname)
    let text = '', open = true
    const end = () => { open = false; clearTimeout(late); socket.destroy(); done({ text, open: false, statuses: [...text.matchAll(/^HTTP\/1\.[01] (\d+)/gm)].map((one) => Number(one[1])) }) }
    const late = setTimeout(() => { open = false; socket.destroy(); done({ text, open: true, statuses: [...text.matchAll(/^HTTP\/1\.[01] (\d+)/gm)].map((one) => Number(one[1])) }) }, wait)
    socket.on('data', (part) => { text += part.toString('latin1') })
    socket.on('close', end)
    socket.on('error', () => {})
    socket.on('connect', async () => {
      if (!every) return socket.write(bytes)
      for (let i = 0; open && i < bytes.length; i++, await sleep(every)) socket.write(bytes.subarray(i, i + 1)) // a byte at a time
    })
  })
}
