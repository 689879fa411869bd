"""Keep the beginning and the end of a program's output, in whole lines, within bounds."""

_LONGEST_LINE = 1 << 16


class Capture:
    """Collects two streams as one text.

    Streams are merged by lines: a program's buffered standard output otherwise breaks anywhere,
    and a line of the log would land inside the line that holds the figure of merit.
    """

    def __init__(self, limit: int) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._head_room = limit // 4
        self._tail_room = limit - self._head_room
        self._partial: dict[int, bytes] = {}
        self.dropped = 0

    def feed(self, stream: int, data: bytes) -> None:
        """Take some bytes of one stream."""
        data = self._partial.pop(stream, b"") + data
        whole, newline, rest = data.rpartition(b"\n")
        if len(rest) > _LONGEST_LINE:
            whole, newline, rest = data, b"", b""
        if rest:
            self._partial[stream] = rest
        self._keep(whole + newline)

    def finish(self) -> str:
        """Return the text; unfinished lines come last."""
        for rest in self._partial.values():
            self._keep(rest + b"\n")
        self._partial.clear()
        self._trim()
        head = self._head.decode(errors="replace")
        tail = self._tail.decode(errors="replace")
        if self.dropped:
            head += f"\n... {self.dropped} bytes left out ...\n"
            tail = tail.partition("\n")[2]  # its first line is cut
        return head + tail

    def _keep(self, data: bytes) -> None:
        room = self._head_room - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        self._tail += data
        if len(self._tail) > 2 * self._tail_room:  # not at every line: trimming copies
            self._trim()

    def _trim(self) -> None:
        surplus = len(self._tail) - self._tail_room
        if surplus > 0:
            del self._tail[:surplus]
            self.dropped += surplus
