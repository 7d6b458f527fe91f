// Memory with one owner: two pointers that move, and a way out when they meet.
// SPDX-License-Identifier: Apache-2.0
#include "base/base.h"
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif
#ifdef ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

void must_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: must hold: %s\n", file, line, condition);
    abort();
}

Arena arena_over(void *memory, isize size, jmp_buf *exhausted)
{
    enum { POISONED = 16 << 20 }; // of a great reserve its beginning: marking all of it takes seconds
    ASAN_POISON_MEMORY_REGION(memory, size < POISONED ? size : POISONED);
    char *start = memory;
    return (Arena){.start = start, .at = start, .end = start + size, .exhausted = exhausted};
}

_Noreturn void arena_unwind(Arena *a)
{
    must(a->exhausted);
    longjmp(*a->exhausted, 1); // the request's top answers "busy"; nobody else notices
}

void *arena_take(Arena *a, isize size, isize align, isize n)
{
    isize pad = (isize)(-(uintptr_t)a->at & (uintptr_t)(align - 1));
    if (n < 0 || n > (a->end - a->at - pad) / size) arena_unwind(a);
    char *p = a->at + pad;
    a->at = p + n * size;
    if (a->high && a->at > *a->high) *a->high = a->at;
    ASAN_UNPOISON_MEMORY_REGION(p, n * size);
    return n ? memset(p, 0, (size_t)(n * size)) : p;
}

Arena arena_cut(Arena *from, isize size)
{
    must(size >= 0 && size <= from->end - from->at);
    Arena part = {.start = from->at, .at = from->at, .end = from->at + size,
        .exhausted = from->exhausted, .high = from->high};
    from->at += size;
    return part;
}

void arena_rewind(Arena *a, char *to)
{
    isize used = a->at - to;
    must(to >= a->start && used >= 0);
    ASAN_UNPOISON_MEMORY_REGION(to, used);
    if (used) explicit_bzero(to, (size_t)used);
    ASAN_POISON_MEMORY_REGION(to, used);
    a->at = to;
}

void arena_reset(Arena *a)
{
    arena_rewind(a, a->start);
}

// By itself, so that nothing in the frame that setjmp comes back to has changed.
static bool comes_back(jmp_buf *here, void (*run)(void *with), void *with)
{
    if (setjmp(*here)) return false;
    run(with);
    return true;
}

bool arena_guard(Arena *a, Arena *scratch, void (*run)(void *with), void *with)
{
    Arena none = {0};
    if (!scratch) scratch = &none;
    jmp_buf here, *top = a->exhausted, *scratch_top = scratch->exhausted;
    a->exhausted = scratch->exhausted = &here;
    bool whole = comes_back(&here, run, with);
    a->exhausted = top;
    scratch->exhausted = scratch_top;
    return whole;
}
