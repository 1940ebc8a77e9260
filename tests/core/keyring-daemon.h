/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/types.h>

/* The daemon of the session that keyring-session made, as others act on it. */
void   wait_for_keyring_daemon (void);
pid_t  get_keyring_daemon      (void);
void   lock_keyring            (void);
/* As the person does in the prompt, which has no display here. */
void   unlock_keyring          (void);
/* It may be one that the bus started. */
void   end_keyring_daemon      (void);
