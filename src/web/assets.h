// The style sheet, scripts, fonts and icons that are part of the program.
// SPDX-License-Identifier: Apache-2.0
//
// Each lies at a path that tells its content, so an answer may be kept for ever:
// Cache-Control: public, max-age=31536000, immutable.
#pragma once
#include "base/base.h"

typedef struct {
    Str name;          // as pages ask for it: app.css
    Str path;          // where it is: /assets/app.3f2a9c1b04.css
    Str type;          // content type
    Str plain;         // its bytes
    Str gzip, brotli;  // the same compressed; empty where that gains nothing (fonts)
    Str etag;          // quoted, as the header wants it
} Asset;
extern const Asset assets[]; // by name
extern const int assets_n;
