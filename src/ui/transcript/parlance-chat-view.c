/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-chat-view-private.h"

#include "parlance-style.h"
#include "parlance-text.h"

#include <glib/gi18n.h>

#define MAX_WIDTH 760 /* px, as of the transcript */

enum
{
  PROP_0,
  PROP_CHAT,
  PROP_CONVERSATION,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceChatView, parlance_chat_view, ADW_TYPE_BIN)

void
parlance_chat_view_toggle_reasoning (ParlanceChatView *self,
                                     int64_t           message_id,
                                     unsigned          part)
{
  if (!self->transcript)
    return;

  /* What unfolds would push itself out of sight at the end. */
  if (!parlance_conversation_get_busy (self->conversation))
    parlance_transcript_view_let_go (self->transcript_view);
  parlance_transcript_toggle (self->transcript, message_id, part);
}

ParlanceChat *
parlance_chat_view_get_chat (ParlanceChatView *self)
{
  return self->chat;
}

static void
update_page (ParlanceChatView *self)
{
  const char *page = "greeting";

  if (self->conversation && !parlance_conversation_get_loaded (self->conversation))
    page = "loading";
  else if (self->conversation && g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) > 0)
    page = "transcript";

  gtk_stack_set_visible_child_name (self->stack, page);
}

static void
update_busy (ParlanceChatView *self)
{
  gboolean busy = self->conversation && parlance_conversation_get_busy (self->conversation);

  parlance_composer_set_busy (self->composer, busy);
  if (self->busy && !busy)
    parlance_chat_view_announce_end (self);
  self->busy = busy;
}

static void
update_model (ParlanceChatView *self)
{
  ParlanceAccount *account = parlance_chat_get_account (self->chat);
  g_autofree char *model =
    parlance_text_line (account ? parlance_account_get_model_id (account) : "");

  gtk_label_set_text (self->model, model);
}

static void
on_account_changed (ParlanceChatView *self)
{
  ParlanceAccount *account = parlance_chat_get_account (self->chat);

  if (account)
    g_signal_connect_object (account, "notify::model-id", G_CALLBACK (update_model), self,
                             G_CONNECT_SWAPPED);
  update_model (self);
}

