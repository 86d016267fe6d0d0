# SPDX-License-Identifier: Apache-2.0
"""Running the program, with the shim before it or without."""

import dataclasses
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent


@dataclasses.dataclass
class Fault:
    """What the shim is told; shim/shim.c says what each means."""
    paths: tuple = ()
    kind: str | None = None
    at: int = 0
    calls: str = "write"
    signal: int = signal.SIGTERM
    trace: pathlib.Path | None = None
    clock: pathlib.Path | None = None


@dataclasses.dataclass
class Outcome:
    status: int
    output: str
    errors: str
    count: int = 0

    def __str__(self):
        return f"status {self.status}, {self.errors.strip() or self.output.strip() or 'silent'}"


class Program:
    """The built program and what its runs share."""

    def __init__(self, path, scratch, shim, keys):
        self.path = pathlib.Path(path)
        self.scratch = scratch
        self.shim = shim
        self.keys = keys
        # All that were started: none outlives the run.
        self.daemons = []

    def environment(self, fault=None, counter=None):
        environment = dict(os.environ, GNUPGHOME=str(self.keys.home), LC_ALL="C",
                           SWIFT_BACKTRACE="enable=no", XDG_CACHE_HOME=str(self.scratch / "cache"))
        if fault is None:
            return environment
        environment.update(
            LD_PRELOAD=str(self.shim), FAULT_PROGRAM=self.path.name,
            FAULT_PATHS=":".join(map(str, fault.paths)), FAULT_CALLS=fault.calls,
            FAULT_AT=str(fault.at), FAULT_SIGNAL=str(int(fault.signal)))
        for name, value in (("KIND", fault.kind), ("COUNT", counter), ("TRACE", fault.trace),
                            ("CLOCK", fault.clock)):
            if value is not None:
                environment[f"FAULT_{name}"] = str(value)
        return environment

    def counter(self):
        """A new file for the shim to count in."""
        path = self.scratch / f"count.{threading.get_ident()}.{time.monotonic_ns()}"
        path.write_bytes(bytes(8))
        return path

    def begin(self, *arguments, fault=None, before=(), **options):
        """Starts it; `finish` waits for its end."""
        return Run(self, arguments, fault, before, options)

    def run(self, *arguments, fault=None, timeout=60, before=(), **options):
        """Runs it to its end."""
        return self.begin(*arguments, fault=fault, before=before, **options).finish(timeout)

    def start(self, *arguments, fault=None, before=(), **options):
        self.daemons.append(Daemon(self, arguments, fault, before, options))
        return self.daemons[-1]


class Run:
    """A command that ends by itself."""

    def __init__(self, program, arguments, fault, before, options):
        self.counter = program.counter() if fault is not None else None
        self.process = subprocess.Popen(
            [*before, program.path, *map(str, arguments)],
            env=program.environment(fault, self.counter), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def wait_stopped(self, timeout=60):
        """Whether SIGSTOP has stopped it; otherwise it has ended."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            # Waits for either, and leaves a process that ended to `finish`.
            state = os.waitid(os.P_PID, self.process.pid,
                              os.WSTOPPED | os.WEXITED | os.WNOWAIT | os.WNOHANG)
            if state is None:
                time.sleep(0.002)
            else:
                return state.si_code == os.CLD_STOPPED
        return False

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def finish(self, timeout=60):
        """How it ended; a run that hangs is killed, and has the status 999."""
        try:
            output, errors = self.process.communicate(timeout=timeout)
            status = self.process.returncode
        except subprocess.TimeoutExpired:
            self.process.kill()
            output, errors = self.process.communicate()
            status = 999
        count = counted(self.counter)
        return Outcome(status, *(text.decode(errors="replace") for text in (output, errors)), count)


def counted(counter):
    """The calls that were counted; the file goes."""
    if counter is None:
        return 0
    count = struct.unpack("<Q", counter.read_bytes())[0]
    counter.unlink()
    return count


class Daemon:
    """A command that serves until it is told to end, its addresses read from standard error."""

    def __init__(self, program, arguments, fault, before, options):
        self.counter = program.counter() if fault is not None else None
        self.process = subprocess.Popen(
            [*before, program.path, *map(str, arguments)],
            env=program.environment(fault, self.counter),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
        self.lines = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line.decode(errors="replace").rstrip())
                self.changed.notify_all()
        with self.changed:
            self.lines.append(None)
            self.changed.notify_all()

    @property
    def errors(self):
        return "\n".join(line for line in self.lines if line)

    def address(self, role="listening on ", timeout=30):
        """The address that a line of standard error tells, once it is there."""
        def found():
            return next((line for line in self.lines if line and role in line), None)
        with self.changed:
            self.changed.wait_for(lambda: found() or None in self.lines, timeout)
            line = found()
        if line is None:
            raise RuntimeError(f"it does not say '{role}': {self.errors}")
        return line.split(role)[1].split()[0]

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, timeout=40):
        """SIGTERM, and its status; 999 when it hangs."""
        if self.is_running():
            self.signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = 999
        self.reader.join()
        self.process.stderr.close()
        return status

    def resident(self):
        """Kilobytes of memory: resident, and of these anonymous."""
        fields = {}
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            fields[name] = value.split()
        return int(fields["VmRSS"][0]), int(fields["RssAnon"][0])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def processor_seconds(pid):
    """Seconds of processor time that a process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def build(scratch):
    """The shim and the load generator, compiled."""
    # Swift's own C compiler is there wherever the program was built.
    swift = shutil.which("swift")
    clang = pathlib.Path(swift).resolve().parent / "clang" if swift else None
    compiler = clang if clang and clang.exists() else "cc"
    made = {}
    for name, options in (("shim", ["-shared", "-fPIC", "-ldl"]), ("load", [])):
        made[name] = scratch / (f"{name}.so" if name == "shim" else name)
        sources = sorted((HERE / name).glob("*.c"))
        if sources:
            subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-Werror", *sources, *options,
                            "-o", made[name]], check=True)
    return made
