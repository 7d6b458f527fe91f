-- What wrk asks: WHAT is list, case, save, find, annual, or a path. TOKEN signs in; CASES cases are there.
-- Saves take the cases FIRST to FIRST + OF - 1 in turn, each on the version that its last answer told.
-- SPDX-License-Identifier: Apache-2.0
local what, token = os.getenv("WHAT"), os.getenv("TOKEN") or ""
local cases = tonumber(os.getenv("CASES") or "1")
local first, of = tonumber(os.getenv("FIRST") or "1"), tonumber(os.getenv("OF") or "1")
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

local page = {["Authorization"] = "Bearer " .. token, ["Accept"] = "text/html"}
local program = {["Authorization"] = page["Authorization"], ["Accept"] = "application/json",
  ["Content-Type"] = "application/json"}
local provinces = {"LA-VT", "LA-VI", "LA-SV", "LA-CH", "LA-LP", "LA-KH", "LA-BK", "LA-OU", "LA-LM",
  "LA-XA", "LA-HO", "LA-XI", "LA-XE", "LA-BL", "LA-SL", "LA-PH", "LA-AT", "LA-XS"}
local syllables = {"Bou", "Kham", "Som", "Vi", "La", "Ma", "Ni", "Sou", "Pho", "Tha", "Vong", "Sy", "Chan", "Keo"}
local endings = {"da", "ny", "la", "xay", "vong", "phone", "sak", "mala", "chanh", "savath", "lay", "dy"}
local versions, turn = {}, 0

function init()
  math.randomseed(20240601 + number)
end

local function one(list)
  return list[math.random(#list)]
end

local ask = {}

function ask.list()
  return wrk.format("GET", "/case?province=" .. one(provinces) .. "&after=" .. math.random(2000, cases), page)
end

function ask.case()
  return wrk.format("GET", string.format("/case/K-%07d", math.random(cases)), page)
end

function ask.find()
  local name = one(syllables) .. one(endings) .. "+" .. one(syllables) .. one(endings)
  return wrk.format("GET", "/find?q=" .. name, page)
end

function ask.annual()
  local year = math.random(2014, 2023)
  return wrk.format("GET", string.format("/figures/annual?from=%d-01-01&to=%d-12-31", year, year), program)
end

function ask.save()
  turn = turn + 1
  local mine = math.floor(of / 2)
  local key = string.format("K-%07d", first + number * mine + turn % mine)
  local version = versions[key] or tonumber(os.getenv("VERSION"))
  local body = string.format('{"version":%d,"title":"Told again by telephone, %d"}', version, turn)
  return wrk.format("PATCH", "/case/" .. key, program, body)
end

request = ask[what] or function()
  return wrk.format("GET", what, page)
end

if what == "save" then
  function response(status, _, body)
    local key, version = body:match('"key":"([^"]+)","version":(%d+)')
    if key then versions[key] = tonumber(version) end
  end
end

-- One line: requests, seconds, p99 in ms, what went wrong.
function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format("RESULT\t%d\t%.3f\t%.3f\t%d\n", summary.requests, summary.duration / 1e6,
    latency:percentile(99) / 1000, wrong.status + wrong.connect + wrong.read + wrong.write + wrong.timeout))
end