/* The transcript is made once there is something to show: until then it would be made twice. */
static void
show_conversation (ParlanceChatView *self)
{
  g_clear_object (&self->transcript);
  if (self->conversation && parlance_conversation_get_loaded (self->conversation))
    self->transcript = parlance_transcript_new (self->conversation);
  parlance_transcript_view_set_transcript (self->transcript_view, self->transcript);
  update_page (self);
  update_busy (self);
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (ParlanceChatView) self = PARLANCE_CHAT_VIEW (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *escaped = NULL;

  if (parlance_chat_load_finish (PARLANCE_CHAT (source), result, &error))
    return;
  if (!self->conversation || parlance_conversation_get_loaded (self->conversation))
    return;

  escaped = g_markup_escape_text (error->message, -1);
  adw_status_page_set_description (self->load_error, escaped);
  gtk_stack_set_visible_child_name (self->stack, "load-error");
}

static void
load (ParlanceChatView *self)
{
  if (!self->conversation || parlance_conversation_get_loaded (self->conversation))
    return;

  update_page (self);
  parlance_chat_load_async (self->chat, self->conversation, on_loaded, g_object_ref (self));
}

static void
on_composer_changed (ParlanceChatView *self)
{
  g_autofree char *text = parlance_composer_dup_text (self->composer);

  parlance_chat_set_draft (self->chat, self->conversation, text);
}

/* The store was opened at a later try, and had a draft. */
static void
on_started (ParlanceChatView *self)
{
  g_autofree char *text = parlance_composer_dup_text (self->composer);

  if (!self->conversation && *text == '\0')
    parlance_composer_set_text (self->composer, parlance_chat_get_draft (self->chat, NULL));
}

static gboolean
on_key_pressed (ParlanceChatView *self,
                unsigned          keyval)
{
  return keyval == GDK_KEY_Escape && parlance_chat_view_stop (self);
}

static void
parlance_chat_view_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  ParlanceChatView *self = PARLANCE_CHAT_VIEW (object);

  switch (prop_id)
    {
    case PROP_CHAT:
      g_value_set_object (value, self->chat);
      break;

    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_chat_view_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  ParlanceChatView *self = PARLANCE_CHAT_VIEW (object);

  switch (prop_id)
    {
    case PROP_CHAT:
      self->chat = g_value_dup_object (value);
      break;

    case PROP_CONVERSATION:
      parlance_chat_view_set_conversation (self, g_value_get_object (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
parlance_chat_view_constructed (GObject *object)
{
  ParlanceChatView *self = PARLANCE_CHAT_VIEW (object);

  G_OBJECT_CLASS (parlance_chat_view_parent_class)->constructed (object);

  g_signal_connect_object (self->chat, "notify::started", G_CALLBACK (on_started), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chat, "notify::account", G_CALLBACK (on_account_changed), self,
                           G_CONNECT_SWAPPED);
  on_account_changed (self);
  parlance_composer_set_text (self->composer,
                              parlance_chat_get_draft (self->chat, self->conversation));
}

static void
parlance_chat_view_dispose (GObject *object)
{
  ParlanceChatView *self = PARLANCE_CHAT_VIEW (object);

  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_clear_object (&self->transcript);
  g_clear_object (&self->conversation);
  g_clear_object (&self->chat);

  G_OBJECT_CLASS (parlance_chat_view_parent_class)->dispose (object);
}

static void
parlance_chat_view_class_init (ParlanceChatViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = parlance_chat_view_get_property;
  object_class->set_property = parlance_chat_view_set_property;
  object_class->constructed = parlance_chat_view_constructed;
  object_class->dispose = parlance_chat_view_dispose;

  properties[PROP_CHAT] =
    g_param_spec_object ("chat", NULL, NULL, PARLANCE_TYPE_CHAT,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONVERSATION] =
    g_param_spec_object ("conversation", NULL, NULL, PARLANCE_TYPE_CONVERSATION,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_signal_new ("started", PARLANCE_TYPE_CHAT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, PARLANCE_TYPE_CONVERSATION);

  parlance_chat_view_install_actions (GTK_WIDGET_CLASS (klass));
  parlance_style_load ();
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_greeting (ParlanceChatView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = g_object_new (GTK_TYPE_LABEL,
                                   "label", _("What is on your mind?"),
                                   "wrap", TRUE,
                                   "justify", GTK_JUSTIFY_CENTER,
                                   NULL);

  self->model = g_object_new (GTK_TYPE_LABEL,
                              "wrap", TRUE,
                              "wrap-mode", PANGO_WRAP_WORD_CHAR,
                              "justify", GTK_JUSTIFY_CENTER,
                              NULL);
  gtk_widget_add_css_class (title, "title-2");
  gtk_widget_add_css_class (GTK_WIDGET (self->model), "dim-label");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (box, 24);
  gtk_widget_set_margin_end (box, 24);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->model));

  return box;
}

static GtkWidget *
make_load_error (ParlanceChatView *self)
{
  GtkWidget *again = gtk_button_new_with_label (_("Try Again"));

  self->load_error = ADW_STATUS_PAGE (adw_status_page_new ());
  adw_status_page_set_title (self->load_error, _("Messages Cannot Be Shown"));
  gtk_widget_set_halign (again, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (again, "pill");
  g_signal_connect_swapped (again, "clicked", G_CALLBACK (load), self);
  adw_status_page_set_child (self->load_error, again);

  return GTK_WIDGET (self->load_error);
}

static void
parlance_chat_view_init (ParlanceChatView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *clamp = adw_clamp_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  self->transcript_view = PARLANCE_TRANSCRIPT_VIEW (parlance_transcript_view_new ());
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->stack, make_greeting (self), "greeting");
  /* Loading takes milliseconds: a spinner would only flash. */
  gtk_stack_add_named (self->stack, adw_bin_new (), "loading");
  gtk_stack_add_named (self->stack, make_load_error (self), "load-error");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->transcript_view), "transcript");
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));

  self->composer = PARLANCE_COMPOSER (parlance_composer_new ());
  g_signal_connect_swapped (self->composer, "send", G_CALLBACK (parlance_chat_view_send), self);
  g_signal_connect_swapped (self->composer, "stop", G_CALLBACK (parlance_chat_view_stop), self);
  g_signal_connect_swapped (self->composer, "changed", G_CALLBACK (on_composer_changed), self);
  gtk_widget_set_margin_start (GTK_WIDGET (self->composer), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (self->composer), 12);
  gtk_widget_set_margin_top (GTK_WIDGET (self->composer), 6);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->composer), 12);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), MAX_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (self->composer));
  gtk_box_append (GTK_BOX (box), clamp);
  adw_bin_set_child (ADW_BIN (self), box);

  /* After an input method, a popover or the search have had it. */
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

GtkWidget *
parlance_chat_view_new (ParlanceChat *chat)
{
  return g_object_new (PARLANCE_TYPE_CHAT_VIEW, "chat", chat, NULL);
}

ParlanceConversation *
parlance_chat_view_get_conversation (ParlanceChatView *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT_VIEW (self), NULL);

  return self->conversation;
}

void
parlance_chat_view_set_conversation (ParlanceChatView     *self,
                                     ParlanceConversation *conversation)
{
  g_return_if_fail (PARLANCE_IS_CHAT_VIEW (self));

  if (self->conversation == conversation)
    return;

  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_set_object (&self->conversation, conversation);
  self->busy = FALSE;
  if (conversation)
    {
      g_signal_connect_object (conversation, "notify::busy", G_CALLBACK (update_busy), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (conversation, "notify::loaded", G_CALLBACK (show_conversation),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (conversation, "items-changed", G_CALLBACK (update_page), self,
                               G_CONNECT_SWAPPED);
    }

  parlance_composer_set_problem (self->composer, NULL);
  parlance_composer_set_text (self->composer,
                              parlance_chat_get_draft (self->chat, conversation));
  show_conversation (self);
  load (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONVERSATION]);
}

void
parlance_chat_view_focus_composer (ParlanceChatView *self)
{
  g_return_if_fail (PARLANCE_IS_CHAT_VIEW (self));

  parlance_composer_focus (self->composer);
}

gboolean
parlance_chat_view_stop (ParlanceChatView *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT_VIEW (self), FALSE);

  if (!self->conversation || !parlance_conversation_get_busy (self->conversation))
    return FALSE;

  parlance_chat_stop (self->chat, self->conversation);

  return TRUE;
}
