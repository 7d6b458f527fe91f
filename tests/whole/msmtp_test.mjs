// Notices by e-mail through a real mail program: msmtp, as the sendmail of a small office, to a listener on this machine.
// SPDX-License-Identifier: Apache-2.0
import { chmod, cp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { csv, deepEqual, equal, home, match, ok, onBothStores, readCsv, sleep, test, tool } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

// What takes mail: each that came whole, with whom its envelope names. how: takes, refuses (451), or silent.
async function listener(t) {
  const it = { how: 'takes', mails: [], calls: 0, open: new Set() }
  const server = createServer((line) => {
    it.calls++
    it.open.add(line)
    line.on('error', () => {}).on('close', () => it.open.delete(line))
    if (it.how === 'silent') return
    let text = '', data = false, mail = { from: '', to: [] }
    line.write('220 here ESMTP\r\n')
    line.on('data', (bytes) => {
      text += bytes
      for (let at; (at = text.indexOf(data ? '\r\n.\r\n' : '\r\n')) >= 0;) {
        const said = text.slice(0, at)
        text = text.slice(at + (data ? 5 : 2))
        if (data) {
          it.mails.push({ ...mail, text: said })
          data = false
          line.write('250 taken\r\n')
        } else if (/^QUIT/i.test(said)) line.end('221 bye\r\n')
        else if (/^RCPT TO/i.test(said) && it.how === 'refuses') line.write('451 not now\r\n')
        else {
          if (/^MAIL FROM/i.test(said)) mail = { from: said.match(/<(.*)>/)[1], to: [] }
          if (/^RCPT TO/i.test(said)) mail.to.push(said.match(/<(.*)>/)[1])
          data = /^DATA/i.test(said)
          line.write(data ? '354 go on\r\n' : '250 good\r\n')
        }
      }
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => { for (const line of it.open) line.destroy(); return new Promise((done) => server.close(done)) })
  it.port = server.address().port
  return it
}

// As /usr/bin/msmtp would be given, but for where its settings stand.
async function sendmail(r, port) {
  const file = join(r.folder, 'sendmail'), settings = join(r.folder, 'msmtprc')
  await writeFile(settings, `account default\nhost 127.0.0.1\nport ${port}\nfrom sukhwan@office.example\nauth off\ntls off\n`)
  await writeFile(file, `#!/bin/sh\nexec msmtp --file='${settings}' "$@"\n`)
  await chmod(file, 0o755)
  return file
}

const rows = "followup,create,,notice,.,'A visit at Ban Sikhot.','return_officer',,,,,\n"
async function begun(t) {
  const pack = join(await t.folder(), 'pack'), records = join(pack, 'records.csv'), effects = join(pack, 'effects.csv')
  await cp(join(home, 'packs/laos'), pack, { recursive: true })
  const sheet = readCsv(await readFile(records, 'utf8'))
  sheet.find(([name]) => name === 'followup')[sheet[0].indexOf('number')] = 'V-{year}-{n:4}'
  await writeFile(records, csv(sheet))
  await writeFile(effects, await readFile(effects, 'utf8') + rows.replace("'return_officer'", "'vtc'"))
  const r = await t.register({ pack }), post = await listener(t), server = await r.serve({ args: ['--mail', await sendmail(r, post.port)] })
  const api = server.api(await r.token('bo', 'return_officer', 'vtc')), reader = new Visitor(server, 'en')
  await reader.signIn(await r.user('noy', 'return_officer', 'vtc'))
  await reader.get('/account')
  equal((await reader.post('/account/mail', { mail: 'noy@office.example', password: 'correct horse battery' })).status, 303)
  const her = (await api('POST', '/person', { given_name: 'Kham', family_name: 'Souvanh', sex: 'female', phone: '020 5555 1234' })).body
  const visit = async () => {
    const made = await api('POST', '/followup', { person: her.id, due: '2026-09-17' })
    equal(made.status, 201, made.text)
    return { id: made.body.id, no: (await api('GET', `/followup/${made.body.id}`)).body.no }
  }
  return { r, post, server, api, her, visit }
}
async function until(what, seconds = 30) {
  for (let i = 0; i < seconds * 10 && !what(); i++) await sleep(100)
  ok(what(), 'it did not come')
}
const bodyOf = ({ text }) => Buffer.from(text.split('\r\n\r\n').slice(1).join(''), 'base64').toString()

onBothStores('a notice of a visit leaves through msmtp with its kind and its number, and nothing else of the record', async (t) => {
  const { post, her, visit, server } = await begun(t), { id, no } = await visit()
  ok(no, 'a visit has a number')
  await until(() => post.mails.length)
  await sleep(5000) // a turn and more: once
  equal(post.mails.length, 1)
  const [mail] = post.mails, head = mail.text.split('\r\n\r\n')[0], body = bodyOf(mail)
  deepEqual(mail.to, ['noy@office.example'])
  equal(mail.from, 'sukhwan@office.example')
  match(head, /^Subject: Sukhwan: something waits for you\r?$/m)
  deepEqual(body.split('\n').filter((line) => line.startsWith('- ')), [`- Follow-up visit ${no}`])
  for (const word of ['Kham', 'Souvanh', '5555', 'Sikhot', '2026-09-17', '17/9/2026', id, her.id, her.key, 'vtc', 'http'])
    ok(!`${mail.text}\n${body}`.includes(word), word)
  ok(!/office\.example/.test(server.err), 'the log names an address')
})

test('a mail server that refuses, or says nothing, is told and asked again: nothing is lost, and no save waits for it', async (t) => {
  const { r, post, server, visit } = await begun(t), again = () => r.sql('update mails set sent = sent - 600000')
  const told = () => server.err.match(/Notices by e-mail: .*/g) ?? []
  post.how = 'refuses'
  const first = await visit()
  await until(() => told().length)
  match(told()[0], /Notices by e-mail: The program \S*sendmail ended with \d+\. It is tried again in ten minutes\./)
  // Silent: what msmtp waits for never comes. Saves go on meanwhile, and after a minute it is stopped.
  post.how = 'silent'
  const calls = post.calls
  await again()
  await until(() => post.calls > calls)
  const times = []
  for (let i = 0; i < 10; i++) {
    const start = Date.now()
    await visit()
    times.push(Date.now() - start)
  }
  ok(post.open.size > 0, 'it hangs still')
  t.note?.(`saves while it hung: ${Math.max(...times)} ms at most`)
  ok(Math.max(...times) < 5000, `a save took ${Math.max(...times)} ms`)
  await until(() => !post.open.size, 90)
  const left = (await tool('ps', '-eo', 'args')).split('\n').filter((line) => line.includes(join(r.folder, 'msmtprc')))
  deepEqual(left, [], 'a mail program is left behind')
  post.how = 'takes'
  await again()
  await until(() => post.mails.length)
  ok(bodyOf(post.mails[0]).includes(`- Follow-up visit ${first.no}\n`))
  equal(bodyOf(post.mails[0]).split('\n').filter((line) => line.startsWith('- ')).length, 11)
})
