// Memory straight from the machine: arenas that cost what they touch, pages that are never swapped.
// SPDX-License-Identifier: Apache-2.0
//
// A scratch arena is handed on by value, so its owner cannot see how much of it was used. Each page
// that is kept therefore carries a tide mark in its first byte; arena_take zeroes whatever it
// gives, and no padding can step over the first byte of a page, so the first mark still standing
// says exactly how far the water came.
#include "os/inside.h"
#include <sys/mman.h>

enum { PAGE = 4096, KEPT_FIRST = 4, KEPT_MOST = 64, MARK = 0x5A };
typedef struct { isize kept; } Reserve; // pages with marks; it stands in the page before the arena

static Reserve *reserve_of(const Arena *a)
{
    return (Reserve *)(a->start - PAGE);
}

static void *map(isize size, int flags)
{
    flags |= MAP_PRIVATE | MAP_ANONYMOUS;
    void *p = mmap(0, (size_t)size, PROT_READ | PROT_WRITE, flags, -1, 0);
    must(p != MAP_FAILED);
    return p;
}

// The marks stand in memory that is poisoned for everybody else.
__attribute__((no_sanitize("address"))) static void marks_set(Arena *a, isize from, isize to)
{
    for (isize i = from; i < to; i++) a->start[i * PAGE] = MARK;
}

__attribute__((no_sanitize("address"))) static isize pages_used(const Arena *a, isize kept)
{
    isize i = 0;
    while (i < kept && a->start[i * PAGE] != MARK) i++;
    return i;
}

static isize least(isize one, isize two)
{
    return one < two ? one : two;
}

Arena arena_reserve(isize size, jmp_buf *exhausted)
{
    size = (size + PAGE - 1) / PAGE * PAGE;
    char *p = map(size + PAGE, MAP_NORESERVE);
    Arena a = arena_over(p + PAGE, size, exhausted);
    reserve_of(&a)->kept = least(KEPT_FIRST, size / PAGE);
    marks_set(&a, 0, reserve_of(&a)->kept);
    return a;
}

void arena_release(Arena *a)
{
    Reserve *held = reserve_of(a);
    isize used = pages_used(a, held->kept), size = a->end - a->start;
    a->at = a->start + used * PAGE;
    arena_reset(a);
    isize marked = used;
    if (used == held->kept) { // the water may have come further than the marks: give that back
        char *behind = a->start + used * PAGE;
        if (behind < a->end) must(!madvise(behind, (size_t)(a->end - behind), MADV_DONTNEED));
        *a = arena_over(a->start, size, a->exhausted);
        marked = held->kept = least(least(used * 4, KEPT_MOST), size / PAGE);
    }
    marks_set(a, 0, marked);
}

void *memory_locked(isize size)
{
    void *p = map(size, 0);
    (void)mlock(p, (size_t)size); // where it is not allowed, swapping is its owner's choice
    (void)madvise(p, (size_t)size, MADV_DONTDUMP);
    return p;
}
