# SPDX-License-Identifier: GPL-3.0-or-later
"""The token is in the keyring and nowhere else."""
import base64
import json
import os
import pathlib
import resource
import signal
import subprocess

from desktop import PROGRAM, keys, type_text, wait_for
from hunt import Hunt
from stage import (MODEL, field, messages, new_conversation, send, wait_for_composer,
                   wait_message)

# Whatever makes a library talk.
LOUD = {'G_MESSAGES_DEBUG': 'all', 'LIBSOUP_DEBUG': 'all', 'SOUP_DEBUG': '99', 'SOUP_LOG_LEVEL': '3',
        'GNUTLS_DEBUG_LEVEL': '99', 'G_ENABLE_DIAGNOSTIC': '1', 'SECRET_DEBUG': 'all',
        'JSON_GLIB_DEBUG': 'all', 'SQLITE_DEBUG': '1'}
# Runs a program with no more rights than a person's programs have.
PLAIN = ['setpriv', '--bounding-set=-all']
WRONG_TOKEN = 'The service did not accept the API token'


def type_token(program, token, title='Parlance'):
    """As a person does, and not over the accessibility bus."""
    program.click(field(program, 'API Token', title), title)
    keys('ctrl+a')
    type_text(token)


def close_preferences(program):
    def close():
        if program.windows('Preferences'):
            # The first may close a message.
            program.focus('Preferences')
            keys('Escape')
        return not program.windows('Preferences')
    wait_for(close, 'Preferences to be closed')
    program.focus()


def percent(text):
    return ''.join(f'%{byte:02X}' for byte in text.encode())


def repetitions(token):
    """Scripts of a service that gives the token back."""
    basic = base64.b64encode(f'user:{token}'.encode()).decode()
    words = [f'Bearer {token} is not known', f'The key {token[:30]}… is wrong',
             f'The key …{token[-20:]} is wrong', f'https://example.com/?key={percent(token)}',
             f'Basic {basic}', token.upper()]
    for said in words:
        yield {'status': 400, 'body': json.dumps({'error': {'message': said, 'code': said},
                                                  'request_id': said})}
    yield {'status': 400, 'body': f'<html><body>{token}</body></html>'}
    yield {'status': 400, 'headers': {'x-request-id': token}, 'body': '{"message":"no"}'}
    yield {'status': 302, 'headers': {'Location': f'https://{token[-40:]}.example.com/{token}'},
           'body': ''}
    yield {'steps': [{'event': {'error': {'message': f'no {token}'}}}]}


def test_token_is_nowhere_else(stage):
    hunt = Hunt()
    good, wrong, next_good = hunt.token('valid'), hunt.token('wrong'), hunt.token('valid')
    service = stage.service()
    program = stage.start_at(service, environment=LOUD)
    field(program, 'Model ID').text = MODEL
    type_token(program, wrong)
    program.press('Start Chatting')
    program.wait_text(WRONG_TOKEN)
    hunt.look(program)
    type_token(program, good)
    program.press('Start Chatting')
    wait_for_composer(program)
    service.refuse(401, f'Authentication failed for Bearer {good}')
    send(program, 'A question')
    wait_message(program, WRONG_TOKEN)
    send(program, 'Another')
    wait_message(program, 'You said: Another')
    assert service.chats()[-1]['headers']['authorization'] == f'Bearer {good}'
    hunt.look(program)

    # In the middle of a reply, when all of it is in memory and half of it on the disk.
    service.next({'delta': 'This much came'}, {'hang': True})
    send(program, 'Tell me')
    wait_message(program, 'This much came')
    hunt.look(program)
    program.kill()
    hunt.look()

    # It was kept: a new start needs it no more.
    program = stage.start(environment=LOUD)
    wait_message(program, 'You said: Another')
    send(program, 'Once more')
    wait_message(program, 'You said: Once more')
    assert service.chats()[-1]['headers']['authorization'] == f'Bearer {good}'

    # Changed, then removed.
    keys('ctrl+comma')
    field(program, 'API Token', 'Preferences')
    program.focus('Preferences')
    type_token(program, next_good, 'Preferences')
    keys('Return')
    program.wait('Remove Token', 'button', title='Preferences')
    hunt.look(program)
    close_preferences(program)
    send(program, 'With the new one')
    wait_message(program, 'You said: With the new one')
    assert service.chats()[-1]['headers']['authorization'] == f'Bearer {next_good}'
    keys('ctrl+comma')
    field(program, 'API Token', 'Preferences')
    program.wait('Remove Token', 'button', title='Preferences').press()
    program.wait_text('Token removed')
    hunt.look(program)
    close_preferences(program)
    program.quit()
    hunt.look()
    hunt.end()


def test_errors_that_repeat_the_token(stage):
    hunt = Hunt()
    good = hunt.token('valid')
    service = stage.service()
    program = stage.start_at(service, environment=LOUD)
    field(program, 'Model ID').text = MODEL
    type_token(program, good)
    program.press('Start Chatting')
    wait_for_composer(program)
    for number, script in enumerate(repetitions(good)):
        service.control('next', script)
        send(program, f'Question {number}')
        wait_for(lambda: messages(program).count('Details') > 0, 'an error')
        hunt.check('the transcript', hunt.read_tree(program))
        new_conversation(program)
    hunt.look(program)
    program.quit()
    hunt.look()
    hunt.end()


def limit_of_core(pid):
    lines = pathlib.Path(f'/proc/{pid}/limits').read_text(encoding='utf-8').splitlines()
    return next(line.split()[4:6] for line in lines if line.startswith('Max core file size'))


def can_be_read(pid):
    """Whether other programs of the same user, who have no special rights, may look into it."""
    return subprocess.run([*PLAIN, 'head', '-c1', f'/proc/{pid}/environ'], capture_output=True,
                          check=False).returncode == 0


def died_with_core(process, number):
    """Whether the kernel made a core file, which Python does not say of a child."""
    os.kill(process.pid, number)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -number
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, status
    return os.WCOREDUMP(status)


def test_no_core_file(stage):
    """Not even where the person's shell lets every program write one."""
    room = pathlib.Path(os.environ['HOME']).parent
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    os.chdir(room)

    # A program that does not forbid it: so all of this can fail.
    other = subprocess.Popen([*PLAIN, 'sleep', '100'])
    wait_for(lambda: 'sleep' in pathlib.Path(f'/proc/{other.pid}/comm').read_text('utf-8'),
             'it to run')
    assert can_be_read(other.pid)
    could = died_with_core(other, signal.SIGSEGV)
    for path in room.glob('core*'):
        path.unlink()

    for number in (signal.SIGSEGV, signal.SIGABRT):
        program = stage.start(*PLAIN[1:], PROGRAM, program=PLAIN[0])
        type_token(program, 'ms-valid-1')
        assert limit_of_core(program.pid) == ['0', '0']
        assert not can_be_read(program.pid)
        assert not died_with_core(program.process, number)
        assert not list(room.rglob('core*'))
    print('# another program left a core file' if could else '# this system leaves no core files')
