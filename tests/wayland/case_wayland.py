# SPDX-License-Identifier: GPL-3.0-or-later
"""The program under a Wayland compositor, out of sight."""
import os
import pathlib
import signal
import subprocess

from desktop import PICTURES, wait_for
from stage import wait_for_composer

SOCKET = 'wayland-parlance'
ON_WAYLAND = {'GDK_BACKEND': 'wayland', 'WAYLAND_DISPLAY': SOCKET, 'G_ENABLE_DIAGNOSTIC': '1'}


class Compositor:
    def __init__(self, room):
        config = room / 'weston.ini'
        config.write_text('[shell]\npanel-position=none\nanimation=none\nstartup-animation=none\n',
                          encoding='utf-8')
        self.log = open(room / 'weston.log', 'w', encoding='utf-8')
        # --debug lets the picture of the whole screen be taken.
        self.process = subprocess.Popen(
            ['weston', '--backend=headless', '--renderer=pixman', '--width=1100', '--height=850',
             f'--socket={SOCKET}', '--debug', '--idle-time=0', f'--config={config}'],
            stdout=self.log, stderr=subprocess.STDOUT)
        wait_for(pathlib.Path(os.environ['XDG_RUNTIME_DIR'], SOCKET).exists, 'the compositor')

    def picture(self, name):
        """Of the whole screen, as the compositor has it."""
        room = pathlib.Path(os.environ['HOME'])
        subprocess.run(['weston-screenshooter'], check=True, cwd=room, capture_output=True,
                       env={**os.environ, 'WAYLAND_DISPLAY': SOCKET})
        shot, = room.glob('wayland-screenshot-*.png')
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / f'{name}.png').write_bytes(shot.read_bytes())
        shot.unlink()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def said(program):
    return program.log.read_text(encoding='utf-8').strip()


def test_start_and_end(stage):
    compositor = Compositor(pathlib.Path(os.environ['HOME']).parent)
    try:
        program = stage.launch('--demo', environment=ON_WAYLAND)
        wait_for_composer(program)
        compositor.picture('wayland')
        program.process.send_signal(signal.SIGTERM)
        program.wait_end()
        assert said(program) == '', said(program)
    finally:
        compositor.stop()


def test_picture(stage):
    compositor = Compositor(pathlib.Path(os.environ['HOME']).parent)
    try:
        picture = PICTURES / 'wayland-chat.png'
        PICTURES.mkdir(parents=True, exist_ok=True)
        program = stage.launch('--screenshot', str(picture), environment=ON_WAYLAND)
        assert program.process.wait(90) == 0, said(program)
        assert picture.stat().st_size > 5000, 'the picture is empty'
        assert said(program) == '', said(program)
    finally:
        compositor.stop()
