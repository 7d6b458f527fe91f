// Memory straight from the machine: arenas that cost what they touch, pages that are never swapped.
// SPDX-License-Identifier: Apache-2.0
//
// A scratch arena is handed on by value, so its owner cannot see how much of it was used. All copies
// of an arena therefore share one mark in the page before it, which arena_take moves up: it says how
// far the water ever came. Libraries keep in malloc what passes through them (a parser's text, a
// store's answer); free wipes it, whoever calls it.
#include "os/inside.h"
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE = 4096, KEPT = 64 * PAGE };
typedef struct { char *high; } Reserve; // it stands in the page before the arena

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

static void start_over(Arena *a, isize size)
{
    Reserve *held = reserve_of(a);
    *a = arena_over(a->start, size, a->exhausted);
    a->high = &held->high;
    held->high = a->start;
}

Arena arena_reserve(isize size, jmp_buf *exhausted)
{
    size = (size + PAGE - 1) / PAGE * PAGE;
    char *p = map(size + PAGE, MAP_NORESERVE);
    Arena a = {.start = p + PAGE, .exhausted = exhausted};
    start_over(&a, size);
    return a;
}

void arena_release(Arena *a)
{
    char *high = *a->high, *kept = a->start + KEPT;
    isize size = a->end - a->start;
    a->at = high < kept ? high : kept;
    arena_reset(a);
    if (high <= kept) {
        *a->high = a->start;
        return;
    }
    must(!madvise(kept, (size_t)(a->end - kept), MADV_DONTNEED)); // reads as zero from now on
    start_over(a, size);
}

void memory_trim(void)
{
    malloc_trim(0);
}

void *memory_locked(isize size)
{
    void *p = map(size, 0);
    (void)mlock(p, (size_t)size); // where it is not allowed, swapping is its owner's choice
    (void)madvise(p, (size_t)size, MADV_DONTDUMP);
    return p;
}

// ---- what libraries give back ----------------------------------------------------------------------
// Theirs and ours, in one place that nobody can pass by: the program's own free stands before the C
// library's (which says how: "Replacing malloc", GNU C Library manual, 3.2.5). Sanitizers have their
// own and keep it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif
#ifndef SANITIZED
extern void __libc_free(void *p);

void free(void *p)
{
    if (p) explicit_bzero(p, malloc_usable_size(p));
    __libc_free(p);
}

// The C library's would move a block and leave the old one as it was.
void *realloc(void *p, size_t size)
{
    size_t had = p ? malloc_usable_size(p) : 0;
    if (p && size && size <= had && size >= had / 2) {
        explicit_bzero((char *)p + size, had - size);
        return p;
    }
    void *more = size || !p ? malloc(size) : 0;
    if (p && more) memcpy(more, p, had < size ? had : size);
    if (more || !size) free(p);
    return more;
}
#endif
