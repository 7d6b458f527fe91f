-- What wrk asks: WHAT is list, case, save, find, annual, or a path. TOKEN signs in; CASES cases are there.
-- Saves take the cases FIRST to FIRST + OF - 1 in turn, each on the version that its last answer told; one whose answer
-- has not come is passed over. Case pages are of case LEAST and later ones. THREADS is how many threads wrk has; PORTS, if given, is where each of them asks.
-- SPDX-License-Identifier: Apache-2.0
local what, token = os.getenv("WHAT"), os.getenv("TOKEN") or ""
local cases = tonumber(os.getenv("CASES") or "1")
local least = tonumber(os.getenv("LEAST") or "1")
local first, of = tonumber(os.getenv("FIRST") or "1"), tonumber(os.getenv("OF") or "1")
local many, threads, ports = tonumber(os.getenv("THREADS") or "2"), {}, {}
for one in (os.getenv("PORTS") or ""):gmatch("%d+") do table.insert(ports, one) end

function setup(thread)
  thread:set("number", #threads)
  local port = ports[#threads + 1]
  if port then
    thread.addr = wrk.lookup("127.0.0.1", port)[1]
  end
  table.insert(threads, thread)
end

local page = {["Authorization"] = "Bearer " .. token, ["Accept"] = "text/html"}
local program = {["Authorization"] = page["Authorization"], ["Accept"] = "application/json",
  ["Content-Type"] = "application/json"}
local provinces = {"LA-VT", "LA-VI", "LA-SV", "LA-CH", "LA-LP", "LA-KH", "LA-BK", "LA-OU", "LA-LM",
  "LA-XA", "LA-HO", "LA-XI", "LA-XE", "LA-BL", "LA-SL", "LA-PH", "LA-AT", "LA-XS"}
local syllables = {"Bou", "Kham", "Som", "Vi", "La", "Ma", "Ni", "Sou", "Pho", "Tha", "Vong", "Sy", "Chan", "Keo"}
local endings = {"da", "ny", "la", "xay", "vong", "phone", "sak", "mala", "chanh", "savath", "lay", "dy"}
local versions, asked, turn = {}, {}, 0

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
  return wrk.format("GET", string.format("/case/K-%07d", math.random(least, cases)), page)
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
  local mine, key = math.floor(of / many)
  for _ = 1, mine do
    turn = turn + 1
    key = string.format("K-%07d", first + number * mine + turn % mine)
    if not asked[key] then break end
  end
  asked[key] = true
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
    if key then versions[key], asked[key] = tonumber(version), nil end
  end
end

-- One line: requests, seconds, p99 in ms, what went wrong.
function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format("RESULT\t%d\t%.3f\t%.3f\t%d\n", summary.requests, summary.duration / 1e6,
    latency:percentile(99) / 1000, wrong.status + wrong.connect + wrong.read + wrong.write + wrong.timeout))
end
