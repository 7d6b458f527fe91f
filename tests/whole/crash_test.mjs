// kill -9 at any moment: what was acknowledged is there afterwards, and the journal is whole. A hundred times a store.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Agent, request } from 'node:http'
import { dice, equal, long, ok, onBothStores, program, sleep } from '../tool.mjs'

const times = long ? 1000 : 100

// Saves until the server dies; what was acknowledged, as key to its last acknowledged value.
function client(server, token, name, agent) {
  const acknowledged = new Map()
  let first
  const begun = new Promise((done) => { first = done })
  const save = (method, path, body) => new Promise((done, failed) => {
    const asked = request(server.url + path, { method, agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' } }, (answer) => {
      let text = ''
      answer.on('data', (part) => { text += part })
      answer.on('end', () => done({ status: answer.statusCode, body: text }))
      answer.on('error', failed)
    })
    asked.on('error', failed)
    asked.end(JSON.stringify(body))
  })
  const ended = (async () => {
    for (let i = 0; ; i++) {
      const key = `${name}-${i}`
      try {
        const made = await save('POST', '/person', { key, nickname: 'first' })
        if (made.status !== 201) throw new Error(`POST ${key}: ${made.status} ${made.body}`)
        acknowledged.set(key, 'first')
        first()
        if (i % 2) continue
        const changed = await save('PATCH', `/person/${key}`, { version: 1, nickname: 'second' })
        if (changed.status !== 200) throw new Error(`PATCH ${key}: ${changed.status} ${changed.body}`)
        acknowledged.set(key, 'second')
      } catch (error) {
        if (error.message.startsWith('P')) throw error
        return // the server is dead
      }
    }
  })()
  ended.catch(() => {}) // told when it is waited for
  return { acknowledged, begun, ended }
}

onBothStores(`kill -9 loses no acknowledged save: ${times} times`, async (t) => {
  const r = await t.register()
  const token = await r.token()
  const { upTo } = dice(Date.now())
  const all = new Map()
  let saves = 0
  for (let round = 0; round < times; round++) {
    const server = await r.serve()
    const agent = new Agent({ keepAlive: true })
    const clients = Array.from({ length: 4 }, (_, n) => client(server, token, `R${round}-${n}`, agent))
    // Most are killed while saves run, however long a busy machine takes to answer the first; some before that.
    if (round % 4) await Promise.race([...clients.map((one) => one.begun), sleep(5000)])
    await sleep(5 + upTo(60))
    await server.kill('SIGKILL')
    for (const one of clients) {
      await one.ended
      for (const [key, value] of one.acknowledged) all.set(key, value)
      saves += one.acknowledged.size
    }
    agent.destroy()
    if (round % 10 === 9) { // verify and look, then go on with the same register
      equal((await r.run('verify')).code, 0)
      const out = await r.export('person')
      const now = new Map(out.split('\n').slice(1).map((line) => [line.split(',')[0], line.split(',')[3]]))
      for (const [key, value] of all) ok(value === 'second' ? now.get(key) === 'second' : now.has(key), `round ${round}: ${key} is ${now.get(key)} instead of ${value}`)
    }
  }
  ok(saves > times, `only ${saves} saves were acknowledged`)
  const before = await r.dump()
  await r.must('rebuild')
  equal(await r.dump() === before, true, 'the tables are not what the journal says')
})

onBothStores('an import killed at any moment is there whole or not at all', async (t) => {
  const r = await t.register()
  const { upTo } = dice(Date.now())
  const lines = 3000, start = Date.now()
  const text = (round) => 'key,given_name,sex\n' + Array.from({ length: lines }, (_, i) => `M${round}-${i},Somebody ${i},female\n`).join('')
  await r.mustTake('person', text('whole'))
  const takes = Date.now() - start
  for (let round = 0; round < (long ? 200 : 20); round++) {
    const file = await r.write('many.csv', text(round))
    const child = spawn(program, ['import', r.dir, 'person', join(r.folder, file)], { stdio: 'ignore' })
    const ended = new Promise((done) => child.on('close', done))
    await sleep(upTo(takes * 1.1))
    child.kill('SIGKILL')
    await ended
    const count = (await r.export('person')).split(`\nM${round}-`).length - 1
    ok(count === 0 || count === lines, `${count} of ${lines} lines are there`)
    equal((await r.run('verify')).code, 0)
  }
  await r.mustTake('person', text('after'))
})

onBothStores('a rebuild killed at any moment leaves the tables as they were', async (t) => {
  const r = await (await t.register()).examples()
  const before = await r.dump()
  const { upTo } = dice(Date.now())
  for (let round = 0; round < (long ? 100 : 8); round++) {
    const child = spawn(program, ['rebuild', r.dir], { stdio: 'ignore' })
    const ended = new Promise((done) => child.on('close', done))
    await sleep(upTo(300))
    child.kill('SIGKILL')
    await ended
    equal(await r.dump() === before, true, `round ${round}`)
  }
  await r.must('verify')
})
