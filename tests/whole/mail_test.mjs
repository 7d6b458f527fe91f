// Notices by e-mail: to who gave an address alone, once, at most one an hour, and with no word of any record.
// SPDX-License-Identifier: Apache-2.0
import { appendFile, chmod, cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deepEqual, equal, home, match, ok, onBothStores, sleep, test, tool } from '../tool.mjs'
import { Visitor } from '../visitor.mjs'

// A case that is opened is told to the unit that made it.
const rows = `case,create,,notice,.,'Opened by hand.','secretariat',,,,,\n`

// A program that writes down how it was run and what it was given, or fails while the file `fails` is there.
async function sender(r) {
  const file = join(r.folder, 'sendmail'), out = join(r.folder, 'sent')
  await writeFile(file, `#!/bin/sh\n[ -e '${r.folder}/fails' ] && exit 75\n[ -e '${r.folder}/slow' ] && sleep 0.8\n{ printf 'ARGS'; printf ' [%s]' "$@"; printf '\\nENV %s\\n' "$(env | cut -d= -f1 | sort | tr '\\n' ' ')"; ls -l /proc/$$/fd | sed 's/.*-> //' | tr '\\n' ' '; echo; cat; printf '\\n====\\n'; } >> '${out}.part'\ncp '${out}.part' '${out}'\n`)
  await chmod(file, 0o755)
  return file
}
const sent = async (r) => (await readFile(join(r.folder, 'sent'), 'utf8').catch(() => '')).split('\n====\n').slice(0, -1).map((text) => {
  const [head, body] = text.split('\n\n')
  return { head, body: Buffer.from(body, 'base64').toString(), lines: body.trim().split('\n') }
})
async function until(r, n) {
  for (let i = 0; i < 300 && (await sent(r)).length < n; i++) await sleep(100)
  return sent(r)
}
const quiet = async (r, n) => { await sleep(5000); equal((await sent(r)).length, n) } // a turn and more
const hourLater = (r) => r.sql('update mails set sent = sent - 3600000')

async function begun(t) {
  const pack = join(await t.folder(), 'pack')
  await cp(join(home, 'packs/laos'), pack, { recursive: true })
  await appendFile(join(pack, 'effects.csv'), rows)
  const r = await t.register({ pack }), mail = ['--mail', await sender(r)]
  const people = { keo: await r.user('keo'), noy: await r.user('noy'), vong: await r.user('vong') }, token = await r.token('api')
  const enter = async (server, who, lang = 'en') => {
    const visitor = new Visitor(server, lang)
    await visitor.signIn(people[who])
    return visitor
  }
  return { r, mail, token, people, enter }
}
const give = async (visitor, address, password = 'correct horse battery') => {
  await visitor.get('/account')
  return visitor.post('/account/mail', { mail: address, password })
}

