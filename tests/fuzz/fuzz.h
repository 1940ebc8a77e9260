/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

/* What a target is: takes any bytes, and aborts where a promise is broken. Always 0. */
int      LLVMFuzzerTestOneInput (const uint8_t *data,
                                 size_t         size);
/* Runs once, before the first input. */
int      LLVMFuzzerInitialize   (int           *argc,
                                 char        ***argv);

/* Where an input is cut in pieces, decided by a byte of it: the same byte, the same cuts. */
typedef struct
{
  uint32_t state;
} FuzzCuts;

FuzzCuts fuzz_cuts_new          (uint8_t        seed);
/* The length of the next piece: at least 1, at most @left. */
size_t   fuzz_cuts_next         (FuzzCuts      *cuts,
                                 size_t         left);
/* A number that is as good as any other. */
uint32_t fuzz_cuts_number       (FuzzCuts      *cuts);

/* Valid UTF-8 without NUL. */
void     fuzz_assert_text       (const char    *text,
                                 size_t         length);
/* The same, in one line, and nothing in it that is not seen or that turns the text around. */
void     fuzz_assert_line       (const char    *text);
