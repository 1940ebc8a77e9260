/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "parlance-judge.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PARLANCE_TYPE_REPORT_ROW (parlance_report_row_get_type ())

G_DECLARE_FINAL_TYPE (ParlanceReportRow, parlance_report_row, PARLANCE, REPORT_ROW,
                      AdwPreferencesRow)

/**
 * ParlanceReportRow:
 * What went wrong with the row above it, in a list of rows: title, what to do now, details. Hidden
 * while there is nothing to say.
 *
 * Property "concerned" (the row above, that is marked too). Signal "clicked": its button.
 */
void     parlance_report_row_show_verdict (ParlanceReportRow     *self,
                                           ParlanceVerdict       *verdict,
                                           const ParlancePreset  *preset);
/* @button: (nullable) */
void     parlance_report_row_show_text    (ParlanceReportRow     *self,
                                           const char            *title,
                                           const char            *advice,
                                           const char            *button);
void     parlance_report_row_clear        (ParlanceReportRow     *self);

G_END_DECLS