onBothStores('a notice is told by e-mail to who gave an address, once over a restart, an hour\'s together, with no word of the record', async (t) => {
  const { r, mail, token, enter } = await begun(t)
  const server = await r.serve({ args: mail }), api = server.api(token), made = async (title) => (await api('POST', '/case', { title })).body
  await made('before she asked for it')
  const keo = await enter(server, 'keo'), noy = await enter(server, 'noy', 'lo')
  equal((await give(keo, ' keo.s@office.example ')).status, 303)
  equal((await give(noy, 'noy@office.example')).status, 303)
  match((await keo.get('/account')).text, /name='mail' value='keo\.s@office\.example'/)
  const { id } = await made('Kham of Ban Sikhot'), { no } = (await api('GET', `/case/${id}`)).body
  const mails = await until(r, 2)
  equal(mails.length, 2) // vong gave none
  const one = mails.find(({ head }) => /keo/.test(head)), other = mails.find(({ head }) => /noy/.test(head))
  const [args, env, files, ...head] = one.head.split('\n')
  equal(args, 'ARGS [-i] [--] [keo.s@office.example]')
  ok(!/SUKHWAN|PG|HOME/.test(env), env)
  ok(/memfd:input/.test(files) && !/socket:|register/.test(files), files) // its own, and none of the register's
  deepEqual(head, ['To: keo.s@office.example', 'Subject: Sukhwan: something waits for you', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', 'Auto-Submitted: auto-generated'])
  deepEqual(one.body.split('\n').filter((line) => line.startsWith('- ')), [`- Case ${no}`])
  // In Lao: a head of letters that are whole in each of its words.
  const words = [...other.head.matchAll(/=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=/g)].map(([all, text]) => { ok(all.length <= 75, all); return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64')) })
  match(words.join(''), /^Sukhwan: .*[\u0e80-\u0eff]/)
  ok(/[\u0e80-\u0eff]/.test(other.body) && other.body.includes(no) && !/[^\x00-\x7f]/.test(other.head))
  for (const { head: top, body, lines } of mails) {
    for (const word of ['Kham', 'Sikhot', 'Opened', 'before she', id, 'http', 'secretariat']) ok(!`${top}\n${body}`.includes(word), word)
    ok(lines.every((line) => line.length <= 76))
  }
  // The next two come together when her hour is over, whichever server is there then.
  const more = [await made('second'), await made('third')]
  await quiet(r, 2)
  await server.stop()
  const again = await r.serve({ args: mail })
  await quiet(r, 2)
  await hourLater(r)
  const third = (await until(r, 4)).slice(2).find(({ head: top }) => /keo/.test(top))
  equal(third.body.split('\n').filter((line) => line.startsWith('- ')).length, 2)
  for (const { id: its } of more) ok(third.body.includes((await again.api(token)('GET', `/case/${its}`)).body.no))
  await hourLater(r)
  await quiet(r, 4)
  await again.stop()
  ok(!/office\.example/.test(server.err + again.err), 'the log names an address')
  await r.must('rebuild')
  await r.must('verify')
  const last = await r.serve({ args: mail })
  await quiet(r, 4)
  // What she has read on the page is not told; who is gone, or takes her address away, is told nothing.
  const reader = await enter(last, 'keo')
  await hourLater(r)
  await r.must('user end', 'noy')
  equal((await give(reader, '', '')).status, 303)
  match((await reader.get('/account')).text, /name='mail' value=''/)
  await last.api(token)('POST', '/case', { title: 'fourth' })
  await quiet(r, 4)
  deepEqual((await r.sql("select who from mails")).trim(), '')
})

onBothStores('that somebody is to be erased is told by e-mail to whose agency holds her keys, by her number alone, at each step of it', async (t) => {
  const r = await t.register({ pack: join(home, 'packs/laos') }), server = await r.serve({ args: ['--mail', await sender(r)] }), api = {}
  for (const [name, ...who] of [['centre', 'counsellor', 'lwu_centre'], ['second', 'counsellor', 'lwu_centre'], ['police', 'police_investigator', 'atd_investigation']]) {
    api[name] = server.api(await r.token(name, ...who))
    const visitor = new Visitor(server, 'en')
    await visitor.signIn({ name, password: 'correct horse battery' })
    if (name !== 'centre') equal((await give(visitor, `${name}@office.example`)).status, 303)
  }
  const her = (await api.centre('POST', '/person', { given_name: 'Khamphone', family_name: 'Dao-Ieng', sex: 'female' })).body, at = `/person/${her.id}`
  const { no } = (await api.centre('GET', at)).body
  ok(no, 'a person has a number')
  equal((await api.centre('POST', `${at}/erase`, { why: 'She asked for it herself.' })).status, 200)
  const [one] = await until(r, 1)
  match(one.head, /^To: second@office\.example$/m)
  deepEqual(one.body.split('\n').filter((line) => line.startsWith('- ')), [`- Person ${no}`])
  for (const word of ['Khamphone', 'Dao-Ieng', 'herself', her.id, 'http']) ok(!`${one.head}\n${one.body}`.includes(word), word)
  await hourLater(r)
  await quiet(r, 1) // once; and never to an agency without her keys
  equal((await api.police('POST', `${at}/erase/approve`)).status, 200)
  await hourLater(r)
  equal((await until(r, 2)).length, 2)
  equal((await api.second('POST', `${at}/erase/withdraw`)).status, 200)
  await hourLater(r)
  await quiet(r, 2)
  // Who gives an address later is told nothing of before; who takes hers away leaves nothing there.
  equal((await api.centre('POST', `${at}/erase`, { why: 'Once more.' })).status, 200)
  const late = new Visitor(server, 'en'), second = new Visitor(server, 'en')
  await late.signIn({ name: 'centre', password: 'correct horse battery' })
  equal((await give(late, 'centre@office.example')).status, 303)
  equal((await until(r, 3)).length, 3)
  await second.signIn({ name: 'second', password: 'correct horse battery' })
  equal((await give(second, '', '')).status, 303)
  await hourLater(r)
  await quiet(r, 3)
  equal((await r.sql("select count(*) from mailed where who = 'erase/second'")).trim(), '0')
})

test('two servers beside one another tell it once; a program that fails is told without the address, and tried again', async (t) => {
  t.store = 'postgres'
  const { r, mail, token, enter } = await begun(t)
  const servers = await Promise.all([0, 1].map(() => r.serve({ args: mail }))), api = servers[0].api(token)
  await give(await enter(servers[1], 'keo'), 'keo@office.example')
  await r.write('fails', '')
  await api('POST', '/case', { title: 'one' })
  const err = () => servers.map((one) => one.err).join('')
  for (let i = 0; i < 300 && !/Notices by e-mail/.test(err()); i++) await sleep(100)
  match(err(), /Notices by e-mail: The program \S*sendmail ended with 75\. It is tried again/)
  equal(err().match(/Notices by e-mail/g).length, 1)
  ok(!/office\.example/.test(err()))
  await tool('rm', join(r.folder, 'fails'))
  await quiet(r, 0) // not at once
  await r.sql('update mails set sent = sent - 600000')
  equal((await until(r, 1)).length, 1)
  await hourLater(r)
  await quiet(r, 1)
})

test('of two servers whose turns overlap each mail is sent by one', async (t) => {
  t.store = 'postgres'
  const { r, mail, token, people, enter } = await begun(t), names = ['keo', 'noy', 'vong', 'a1', 'a2', 'a3']
  for (const name of names) people[name] ??= await r.user(name)
  const servers = [await r.serve({ args: mail }), await r.serve({ args: mail })]
  for (const name of names) equal((await give(await enter(servers[0], name), `${name}@office.example`)).status, 303)
  await r.write('slow', '') // all six take longer than the time between two turns, so both know of the same ones
  await servers[0].api(token)('POST', '/case', { title: 'one' })
  await until(r, names.length)
  await quiet(r, names.length)
  deepEqual((await sent(r)).map(({ head }) => head.match(/^To: (\w+)/m)[1]).sort(), [...names].sort())
})

test('an address is one that no program takes for anything else, with her password; without --mail no page speaks of it', async (t) => {
  const { r, mail, token, enter } = await begun(t)
  const server = await r.serve({ args: mail }), keo = await enter(server, 'keo')
  for (const bad of ['keo', '@office.example', 'keo@', 'a@b@c', '-oQ@x.example', 'keo@-x', 'k eo@x.example', 'keo@x.example\nBcc: all@x.example', 'keo@x.example\r\n\r\nx', 'a,b@x.example', '|sh@x.example', '"a"@x.example', '<keo@x.example>', 'ແກ້ວ@x.example', `${'a'.repeat(250)}@x.example`, 'k\u0001@x.example']) {
    const answer = await give(keo, bad)
    equal(answer.status, 400, bad)
    match(answer.text, /no e-mail address that can be used here/)
  }
  equal((await give(keo, 'keo@x.example', 'wrong')).status, 403)
  equal((await give(keo, 'keo@x.example', '')).status, 403)
  equal((await keo.ask('POST', '/account/mail', { form: { mail: '' } })).status, 403, 'forged')
  equal((await server.api(token)('POST', '/account/mail', 'mail=', { 'content-type': 'application/x-www-form-urlencoded' })).status >= 400, true)
  equal((await r.sql('select count(*) from mails')).trim(), '0')
  equal((await give(keo, 'keo+work@x.example')).status, 303)
  const bytes = Buffer.concat(await Promise.all(['register.db', 'register.db-wal'].map((file) => readFile(join(r.dir, file)).catch(() => Buffer.alloc(0)))))
  ok(!bytes.includes('keo+work'), 'the address stands in clear on the disk')
  await server.stop()
  const without = await r.serve(), visitor = await enter(without, 'keo')
  ok(!/mail/i.test((await visitor.get('/account')).text))
  equal((await visitor.post('/account/mail', { mail: '', password: '' })).status, 404)
  await without.api(token)('POST', '/case', { title: 'one' })
  await quiet(r, 0)
  for (const bad of ['sendmail', '/nothing/there', r.folder]) equal((await r.run('serve', '--mail', bad)).code, 2, bad)
})

test('who takes over an account takes over neither its address nor what was kept there', async (t) => {
  const { r, mail, enter } = await begun(t), server = await r.serve({ args: mail }), keo = await enter(server, 'keo')
  equal((await give(keo, 'keo@office.example')).status, 303)
  match((await keo.get('/account?saved=mail')).text, /Saved\./)
  await keo.get('/account')
  equal((await keo.post('/filters', { record: 'case', query: 'kind=both', name: 'Both' })).status, 303)
  const counts = async () => Promise.all(['mails', 'filters', 'marks'].map(async (table) => Number(await r.sql(`select count(*) from ${table} where who = 'keo'`))))
  deepEqual(await counts(), [1, 1, 1])
  const again = await r.runWith({ input: 'another horse battery\n' }, 'user add', 'keo', '--role', 'secretariat', '--unit', 'secretariat', '--replace')
  equal(again.code, 0, again.err)
  deepEqual(await counts(), [0, 0, 0])
})
