/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parlance-demo-texts.h"

#include <string.h>

/* About a dozen tokens a sentence: some thousand tokens in all. */
#define LONG_SECTIONS 40

static const char hello_text[] =
  "## Hello from the offline demo\n"
  "\n"
  "This is **not a language model**. It is a small service inside Parlance that answers with "
  "*prepared text*, so that you can look around without an account. Nothing that you write here "
  "leaves your computer.\n"
  "\n"
  "What a reply can hold:\n"
  "\n"
  "- Paragraphs with **bold**, *italic*, ~~struck~~ and `inline code`\n"
  "- Lists, and lists within lists:\n"
  "  1. first this\n"
  "  2. then that\n"
  "     - and a detail\n"
  "- Links such as [the model library](https://modelscope.cn/models), opened only when you ask\n"
  "\n"
  "> A quotation stands apart from the text around it.\n"
  "\n"
  "| Write this | and the demo shows |\n"
  "| --- | --- |\n"
  "| `code` | program listings |\n"
  "| `table` | tables |\n"
  "| `long` | a reply of some thousand tokens |\n"
  "\n"
  "```python\n"
  "def greet(name: str) -> str:\n"
  "    return f\"Hello, {name}!\"\n"
  "\n"
  "print(greet(\"Parlance\"))\n"
  "```\n"
  "\n"
  "你好！这是一个离线演示，文字会一点一点地出现。\n"
  "\n"
  "こんにちは。これはオフラインのデモで、返事は用意された文章です。\n"
  "\n"
  "To talk to a real model, start Parlance without the demo and give it your API token and a "
  "Model ID.\n";

static const char code_text[] =
  "### Code in the offline demo\n"
  "\n"
  "This is prepared text, not the work of a model. Inline code looks like `g_autofree`, and a "
  "listing can be copied as a whole:\n"
  "\n"
  "```c\n"
  "#include <stdio.h>\n"
  "\n"
  "int\n"
  "main (void)\n"
  "{\n"
  "  for (int i = 1; i <= 3; i++)\n"
  "    printf (\"%d: hello from the demo\\n\", i);\n"
  "\n"
  "  return 0;\n"
  "}\n"
  "```\n"
  "\n"
  "Build and run it:\n"
  "\n"
  "```sh\n"
  "cc -o hello hello.c && ./hello\n"
  "```\n"
  "\n"
  "A listing without a language keeps its blanks and long lines:\n"
  "\n"
  "```\n"
  "token      = one piece of text, about four letters\n"
  "streaming  = pieces are shown as they come, so that reading can begin before the answer has ended\n"
  "```\n";

static const char table_text[] =
  "### Tables in the offline demo\n"
  "\n"
  "This is prepared text, not the work of a model.\n"
  "\n"
  "| Piece | What it is | Size |\n"
  "| :--- | :--- | ---: |\n"
  "| Token | a piece of a word | 4 bytes |\n"
  "| Message | what you or the model wrote | 1 kB |\n"
  "| Conversation | messages and their **branches** | 50 kB |\n"
  "\n"
  "After a table the text goes on as before.\n";

static const char other_text[] =
  "This is the **offline demo**: its answers are prepared, so it cannot truly answer what you "
  "wrote. Nothing has left your computer.\n"
  "\n"
  "What you can try here:\n"
  "\n"
  "1. Stop this reply with *Stop* or Escape, then go on with *Continue*.\n"
  "2. Ask for another answer with *Regenerate* and switch between the two.\n"
  "3. Write `code`, `table`, `hello` or `long` to see other replies.\n"
  "\n"
  "> For real answers, start Parlance without the demo.\n";

static const char continue_text[] =
  " … and here the demo goes on where it was stopped. A real model would take up the very word at "
  "which it was cut off; the demo only shows that the text is added to the same reply.\n";

static gboolean
mentions (const char        *question,
          const char *const *words)
{
  g_autofree char *lower = g_utf8_strdown (question, -1);

  for (; *words != NULL; words++)
    {
      if (strstr (lower, *words) != NULL)
        return TRUE;
    }

  return FALSE;
}

static char *
dup_long_answer (void)
{
  g_autoptr (GString) text = g_string_new (
    "# A long reply of the offline demo\n\n"
    "This is prepared text, not the work of a model. It goes on for a while, so that you can "
    "scroll back, read on, or stop it.\n\n");

  for (int i = 1; i <= LONG_SECTIONS; i++)
    {
      g_string_append_printf (
        text,
        "## Section %d of %d\n\n"
        "While this text grows, scroll up: the view stays where you are reading, and a button takes "
        "you back to the end. What has arrived is *kept*, even if the program were to stop **right "
        "now**.\n\n"
        "- point %d.1 of the list, with `code`\n"
        "- point %d.2 of the list\n"
        "  - and one below it\n\n",
        i, LONG_SECTIONS, i, i);

      if (i % 8 == 0)
        g_string_append_printf (text,
                                "```c\nint section_%d (void)\n{\n  return %d;\n}\n```\n\n"
                                "第%d节：文字很长，可以慢慢读。\n\n",
                                i, i, i);
    }

  g_string_append (text, "That was the long reply of the demo.\n");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
parlance_demo_dup_answer (const char *question)
{
  static const char *const going_on[] = { "your previous answer was cut off", NULL };
  static const char *const lengthy[] = { "long", "长", "長", NULL };
  static const char *const code[] = { "code", "program", "function", "代码", "コード", NULL };
  static const char *const table[] = { "table", "表格", "表", NULL };
  static const char *const hello[] = { "hello", "你好", "こんにちは", "demo", "markdown",
                                       "show", NULL };

  g_return_val_if_fail (question != NULL, NULL);

  if (mentions (question, going_on))
    return g_strdup (continue_text);
  if (mentions (question, lengthy))
    return dup_long_answer ();
  if (mentions (question, code))
    return g_strdup (code_text);
  if (mentions (question, table))
    return g_strdup (table_text);
  if (mentions (question, hello) || g_ascii_strncasecmp (question, "hi", 2) == 0)
    return g_strdup (hello_text);

  return g_strdup (other_text);
}

char *
parlance_demo_dup_reasoning (const char *question)
{
  g_return_val_if_fail (question != NULL, NULL);

  return g_strdup_printf (
    "The message has %ld characters. I am the offline demo, so there is nothing to think about: "
    "I pick the prepared answer that fits its words best.\n\n"
    "A thinking model would weigh its answer here. Parlance keeps such thoughts folded away, "
    "apart from the answer, and never sends them back.",
    g_utf8_strlen (question, -1));
}
