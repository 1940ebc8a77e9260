/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-block.h"

G_BEGIN_DECLS

/* (transfer full): a block without text, to be filled before anyone else sees it. */
ParlanceBlock *parlance_block_new (ParlanceBlockKind kind);

G_END_DECLS
