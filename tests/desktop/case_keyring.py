# SPDX-License-Identifier: GPL-3.0-or-later
"""A keyring that is locked, absent, slow, gone, or changed by others: each is told apart, nothing in
it changes by a failure, and a token can be used for the run instead."""
import os
import pathlib
import subprocess
import time

from desktop import keys, type_text, wait_for, xdotool
from prompter import Prompter
from secret_service import PASSWORD, Keyring
from stage import TOKEN, field, messages, send, wait_message, written

FOR_RUN = 'ms-valid-for-this-run-77ab'
PREFERENCES = 'Preferences'
# A start may take this many seconds more than an ordinary one on a machine that is busy.
SLACK = 3


def tried(what, count):
    print(f'# tried {what}: {count}, held {count}, lost 0')


def timed_start(stage, **options):
    """Starts the program: it, and the seconds until its window was there."""
    before = time.monotonic()
    program = stage.start(**options)
    return program, time.monotonic() - before


def set_up(stage, service):
    """A day with an ordinary keyring: one token in it, one conversation, and how long a start
    takes."""
    program = stage.start_chatting(service)
    send(program, 'The day before')
    wait_message(program, 'You said: The day before')
    program.quit()
    keyring = Keyring()
    assert keyring.secrets() == [TOKEN]
    program, ordinary = timed_start(stage)
    wait_message(program, 'You said: The day before')
    program.quit()
    return keyring, ordinary


def start_with_fault(stage, name, ordinary, **options):
    """The window comes as ever, with what was said before."""
    program, seconds = timed_start(stage, **options)
    print(f'# figure keyring-start-{name} {seconds:.2f} s (an ordinary one: {ordinary:.2f} s)')
    assert seconds < max(1, ordinary + SLACK), f'the window took {seconds:.1f} s'
    wait_message(program, 'You said: The day before')
    return program


def open_preferences(program):
    program.focus()
    keys('ctrl+comma')
    row = field(program, 'API Token', PREFERENCES)
    program.focus(PREFERENCES)
    return row


def close_preferences(program):
    program.focus(PREFERENCES)
    keys('Escape')
    wait_for(lambda: not program.windows(PREFERENCES), 'Preferences to be closed')
    program.focus()


def stands_in(row, token):
    """Newer GTK tells of a hidden text no more than its length."""
    return row.text in (token, '●' * len(token))


def press_in_preferences(program, name):
    program.wait(name, 'button', lambda node: node.has('sensitive'), PREFERENCES).press()


def is_shown(program, text, title='Parlance'):
    """Not what a report said that has gone again."""
    return program.find(where=lambda node: text in node.name, title=title) is not None


def wait_shown(program, text, title='Parlance'):
    wait_for(lambda: is_shown(program, text, title), f'“{text}” in {title}')


def wait_in_preferences(program, text):
    wait_shown(program, text, PREFERENCES)


def wait_refusal(program, text, title):
    """Sends a message that fails because there is no token to be had."""
    send(program, text)
    wait_message(program, title)
    wait_for(lambda: program.find('Send', 'button'), 'the composer to be free')


def last_token(service):
    return service.chats()[-1]['headers']['authorization'].removeprefix('Bearer ')


def chat_with(program, service, token, text):
    send(program, text)
    wait_message(program, f'You said: {text}')
    assert last_token(service) == token


def paste(program, title=None):
    """A token into Preferences, where the keyring does not take it: what is said of that."""
    field(program, 'API Token', PREFERENCES).text = FOR_RUN
    if title is not None:
        wait_in_preferences(program, title)
        press_in_preferences(program, 'Keep for This Run Only')
    wait_in_preferences(program, 'Your token is kept for this run only')
    wait_for(lambda: not program.find('Keep for This Run Only', 'button', title=PREFERENCES),
             'the report to go')


def test_locked(stage):
    service = stage.service()
    keyring, ordinary = set_up(stage, service)
    keyring.lock()
    files = keyring.files()
    program = start_with_fault(stage, 'locked', ordinary)
    wait_shown(program, 'Your token is in a keyring that is locked')
    wait_refusal(program, 'Is it locked?', 'The keyring is locked')
    program.picture('keyring-locked')
    open_preferences(program)
    wait_in_preferences(program, 'The keyring is locked')
    program.picture('keyring-locked-preferences', PREFERENCES)
    close_preferences(program)
    assert keyring.is_locked() and keyring.files() == files

    prompter = Prompter('wrong', PASSWORD)
    program.wait('Messages', 'log').find('Unlock', 'button').press()
    wait_message(program, 'You said: Is it locked?')
    assert last_token(service) == TOKEN
    assert prompter.asked == 2, f'{prompter.asked} prompts'
    assert keyring.secrets() == [TOKEN]
    tried('keyring locked at the start', 1)
    program.quit()
    prompter.end()


