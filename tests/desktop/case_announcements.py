# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader is told without being asked; before GTK 4.14 there is no way to."""
import os

from gi.repository import GLib

from desktop import keys, wait_for
from stage import field, fill_welcome, send, wait_for_composer, wait_message

ANNOUNCES = os.environ['PARLANCE_ANNOUNCES'] == 'yes'


def wait_said(said, text):
    def heard():
        while GLib.MainContext.default().iteration(False):
            pass
        return text in said or not ANNOUNCES
    wait_for(heard, f'“{text}” to be said; heard: {said}')


def test_what_happens_is_said(stage):
    service = stage.service()
    program = stage.start_at(service)
    said = program.bus.listen()
    fill_welcome(program, 'ms-wrong-91d2')
    program.wait_text('The service did not accept the API token')
    wait_said(said, 'The service did not accept the API token')
    fill_welcome(program, 'ms-valid-4e1f0c27')
    wait_for_composer(program)

    send(program, 'Good morning')
    wait_message(program, 'You said: Good morning')
    wait_said(said, 'The reply is complete')
    service.refuse(500, 'Something broke.')
    send(program, 'And now?')
    wait_message(program, 'The service has a problem')
    wait_said(said, 'The service has a problem')
    assert not any('You said' in text for text in said), 'a reply was said while it was written'

    keys('ctrl+comma')
    field(program, 'Base URL', 'Preferences')
    # GTK 4.8 names a button with its underlined letter, and without.
    program.wait(role='button', where=lambda node: node.name.endswith('Check')).press()
    program.wait_text('Token and model work')
    wait_said(said, 'Token and model work')
    assert said.count('The service did not accept the API token') <= 1, 'it was said twice'
    program.focus('Preferences')
    keys('Escape')
    wait_for(lambda: not program.windows('Preferences'), 'Preferences to be closed')
    program.quit()
