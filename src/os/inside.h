// What the files of this folder share: a reason in words, and whether memory is being checked.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "os/os.h"

#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_CHECKED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEMORY_CHECKED 1
#endif
#endif
#ifndef MEMORY_CHECKED
#define MEMORY_CHECKED 0
#endif

Str reason_words(Arena *a, int reason);       // of an errno, as the system says it
int folder_sync(Arena *a, Str path);          // the folder in which path lies, to the disk; 0, or the reason