def not_unlocked(stage, *answers):
    """Every way not to unlock it, at the message and in Preferences."""
    service = stage.service()
    keyring, ordinary = set_up(stage, service)
    keyring.lock()
    files = keyring.files()
    prompter = Prompter(*answers)
    program = start_with_fault(stage, 'prompt', ordinary)
    wait_refusal(program, 'May I?', 'The keyring is locked')
    program.wait('Messages', 'log').find('Unlock', 'button').press()
    wait_shown(program, 'The keyring was not unlocked')
    assert prompter.asked == 1

    open_preferences(program)
    wait_in_preferences(program, 'The keyring is locked')
    press_in_preferences(program, 'Unlock')
    wait_in_preferences(program, 'The keyring was not unlocked')
    program.picture(f'keyring-{answers[0]}-preferences', PREFERENCES)
    assert prompter.asked == 2
    paste(program, 'nothing in the keyring has changed')
    assert prompter.asked == 3
    close_preferences(program)
    chat_with(program, service, FOR_RUN, 'And for this run?')
    wait_shown(program, 'Your token is kept for this run only')
    assert keyring.is_locked() and keyring.files() == files
    program.quit()
    keyring.unlock()
    assert keyring.secrets() == [TOKEN]
    prompter.end()

    program = stage.start()
    chat_with(program, service, TOKEN, 'And the next day?')
    program.quit()


def test_prompt_dismissed(stage):
    not_unlocked(stage, 'dismiss')
    tried('keyring prompt dismissed', 3)


def test_prompt_denied(stage):
    not_unlocked(stage, 'deny')
    tried('keyring prompt denied', 3)


def test_prompt_unanswered(stage):
    service = stage.service()
    keyring, ordinary = set_up(stage, service)
    keyring.lock()
    files = keyring.files()
    daemon = keyring.pid
    prompter = Prompter('hang')
    program = start_with_fault(stage, 'prompt-open', ordinary)
    wait_refusal(program, 'May I?', 'The keyring is locked')
    program.wait('Messages', 'log').find('Unlock', 'button').press()
    wait_for(lambda: prompter.asked == 1, 'the prompt')
    open_preferences(program)
    paste(program, 'The keyring has not answered yet')
    close_preferences(program)
    chat_with(program, service, FOR_RUN, 'And for this run?')
    prompter.dismiss()
    # The one that asked for the token that was pasted.
    wait_for(lambda: prompter.asked == 2, 'the second prompt')
    assert keyring.pid == daemon and keyring.is_locked() and keyring.files() == files
    chat_with(program, service, FOR_RUN, 'And after the prompt?')
    keyring.unlock()
    assert keyring.secrets() == [TOKEN]
    tried('keyring prompt never answered', 1)
    program.quit()
    prompter.end()


BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def test_no_provider(stage):
    service = stage.service()
    keyring, ordinary = set_up(stage, service)
    files = keyring.files()
    accessible, = keyring.call('/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', name='org.a11y.Bus')
    folder = pathlib.Path(os.environ['XDG_RUNTIME_DIR'])
    config = folder / 'bus.conf'
    config.write_text(BUS.format(folder=folder), encoding='utf-8')
    with subprocess.Popen(['dbus-daemon', f'--config-file={config}', '--nofork',
                           '--print-address'], stdout=subprocess.PIPE, text=True) as bus:
        address = bus.stdout.readline().strip()
        program = start_with_fault(stage, 'no-provider', ordinary,
                                   environment={'DBUS_SESSION_BUS_ADDRESS': address,
                                                'AT_SPI_BUS_ADDRESS': accessible})
        wait_refusal(program, 'Is there one?', 'No keyring was found')
        program.picture('keyring-absent')
        open_preferences(program)
        wait_in_preferences(program, 'No keyring was found')
        program.picture('keyring-absent-preferences', PREFERENCES)
        paste(program)
        program.picture('keyring-run-only-preferences', PREFERENCES)
        close_preferences(program)
        chat_with(program, service, FOR_RUN, 'And for this run?')
        wait_shown(program, 'Your token is kept for this run only')
        program.picture('keyring-run-only')
        program.quit()
        bus.terminate()
    assert keyring.files() == files and keyring.secrets() == [TOKEN]

    program = stage.start()
    chat_with(program, service, TOKEN, 'And the next day?')
    program.quit()
    tried('keyring absent from the bus', 1)


def test_no_bus(stage):
    """By keyboard alone: without a bus nothing is accessible, and GTK 4.8 fails where it is asked."""
    service = stage.service()
    keyring, ordinary = set_up(stage, service)
    files = keyring.files()
    before = time.monotonic()
    program = stage.launch(environment={'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nonexistent',
                                        'GTK_A11Y': 'none'})
    program.x_window()
    seconds = time.monotonic() - before
    print(f'# figure keyring-start-no-bus {seconds:.2f} s (an ordinary one: {ordinary:.2f} s)')
    assert seconds < max(1, ordinary + SLACK), f'the window took {seconds:.1f} s'
    program.focus()
    type_text('Is there one?')
    keys('Return')
    wait_for(lambda: written('no-keyring'), 'the verdict')
    keys('ctrl+comma')
    program.focus(PREFERENCES)
    wait_for(lambda: ['focus', 'secret'] in program.look(), 'the token to have the focus')
    type_text(FOR_RUN)
    keys('Return', 'Escape')
    wait_for(lambda: len(xdotool('search', '--onlyvisible', '--pid', program.pid)) == 1,
             'Preferences to be closed')
    program.focus()
    type_text('And for this run?')
    keys('Return')
    wait_for(lambda: written('You said: And for this run?'), 'the reply')
    assert last_token(service) == FOR_RUN
    program.picture('keyring-no-bus')
    program.quit()
    assert keyring.files() == files and keyring.secrets() == [TOKEN]
    tried('no session bus, and no keyring', 1)


