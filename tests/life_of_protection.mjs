// Who takes part in the journeys of protection and of coming home, each as a program that asks with the rights of her role.
// SPDX-License-Identifier: Apache-2.0
import { players } from './players.mjs'
import { equal, match } from './tool.mjs'

const roles = { police: ['police_investigator', 'atd_investigation'], province: ['provincial_police', 'atd_bk'], secretary: ['secretariat', 'secretariat'],
  counsellor: ['counsellor', 'lwu_centre'], hotline: ['hotline_operator', 'lwu_1362'], manager: ['shelter_manager', 'shelter_vt'], other: ['shelter_manager', 'shelter_sv'],
  officer: ['return_officer', 'vtc'], ministry: ['return_officer', 'mlsw'], lsw: ['return_officer', 'lsw_sv'], other_lsw: ['return_officer', 'lsw_bk'], mfa: ['return_officer', 'mfa'], village: ['village_focal_point', 'focal_pakse'], chief: ['supervisor', 'shelter_vt'], officer_dpo: ['data_protection_officer', 'secretariat'], bokeo: ['province_secretariat', 'committee_bk'] }

// Of these names; what waits is told as record/id.
export async function cast(t, ...who) {
  const all = await players(t, Object.fromEntries(who.map((name) => [name, roles[name]])))
  for (const name of who) {
    const { work } = all[name]
    all[name].work = async () => (await work()).map((one) => `${one.record}/${one.id}`)
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
