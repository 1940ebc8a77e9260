# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of what a person sees, into the build folder: every place of the tour in each look.

They are there to be looked at; what fails is a look that cannot be had.
"""
import os
import pathlib

from desktop import keys, type_text
from stage import wait_for_composer
from tour import NARROW, Tour
from words import translated


def album(stage, look, *arguments, **options):
    Tour(stage, lambda program, place: program.picture(f'{look}-{place.name}', place.title,
                                                       place.above), *arguments, **options).go()


def test_light(stage):
    album(stage, 'light')


def test_dark(stage):
    album(stage, 'dark', '--dark')


def test_high_contrast(stage):
    album(stage, 'contrast', environment={'ADW_DEBUG_HIGH_CONTRAST': '1'})


def test_narrow(stage):
    album(stage, 'narrow', size=NARROW)


def test_large_text(stage):
    album(stage, 'large', environment={'PARLANCE_LOOK_TEXT_SCALE': '2'})


def test_reduced_motion(stage):
    settings = pathlib.Path(os.environ['XDG_CONFIG_HOME'], 'gtk-4.0', 'settings.ini')
    settings.parent.mkdir()
    settings.write_text('[Settings]\ngtk-enable-animations=0\n', encoding='utf-8')
    album(stage, 'still')


def test_japanese(stage):
    album(stage, 'japanese', words=translated('ja'))


def test_demo(stage):
    """What a reply can hold, in the window that shows the program to others."""
    program = stage.start('--demo')
    program.click(wait_for_composer(program))
    type_text('What can you show me?')
    keys('Return')
    # The footer of the reply stands only when it is whole.
    program.wait('Copy', 'button', limit=60)
    program.picture('demo')
