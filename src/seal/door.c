// The door: few passwords are checked at once, and nobody waits for it.
// SPDX-License-Identifier: Apache-2.0
#include "os/os.h"
#include "seal/seal.h"
#include <stdatomic.h>

enum {
    PLACES = 2,                      // threads that hash: each takes 19 MiB and about 30 ms of one core
    CROWD_LASTS = 3000,              // after somebody was sent away: strangers have one place, known browsers the other too
    FREE_FIRST = 100,                // so long it stays free for those with a turn before a newcomer takes it
    TURNS_KEPT = 1 << 16,
};
struct Door {
    Key key;                         // of this process: signs turns
    _Atomic int inside;
    _Atomic int64_t crowd_until, freed; // by clock_ticks, in ms
    _Atomic uint64_t given, spent[TURNS_KEPT / 64]; // turns: how many were given; a bit for each of the newest that was spent
};

Door *door_make(Arena *a)
{
    Door *door = take(a, Door, 1);
    door->key = key_random();
    return door;
}

static int64_t door_now(void)
{
    return clock_ticks() / 1000000;
}

static Str turn_text(Arena *a, const Door *door, int64_t number)
{
    Hash mac = hash_keyed(&door->key, say(a, "turn {}", number));
    return say(a, "{}.{}", number, hex_of(a, str_slice(hash_bytes(&mac), 0, 16)));
}

// Its number, or -1 when it is none of ours, too old, or spent.
int64_t door_turn(Arena *a, Door *door, Str turn)
{
    Str rest = turn;
    int64_t number, given = (int64_t)door->given;
    if (!str_int(str_cut(&rest, '.'), &number) || number <= 0 || number > given) return -1;
    if (number <= given - TURNS_KEPT || !hash_same(turn, turn_text(a, door, number))) return -1;
    uint64_t bit = (uint64_t)1 << number % 64;
    return door->spent[number / 64 % countof(door->spent)] & bit ? -1 : number;
}

Str door_turn_give(Arena *a, Door *door)
{
    int64_t number = (int64_t)++door->given;
    door->spent[number / 64 % countof(door->spent)] &= ~((uint64_t)1 << number % 64);
    return turn_text(a, door, number);
}

static bool turn_spend(Door *door, int64_t number)
{
    uint64_t bit = (uint64_t)1 << number % 64;
    return !(atomic_fetch_or(&door->spent[number / 64 % countof(door->spent)], bit) & bit);
}

// Counted once: whoever takes the last place has it, though others look at the same moment.
static bool place_take(Door *door, int most)
{
    int inside = door->inside;
    while (inside < most) {
        if (atomic_compare_exchange_weak(&door->inside, &inside, inside + 1)) return true;
    }
    return false;
}

void door_leave(Door *door)
{
    door->freed = door_now();
    door->inside--;
}

// A browser in which she signed in before takes any place. While there is a crowd, strangers have one, and of them who
// was sent away comes first; an attacker who does not come back when he was told to does not get in at all.
bool door_enter(Door *door, bool known, int64_t turn)
{
    int64_t now = door_now();
    bool crowd = now < door->crowd_until;
    bool waits = crowd && !known && turn < 0 && now - door->freed < FREE_FIRST;
    if (!waits && place_take(door, crowd && !known ? 1 : PLACES)) {
        if (turn < 0 || known || turn_spend(door, turn)) return true;
        door_leave(door);
    }
    if (!known) door->crowd_until = now + CROWD_LASTS;
    return false;
}
