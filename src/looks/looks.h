// The log of looks: who was shown which records, in files that only grow. It knows nothing of records and of rights:
// whoever adds a look says the names, and whoever searches gets them back.
// SPDX-License-Identifier: Apache-2.0
//
// A *chain* is written by one process at a time. Its *segments* are the files CHAIN.000001, CHAIN.000002 …, of lines:
//
//     sukhwan-looks 1 CHAIN SEGMENT MS LOOKS HASH-BEFORE  HASH     which it is, when it began, how many looks stand before it
//     look MS USER ROLE UNIT AGENCY WHAT TYPE/OPEN/ID,ID…  HASH    - for nobody; OPEN: compartments, a bit each, hexadecimal
//     sign LOOKS SIGNATURE  HASH                                   so many looks, in the chain
//     end LOOKS SIGNATURE  HASH                                    nothing follows but an index
//
// Times ascend within a segment. From one to the next they go back where the clock was more than ten minutes ahead and was set
// right (one of no looks says how far it was); else they ascend there, too.
//
// Each line ends with a blank and its hash: BLAKE2b-256 over the hash of the line before (of a segment's first line: of
// the last of the segment before it, else 32 zeros) and the line up to that blank, in base64. Signed (Ed25519) is the
// BLAKE2b-256 of the parts `sukhwan looks`, CHAIN, the numbers SEGMENT and LOOKS, and the part hash of the line before.
#pragma once
#include "os/os.h"
#include "seal/seal.h"

enum { LOOK_RECORDS = 1000 };                 // that a line tells at most; who is shown more is noted in several
typedef struct { Str type, id; unsigned open; } LookItem;
typedef struct {
    int64_t ms;
    Str user, role, unit, agency, what;       // empty: nobody, of none; words without blanks
    const LookItem *items; int n;
} Look;
// How far a chain has come, as it is told in the store: what stands there must be found in the files.
typedef struct { Str chain; int64_t segment, looks; Str hash, signature; } LookMark;

// ---- adding --------------------------------------------------------------------------------------------
typedef struct LookLog LookLog;
// Goes on where the chain stands; nobody else may hold it. A last line that is not whole is cut off: `torn`. Of a chain that
// was changed, or of which the mark that the store knows is not there, nothing is touched: ERR_BROKEN.
must_use Err *looks_open(Arena *a, Str folder, Str chain, const Signer *signer, const LookMark *known, LookLog **out, bool *torn);
must_use Err *look_add(LookLog *log, Arena *a, const Look *look); // by any thread; ERR_BUSY: nothing was noted
// Signs what was added since, and brings it to the disk. `news`: the store is to be told, and then looks_told_of. The mark's texts
// live in `a`.
must_use Err *looks_sign(LookLog *log, Arena *a, LookMark *mark, bool *news);
bool look_mark_good(Str signer, const LookMark *mark);             // signer: the public half
void looks_told_of(LookLog *log, const LookMark *mark);
void looks_close(LookLog *log);

// ---- searching -----------------------------------------------------------------------------------------
// A row is a record of a look, or a look of none. most, skip: so many rows are told (0: all), behind so many; newest: the last
// `most` of all instead.
typedef struct {
    const Str *ids; int n; Str user, unit;    // n 0, user or unit empty: any
    int64_t from, to, skip, most;             // in ms, both ends count
    bool newest;
    Str also;                                 // a folder in which segments lie that were moved away, or empty
} LookAsk;
typedef Err *LookFn(void *with, Arena *turn, const Look *look); // of items those alone that were asked for
// The oldest first; `all`: how many rows went by, of newest how many there are. It needs 8 MiB of `a` for each chain.
must_use Err *looks_find(Arena *a, Arena turn, Str folder, const LookAsk *ask, LookFn *each, void *with, int64_t *all);

// ---- checking ------------------------------------------------------------------------------------------
// A chain whose first segments, up to this one, were moved away; end: the hash of that one's last line.
typedef struct { Str chain; int64_t segment; Str end; } LooksAway;
typedef struct LooksMeant {
    Str folder, also, signer;                 // also: where moved ones lie, or empty; signer: the public half
    const LookMark *marks; int marks_n;       // of the chains that must lie here
    const LooksAway *away; int away_n;
} LooksMeant;
typedef struct { int64_t looks, unsure, torn; int chains; } LooksFound; // unsure: after the last signature; torn: lines that are not whole
must_use Err *looks_verify(Arena *a, Arena turn, const LooksMeant *meant, LooksFound *out); // ERR_BROKEN names the first fault

// ---- moving away ---------------------------------------------------------------------------------------
// Of each chain the first segments that ended before this moment, but not those of its mark. First they are copied, synced and
// compared; then an entry says so (LooksAway); then they are removed. Wherever that is broken off, the log is whole.
must_use Err *looks_old(Arena *a, Arena turn, const LooksMeant *meant, int64_t before, LooksAway **out, int *n);
must_use Err *looks_copy(Arena *a, Arena turn, Str folder, const LooksAway *away, Str to, int64_t *n);
must_use Err *looks_remove(Arena *a, Arena turn, Str folder, const LooksAway *away);
