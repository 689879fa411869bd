"""Drives a real browser without a window through its debugging pipe: pages, mouse and keys."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
    *("--disable-dev-shm-usage", "--remote-debugging-pipe", "about:blank"),
)
PATIENCE = 60.0
"""Seconds after which an answer of the browser is not waited for any longer."""
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36, "ArrowLeft": 37}
KEYS |= {"ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}


def find_browser() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Browser:
    """One tab of a Chromium with a profile of its own; a failing script of a page is an error."""

    def __init__(self, path: str, folder: Path) -> None:
        self.folder = folder
        self.pending = b""
        self.numbers = 0
        self.events: list[dict[str, Any]] = []
        theirs, ours = _pipe()
        answers, out = _pipe()
        # It reads commands from descriptor 3 and answers on 4.
        command = f'exec "$0" "$@" 3<&{theirs} 4>&{out}'
        self.process = subprocess.Popen(
            ["bash", "-c", command, path, f"--user-data-dir={folder / 'profile'}", *OPTIONS],
            pass_fds=(theirs, out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(out)
        self.commands, self.answers, self.session = ours, answers, ""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        """End the browser."""
        self.session = ""
        try:
            self.ask("Browser.close")
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()

    # --- the protocol ---

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer to a command."""
        self.numbers += 1
        message = {"id": self.numbers, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self.numbers:
                assert "error" not in found, (method, found["error"])
                result: dict[str, Any] = found["result"]
                return result
            self.events.append(found)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.pending:
            assert select.select([self.answers], [], [], PATIENCE)[0], "the browser is silent"
            more = os.read(self.answers, 2**20)
            assert more, "the browser has ended"
            self.pending += more
        message, _, self.pending = self.pending.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    # --- what a user does ---

    def open(self, text: str, target: str = "", size: tuple[int, int] = (1400, 900)) -> None:
        """Show a page in a window of some size, and wait until it is loaded."""
        file = self.folder / "page.html"
        file.write_text(text, encoding="utf-8")
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=False,
        )
        self.ask("Page.navigate", url="about:blank")
        self.events.clear()
        self.move(0, 0)
        self.ask("Page.navigate", url=f"{file.as_uri()}{target}")
        assert self.until("document.readyState === 'complete'", PATIENCE)

    def run(self, expression: str) -> Any:
        """Return the value of an expression of the page."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        failed = [e["params"] for e in self.events if e.get("method") == "Runtime.exceptionThrown"]
        assert failed == []
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = 5.0) -> bool:
        """Wait until an expression holds; return whether it ever does."""
        end = time.monotonic() + seconds
        while not self.run(expression):
            if time.monotonic() > end:
                return False
            time.sleep(0.03)
        return True

    def settle(self) -> None:
        """Wait until the browser has drawn what it now shows."""
        frame = "new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))"
        for _ in range(4):
            self.run(frame)

    def move(self, x: float, y: float) -> None:
        """Move the mouse."""
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def point(self, selector: str) -> tuple[float, float]:
        """Move the mouse to the middle of the first element that a selector finds."""
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.run(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({box})")
        self.move(x, y)
        return x, y

    def click(self, selector: str) -> None:
        """Click the middle of the first element that a selector finds."""
        x, y = self.point(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, *keys: str) -> None:
        """Press and let go of keys, one after the other."""
        for key in keys:
            text = {"text": "\r"} if key == "Enter" else {}
            for kind in ("keyDown", "keyUp"):
                self.ask(
                    "Input.dispatchKeyEvent",
                    type=kind,
                    key=key,
                    code=key,
                    windowsVirtualKeyCode=KEYS[key],
                    **text,
                )

    def photograph(self, file: Path) -> None:
        """Write what is seen to a PNG file."""
        file.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))


def _pipe() -> tuple[int, int]:
    """Return a pipe whose ends have high numbers: low ones are given away."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends)
    for end in ends:
        os.close(end)
    return high[0], high[1]