def test_hung_at_the_start(stage):
    service = stage.service()
    keyring, ordinary = set_up(stage, service)
    files = keyring.files()
    daemon = keyring.stop()
    try:
        program = start_with_fault(stage, 'hung', ordinary)
        open_preferences(program)
        wait_in_preferences(program, 'The keyring does not answer')
        program.picture('keyring-hung-preferences', PREFERENCES)
        paste(program, 'The keyring has not answered yet')
        close_preferences(program)
        chat_with(program, service, FOR_RUN, 'And for this run?')
        program.quit()
    finally:
        keyring.go_on(daemon)
    assert keyring.secrets() == [TOKEN] and keyring.files() == files
    tried('keyring hung at the start', 1)


def test_hung_while_running(stage):
    service = stage.service()
    keyring, _ = set_up(stage, service)
    program = stage.start()
    chat_with(program, service, TOKEN, 'With the keyring')
    daemon = keyring.stop()
    try:
        wait_refusal(program, 'Does it answer?', 'The keyring does not answer')
        program.picture('keyring-hung')
        program.wait('Messages', 'log').find('Open Preferences', 'button').press()
        field(program, 'API Token', PREFERENCES)
        # Left to itself it is kept for the run when the keyring is given up.
        paste(program)
        close_preferences(program)
        chat_with(program, service, FOR_RUN, 'And for this run?')
    finally:
        keyring.go_on(daemon)
    chat_with(program, service, FOR_RUN, 'And after it?')
    assert keyring.secrets() == [TOKEN]
    tried('keyring hung while running', 1)
    program.quit()


def test_dies_while_running(stage):
    service = stage.service()
    keyring, _ = set_up(stage, service)
    program = stage.start()
    chat_with(program, service, TOKEN, 'With the keyring')

    keyring.kill()
    # The bus starts another, which nobody has unlocked.
    wait_refusal(program, 'Is it back?', 'The keyring is locked')
    prompter = Prompter(PASSWORD)
    program.wait('Messages', 'log').find('Unlock', 'button').press()
    wait_for(lambda: prompter.asked == 1, 'the prompt')
    wait_message(program, 'You said: Is it back?')
    assert last_token(service) == TOKEN
    assert keyring.secrets() == [TOKEN]
    prompter.end()

    # With its prompt open.
    keyring.lock()
    prompter = Prompter('hang')
    open_preferences(program)
    wait_in_preferences(program, 'The keyring is locked')
    press_in_preferences(program, 'Unlock')
    wait_for(lambda: prompter.asked == 1, 'the prompt')
    keyring.kill()
    wait_in_preferences(program, 'The keyring was not unlocked')
    prompter.end()
    keyring.unlock()
    press_in_preferences(program, 'Unlock')
    row = field(program, 'API Token', PREFERENCES)
    wait_for(lambda: stands_in(row, TOKEN), 'the token')
    close_preferences(program)
    chat_with(program, service, TOKEN, 'And now?')
    assert keyring.secrets() == [TOKEN]
    tried('keyring daemon killed while running', 2)
    program.quit()


def test_changed_by_another_program(stage):
    service = stage.service()
    keyring, _ = set_up(stage, service)
    program = stage.start()
    chat_with(program, service, TOKEN, 'The first token')
    row = open_preferences(program)
    wait_for(lambda: stands_in(row, TOKEN), 'the token')

    keyring.change('ms-valid-changed-0c1d')
    stage.start_other_program().focus()
    program.focus(PREFERENCES)
    wait_for(lambda: stands_in(row, 'ms-valid-changed-0c1d'), 'the changed token')
    close_preferences(program)
    chat_with(program, service, 'ms-valid-changed-0c1d', 'The changed token')
    assert keyring.secrets() == ['ms-valid-changed-0c1d']

    keyring.delete()
    wait_refusal(program, 'Without one', 'No API token is kept for this account')
    assert 'another program has removed it' in messages(program)
    program.picture('keyring-deleted')
    row = open_preferences(program)
    wait_in_preferences(program, 'A token is needed')
    assert row.text == '' and keyring.secrets() == []
    program.picture('keyring-deleted-preferences', PREFERENCES)
    row.text = TOKEN
    program.wait('Kept in the keyring', title=PREFERENCES)
    assert keyring.secrets() == [TOKEN]
    close_preferences(program)
    chat_with(program, service, TOKEN, 'And again')
    tried('token changed or deleted by another program', 2)
    program.quit()
