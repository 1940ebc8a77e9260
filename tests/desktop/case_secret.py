# SPDX-License-Identifier: GPL-3.0-or-later
"""The token is in the keyring and nowhere else."""
import base64
import os
import pathlib
import secrets

from stage import fill_welcome, send, wait_for_composer, wait_message


def places_of(token):
    """Where the token can be read: files of this session, and what processes were started with."""
    forms = [token.encode(), base64.b64encode(token.encode())[:-4], token.encode('utf-16-le')]
    found = []
    room = pathlib.Path(os.environ['HOME']).parent
    files = [path for path in room.rglob('*') if path.is_file()]
    assert any(path.suffix == '.keyring' for path in files), 'the keyring has no file'
    for process in pathlib.Path('/proc').glob('[0-9]*'):
        files += [process / 'cmdline', process / 'environ']
    for path in files:
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if any(form in data for form in forms):
            found.append(str(path))
    return found


def test_token_is_nowhere_else(stage):
    good = f'ms-valid-CANARY-{secrets.token_hex(12)}'
    wrong = f'ms-wrong-CANARY-{secrets.token_hex(12)}'
    service = stage.service()
    program = stage.start_at(service, environment={'G_MESSAGES_DEBUG': 'all'})
    fill_welcome(program, wrong)
    program.wait_text('The service did not accept the API token')
    fill_welcome(program, good)
    wait_for_composer(program)
    service.refuse(401, f'Authentication failed for Bearer {good}')
    send(program, 'A question')
    wait_message(program, 'The service did not accept the API token')
    send(program, 'Another')
    wait_message(program, 'You said: Another')
    assert service.chats()[-1]['headers']['authorization'] == f'Bearer {good}'
    assert places_of(good) == [] and places_of(wrong) == []
    program.quit()
    assert places_of(good) == [] and places_of(wrong) == []

    # It was kept: a new start needs it no more.
    program = stage.start(environment={'G_MESSAGES_DEBUG': 'all'})
    wait_message(program, 'You said: Another')
    send(program, 'Once more')
    wait_message(program, 'You said: Once more')
    assert service.chats()[-1]['headers']['authorization'] == f'Bearer {good}'
    program.quit()
    assert places_of(good) == []
