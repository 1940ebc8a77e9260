# SPDX-License-Identifier: GPL-3.0-or-later
"""The languages that a program is run in: translations, and two that no one speaks.

A pseudo translation is longer than the English and stands in brackets, so that a text that is not
translated, or that is put together of several, is seen, and one that has no room is cut off. The
second one is written from right to left.
"""
import functools
import os
import pathlib
import re
import struct
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPEN, CLOSE = '⟦', '⟧'
CONTEXT = '\x04'
PLURAL = '\x00'
# Texts of GTK that are settings, and not for people to read.
SETTINGS = re.compile(r'^(default|calendar|year measurement|input method menu)\b.*[:|]')
# What a program takes apart: directives, markup, entities.
KEPT = re.compile(r'(%[-+ #0\']*\d*(?:\.\d+)?l?[a-zA-Z%]|<[^>]+>|&\w+;|\n)')

LATIN = str.maketrans('AEIOUYaeiouyNnSsCcZz', 'ÁÉÍÓÚÝáéíóúýÑñŚśĆćŹź')
HEBREW = str.maketrans({**dict(zip('abcdefghijklmnopqrstuvwxyz', 'אבצדעפגהיחקלמנוףכרסטוװשזיץ'))})
PADDING = ' one two three four five six seven eight nine ten' * 8


def read_mo(path):
    """The texts of a compiled catalogue."""
    data = pathlib.Path(path).read_bytes()
    order = '<' if data[:4] == b'\xde\x12\x04\x95' else '>'
    count, originals, translations = struct.unpack(order + '3I', data[8:20])

    def text(table, number):
        length, start = struct.unpack_from(order + '2I', data, table + 8 * number)
        return data[start:start + length].decode()
    return {text(originals, i): text(translations, i) for i in range(count)}


def write_mo(path, texts):
    rows = [(key.encode(), value.encode()) for key, value in sorted(
        texts.items(), key=lambda row: row[0].encode())]
    start = 28 + 16 * len(rows)
    tables, strings = [], b''
    for column in (0, 1):
        for row in rows:
            tables.append(struct.pack('<2I', len(row[column]), start + len(strings)))
            strings += row[column] + b'\0'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack('<7I', 0x950412de, 0, len(rows), 28, 28 + 8 * len(rows), 0, start)
                     + b''.join(tables) + strings)


def pseudo(text, right_to_left=False, formatted=False):
    """A text as no one would write it. formatted: it is for strftime(), and takes no letters."""
    if not text or SETTINGS.match(text):
        return text.replace('default:LTR', 'default:RTL') if right_to_left else text
    body, end = (text[:-1], '\n') if text.endswith('\n') else (text, '')
    if formatted:
        return f'{OPEN}{body}{CLOSE}{end}'
    letters = len(KEPT.sub('', body))
    padding = PADDING[:max(2, round(letters * 0.4))].rstrip()
    parts = KEPT.split(body + padding)
    for number in range(0, len(parts), 2):
        if right_to_left:
            parts[number] = parts[number].lower().translate(HEBREW)
        else:
            parts[number] = parts[number].translate(LATIN)
    return f'{OPEN}{"".join(parts)}{CLOSE}{end}'


@functools.cache
def own_texts():
    """What the program's sources hold for translators: context and text, plural forms."""
    files = [line for line in (ROOT / 'po/POTFILES.in').read_text(encoding='utf-8').splitlines()
             if line.startswith('src/')]
    options = re.findall(r"'(--[^']+)'", (ROOT / 'po/meson.build').read_text(encoding='utf-8'))
    options = [option for option in options
               if option.startswith(('--from-code', '--add-location', '--keyword'))]
    template = subprocess.run(['xgettext', *options, *files, '--output=-'], cwd=ROOT, check=True,
                              stdout=subprocess.PIPE).stdout
    filled = subprocess.run(['msgen', '-'], input=template, check=True,
                            stdout=subprocess.PIPE).stdout
    path = pathlib.Path(os.environ['XDG_RUNTIME_DIR']) / 'own.mo'
    subprocess.run(['msgfmt', f'--output-file={path}', '-'], input=filled, check=True)
    return read_mo(path)


def library_texts(domain):
    """What a library says, from the translations of it that are installed."""
    texts = {}
    for language in ('de', 'es', 'fr', 'sl', 'tr', 'uk'):
        path = pathlib.Path(f'/usr/share/locale/{language}/LC_MESSAGES/{domain}.mo')
        if path.exists():
            texts.update(read_mo(path))
    return texts


class Words:
    """A language: what a program in it says, and the variables that make a program speak it."""

    def __init__(self, texts, environment):
        self.environment = environment
        self.said = {}
        for key in sorted(texts, key=lambda key: CONTEXT in key):
            text = key.split(CONTEXT)[-1].split(PLURAL)[0]
            said = texts[key].split(PLURAL)[0]
            self.said[text] = said.replace('_', '')
            self.said.setdefault(text.replace('_', ''), said.replace('_', ''))

    def __call__(self, text):
        """How that is said, without the mark of a mnemonic; what is nobody's stays as it is."""
        return self.said.get(text, text.removeprefix('_'))


def english():
    return Words({}, {})


def translated(language):
    """One of the installed translations."""
    path = pathlib.Path(os.environ['PARLANCE_LOCALES']) / language / 'LC_MESSAGES' / 'parlance.mo'
    return Words(read_mo(path), {'LANGUAGE': language})


def pseudo_language(right_to_left=False):
    """Of the program and the libraries that speak in its windows."""
    folder = pathlib.Path(os.environ['XDG_RUNTIME_DIR']) / f'pseudo-{right_to_left:d}'
    everything = {}
    for domain, texts in [('parlance', own_texts()), ('gtk40', library_texts('gtk40')),
                          ('libadwaita', library_texts('libadwaita'))]:
        done = {'': 'Content-Type: text/plain; charset=UTF-8\n'
                    'Plural-Forms: nplurals=1; plural=0;\n'}
        for key in texts:
            text = key.split(CONTEXT)[-1].split(PLURAL)[0]
            if key:
                done[key] = pseudo(text, right_to_left, key.startswith('time of a conversation'))
        write_mo(folder / 'LC_MESSAGES' / f'{domain}.mo', done)
        if domain == 'parlance':
            everything = done
    # A name that begins with a dot is taken as it is: as a path from each domain's own folder.
    return Words(everything, {'LANGUAGE': '../' * 20 + str(folder).lstrip('/'),
                              **({'PARLANCE_LOOK_RTL': '1'} if right_to_left else {})})
