/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-judge.h"
#include "parlance-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The rows around the text of a message: each is made once and set for one row after the other.
 * Their buttons activate the "transcript" actions of ParlanceChatView, with the message's id. */

GtkWidget *parlance_user_part_new       (void);
void       parlance_user_part_set       (GtkWidget   *part,
                                         ParlanceRow *row);

GtkWidget *parlance_header_part_new     (void);
void       parlance_header_part_set     (GtkWidget   *part,
                                         ParlanceRow *row);

GtkWidget *parlance_tool_part_new       (void);
void       parlance_tool_part_set       (GtkWidget   *part,
                                         ParlanceRow *row);

GtkWidget *parlance_reasoning_part_new  (void);
void       parlance_reasoning_part_set  (GtkWidget   *part,
                                         ParlanceRow *row);

GtkWidget *parlance_status_part_new     (void);
void       parlance_status_part_set     (GtkWidget   *part,
                                         ParlanceRow *row);

GtkWidget *parlance_ended_part_new      (void);
void       parlance_ended_part_set      (GtkWidget   *part,
                                         ParlanceRow *row);

GtkWidget *parlance_error_part_new      (void);
void       parlance_error_part_set      (GtkWidget   *part,
                                         ParlanceRow *row);

/* What its button does. */
ParlanceRemedy
           parlance_error_part_get_remedy (ParlanceMessage *message);

GtkWidget *parlance_footer_part_new     (void);
void       parlance_footer_part_set     (GtkWidget   *part,
                                         ParlanceRow *row);

/* A small flat button that activates @action with the message's id; @icon is nullable. */
GtkWidget *parlance_part_button_new     (const char  *icon,
                                         const char  *label,
                                         const char  *action);
void       parlance_part_button_set     (GtkWidget   *button,
                                         ParlanceRow *row);

G_END_DECLS
