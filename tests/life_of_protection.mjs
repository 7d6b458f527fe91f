// Who takes part in the journeys of protection and of coming home, each as a program that asks with the rights of her role.
// SPDX-License-Identifier: Apache-2.0
import { equal, match } from './tool.mjs'

const roles = { police: ['police_investigator', 'atd_investigation'], province: ['provincial_police', 'atd_bk'], secretary: ['secretariat', 'secretariat'],
  counsellor: ['counsellor', 'lwu_centre'], hotline: ['hotline_operator', 'lwu_1362'], manager: ['shelter_manager', 'shelter_vt'], other: ['shelter_manager', 'shelter_sv'],
  officer: ['return_officer', 'vtc'], ministry: ['return_officer', 'mlsw'], mfa: ['return_officer', 'mfa'], village: ['village_focal_point', 'focal_pakse'], chief: ['supervisor', 'shelter_vt'], officer_dpo: ['data_protection_officer', 'secretariat'], bokeo: ['province_secretariat', 'committee_bk'] }

export async function cast(t, ...who) {
  const r = await t.register(), tokens = {}, all = { r }
  for (const name of who) tokens[name] = await r.token(name, ...roles[name])
  const server = await r.serve()
  all.server = server
  for (const name of who) {
    const api = server.api(tokens[name]), ask = (method, path, body) => api(method, path, body, { 'accept-language': 'en' })
    const good = async (status, ...asked) => {
      const answer = await ask(...asked)
      equal(answer.status, status, `${name} ${JSON.stringify(asked)} ${answer.text}`)
      return answer.body
    }
    const version = async (record, id) => (await good(200, 'GET', `/${record}/${id}`)).version
    all[name] = {
      ask, get: (path) => good(200, 'GET', path), read: (record, id) => good(200, 'GET', `/${record}/${id}`),
      make: async (record, body) => (await good(201, 'POST', `/${record}`, body)).id,
      move: async (record, id, move, asked = {}) => good(200, 'POST', `/${record}/${id}/move`, { move, ...asked, version: await version(record, id) }),
      refused: async (record, id, move, asked = {}) => ask('POST', `/${record}/${id}/move`, { move, ...asked, version: await version(record, id) }),
      change: async (record, id, body) => good(200, 'PATCH', `/${record}/${id}`, { ...body, version: await version(record, id) }),
      sees: async (record, id) => (await ask('GET', `/${record}/${id}`)).status === 200,
      items: async (record, of = '') => (await good(200, 'GET', `/${record}?limit=50${of}`)).items,
      work: async () => (await good(200, 'GET', '/work')).items.map((one) => `${one.record}/${one.id}`),
      notices: async () => (await good(200, 'GET', '/notices')).items.map((one) => one.words),
      page: async (path) => (await server.ask('GET', path, undefined, tokens[name], { accept: 'text/html', 'accept-language': 'en' })).text,
    }
  }
  return all
}
export const faults = (answer) => answer.body.faults.map((one) => one.field)
// A day so many days from today, there where the pack is.
export const shift = (days) => new Date(Date.now() + 7 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
export const today = shift(0)
export const refused = (answer, words) => {
  equal(answer.status, 400, answer.text)
  match(answer.text, words)
}
