# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed program does its work in the sandbox, and sees nothing else."""
import os
import pathlib
import signal
import time

from desktop import keys, wait_for
from hunt import new_token
from sandbox import APPLICATION, SandboxStage, in_sandbox, permissions, pid_of_name, places_of
from stage import fill_welcome, send, wait_for_composer, wait_message

STAGE = SandboxStage
END = [{'finish': 'stop'}, {'done': True}]


def start_with(stage, service, token):
    program = stage.start_at(service)
    fill_welcome(program, token)
    wait_for_composer(program)
    return program


def test_demo(stage):
    program = stage.start('--demo')
    send(program, 'What can you show me?')
    program.wait('Copy', 'button', limit=60)
    send(program, 'And once more?')
    program.press('Stop')
    wait_message(program, 'Stopped')
    program.picture('flatpak-demo')
    program.quit()


def test_service(stage):
    stage.portal()
    service = stage.service()
    program = stage.start_chatting(service)
    send(program, 'Good morning')
    wait_message(program, 'You said: Good morning')
    service.next({'delta': 'This much came'}, {'hang': True})
    send(program, 'Tell me')
    wait_message(program, 'This much came')
    program.press('Stop')
    wait_message(program, 'Stopped')
    wait_for(lambda: service.chats()[-1]['closed_early'], 'the connection to be closed')
    program.picture('flatpak-chat')
    program.quit()

    program = stage.start()
    wait_message(program, 'You said: Good morning')
    wait_message(program, 'This much came')
    service.next({'delta': ' and then the rest.'}, *END)
    program.press('Continue')
    wait_message(program, 'This much came and then the rest.')
    program.quit()


def test_token_through_the_portal(stage):
    portal = stage.portal()
    service = stage.service()
    token = new_token('valid')
    program = start_with(stage, service, token)
    send(program, 'Before')
    wait_message(program, 'You said: Before')
    assert service.chats()[-1]['headers']['authorization'] == f'Bearer {token}'
    assert 'kept for this run only' not in program.texts()
    program.quit()
    portal.stop()
    kept = pathlib.Path(os.environ['HOME'], '.var/app', APPLICATION, 'data/keyrings')
    assert list(kept.iterdir()), 'libsecret has kept no file'
    assert places_of(token) == []

    stage.portal()
    program = stage.start()
    wait_message(program, 'You said: Before')
    send(program, 'After')
    wait_message(program, 'You said: After')
    assert service.chats()[-1]['headers']['authorization'] == f'Bearer {token}'
    program.quit()
    assert places_of(token) == []


def test_no_portal(stage):
    """Without one the token is not written anywhere, and the person is told."""
    token = new_token('valid')
    program = start_with(stage, stage.service(), token)
    program.wait_text('kept for this run only')
    send(program, 'Hello')
    wait_message(program, 'You said: Hello')
    assert places_of(token) == []
    program.quit()


def test_portal_that_hangs(stage):
    """What is kept can be read, and a message waits for no one for ever."""
    stage.portal()
    program = stage.start_chatting(stage.service())
    send(program, 'Before')
    wait_message(program, 'You said: Before')
    program.quit()

    keyring = pid_of_name('org.freedesktop.secrets')
    os.kill(keyring, signal.SIGSTOP)
    try:
        start = time.monotonic()
        program = stage.start()
        wait_message(program, 'You said: Before', 5)
        assert time.monotonic() - start < 5, 'the window waited for the portal'
        send(program, 'After')
        program.wait('Details', 'button', limit=30)
    finally:
        os.kill(keyring, signal.SIGCONT)
    send(program, 'Once more')
    wait_message(program, 'You said: Once more')
    program.quit()


def test_a_link_goes_through_the_portal(stage):
    portal = stage.portal()
    program = stage.start()
    keys('F1')
    wait_for(lambda: portal.opened.read_text().split() ==
             ['https://github.com/parlance-chat/parlance#readme'], 'the page to be opened')
    program.quit()


def test_nothing_else_is_seen(stage):
    assert permissions() == {
        'shared': {'network', 'ipc'}, 'sockets': {'x11', 'wayland', 'fallback-x11'},
        'devices': {'dri'}}
    home = pathlib.Path(os.environ['HOME'])
    (home / 'marker').write_text('seen', encoding='utf-8')
    (home / 'Documents').mkdir()
    (home / 'Documents' / 'marker').write_text('seen', encoding='utf-8')
    pathlib.Path('/tmp', f'marker-{os.getpid()}').write_text('seen', encoding='utf-8')
    said = in_sandbox(f'cat {home}/marker {home}/Documents/marker /tmp/marker-{os.getpid()}; '
                      f'find {home} -maxdepth 2 -printf "%P\\n"; exit 0')
    pathlib.Path('/tmp', f'marker-{os.getpid()}').unlink()
    assert said.count('No such file') == 3, said
    assert 'seen' not in said and 'marker\n' not in said.splitlines(), said
    # The sandbox works: what it may see, it sees, and what it writes stays in a place of its own.
    assert in_sandbox('echo kept >"$XDG_DATA_HOME/file"; cat "$XDG_DATA_HOME/file"') == 'kept\n'
    assert (home / '.var/app' / APPLICATION / 'data/file').exists()
    # No way to the session's services but portals.
    said = in_sandbox('gdbus call --session --dest org.freedesktop.secrets --object-path '
                      '/org/freedesktop/secrets --method org.freedesktop.DBus.Peer.Ping')
    assert 'ServiceUnknown' in said or 'not provided' in said, said
