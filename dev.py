#!/usr/bin/env python3
"""Sets up, runs and tests the service on a machine that has Python and nothing else.

    python3 dev.py run      everything, then the site on http://127.0.0.1:8000 (PORT changes it)
    python3 dev.py setup    the set-up alone
    python3 dev.py test     every check and test
    python3 dev.py bench    how fast it is, as ratios, on a database of its own

Only the standard library is used here. Installing and building are remembered by the digest of
the files that they depend on; what concerns the database is asked of the database each time.
"""

from __future__ import annotations

import argparse
import contextlib
import glob
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMPS = VENV / "stamps"
BUILD = ROOT / "static" / "build"
NHSUK = ROOT / "node_modules" / "nhsuk-frontend" / "dist" / "nhsuk"
MOST_SECONDS_TO_START = 60
Child = subprocess.Popen[Any]


def main() -> int:
    """Runs the command asked for and gives its exit status."""
    asked = arguments()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop_on_signal)
    os.chdir(ROOT)
    try:
        return {"run": run, "setup": setup, "test": test, "bench": bench}[asked.command](asked)
    except Stop as stop:
        if str(stop):
            print(f"\n{stop}", file=sys.stderr)
        return stop.status


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py", description="Set up, run and test the service.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (("run", "set up and run the site and its worker"), ("setup", "set up, start nothing")):
        command = commands.add_parser(name, help=what)
        command.add_argument(
            "--no-demo", action="store_true", help="reference data only: no plans, no people"
        )
    commands.add_parser("test", help="run every check and test")
    commands.add_parser("bench", help="measure how fast it is")
    return parser.parse_args()


class Stop(Exception):
    """The end of the command, with the one sentence that says why."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def stop_on_signal(number: int, frame: FrameType | None) -> None:
    """Ctrl-C ends a command well; being told to end from outside does too."""
    raise Stop("Stopping.", 0)


def say(text: str) -> None:
    print(text, flush=True)


# --- Set-up -----------------------------------------------------------------------------------


def setup(asked: argparse.Namespace) -> int:
    """Everything that `run` needs before it starts anything."""
    install()
    build_front_end()
    collect_static_files()
    prepare_database(asked)
    return 0


def install() -> None:
    """The virtual environment with what the service needs at run time."""
    make_environment()
    once("tools", ["requirements-tools.txt"], install_tools)
    once("requirements", ["requirements.txt"], lambda: install_packages("requirements.txt"))


def make_environment() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons get this far, and no further
        raise Stop(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    if PYTHON.exists():
        return
    say("Making a virtual environment in .venv")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in made.stdout + made.stderr:
            raise Stop(
                "Python cannot make virtual environments here: install its venv package (python3-venv)."
            )
        raise Stop(f"The virtual environment could not be made: {(made.stderr or made.stdout).strip()}")


def once(name: str, depends_on: Sequence[str], do: Callable[[], None]) -> None:
    """Does a step unless it has been done with the same files; patterns may name many files."""
    digest = digest_of(depends_on)
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == digest:
        return
    do()
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(digest)


def digest_of(patterns: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def install_tools() -> None:
    """uv installs ten times faster than pip; without it pip does the same work."""
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    tried = subprocess.run([*command, "--require-hashes", "-r", "requirements-tools.txt"])
    if tried.returncode:
        say("uv could not be installed; going on with pip")


def install_packages(*files: str) -> None:
    """Installs pinned requirements with their hashes, by uv and, where that fails, by pip."""
    say(f"Installing {' and '.join(files)}")
    wanted = ["--require-hashes", *(part for file in files for part in ("-r", file))]
    uv = BIN / "uv"
    if (
        uv.exists()
        and not subprocess.run([uv, "pip", "install", "-q", "--python", PYTHON, *wanted]).returncode
    ):
        return
    step("installing packages", PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted)


def step(what: str, *command: str | Path, env: dict[str, str] | None = None) -> None:
    """Runs a command that must succeed."""
    if subprocess.run([str(part) for part in command], env=env).returncode:
        raise Stop(f"Stopped while {what}: the command above failed.")


def build_front_end() -> None:
    """The NHS.UK styles, script and images, compiled and copied to static/build."""
    if not (NHSUK.exists() and BUILD.exists()):
        (STAMPS / "front-end").unlink(missing_ok=True)
    once("front-end", ["package.json", "package-lock.json", "static/scss/**/*.scss"], build)


def build() -> None:
    say("Building styles")
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = find_npm(env)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional", "--loglevel=error"]
    step("installing the NHS.UK front end", npm, "ci", *quiet, env=env)
    shutil.rmtree(BUILD, ignore_errors=True)
    step("compiling styles", npm, "run", "--silent", "build", env=env)
    # the whole distribution holds 1,600 files; these are the ones that a page asks for
    shutil.copytree(NHSUK / "assets", BUILD / "nhsuk" / "assets")
    shutil.copy(NHSUK / "nhsuk-frontend.min.js", BUILD / "nhsuk")


def find_npm(env: dict[str, str]) -> str:
    """npm where the machine has it, else the one that comes as a Python wheel."""
    found = shutil.which("npm", path=env["PATH"])
    if found and shutil.which("node", path=env["PATH"]):
        return found
    install_packages("requirements-node.txt")
    return str(BIN / "npm")


def collect_static_files() -> None:
    if not (ROOT / "staticfiles" / "staticfiles.json").exists():
        (STAMPS / "static").unlink(missing_ok=True)
    once("static", ["requirements.txt", "static/build/**/*", "static/js/*"], collect)


def collect() -> None:
    say("Collecting static files")
    unused = ("redoc*", "rest_framework*", "gis", "README*", "htmax*", "htmx-4*", "ext")
    ignore = [part for pattern in unused for part in ("--ignore", pattern)]
    step(
        "collecting static files",
        *(str(PYTHON), "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0", *ignore),
    )


def prepare_database(asked: argparse.Namespace) -> None:
    """Tables, reference data and demo, asked of the database in use each time."""
    demo = ["--no-demo"] if asked.no_demo else []
    command = [str(PYTHON), "-m", "planning.config.prepare", *demo]
    if subprocess.run(command, env=quiet_logs()).returncode:
        raise Stop("")  # it has said why, in one sentence


def quiet_logs() -> dict[str, str]:
    return {"LOG_LEVEL": "WARNING"} | os.environ


# --- Run --------------------------------------------------------------------------------------


def run(asked: argparse.Namespace) -> int:
    """Sets up, starts the site and its worker, and stops both when told to or when either stops."""
    port = free_port_asked_for()
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")  # where the links in letters lead
    setup(asked)
    children: dict[str, Child] = {}
    try:
        children["web server"] = start(web_server(port))
        children["worker"] = start(worker())
        wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", children)
        tell_where_it_is(port, asked)
        watch(children)
    finally:
        end(*children.values())
    return 0


def free_port_asked_for() -> int:
    given = os.environ.get("PORT", "8000")
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise Stop(f"PORT must be a number from 1 to 65535, not “{given}”.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(given)))
        except OSError as error:
            raise Stop(
                f"Port {given} cannot be used ({error.strerror}). "
                "Stop what uses it, or choose another: PORT=8001 python3 dev.py run"
            ) from error
    return int(given)


def web_server(port: int) -> list[str | Path]:
    # one process: SQLite has one writer, and the rate limits' cache is in memory
    return [
        *(BIN / "gunicorn", "planning.config.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        *("--workers", "1", "--threads", "8", "--worker-class", "gthread"),
        *("--timeout", "60", "--graceful-timeout", "5", "--log-level", "warning"),
    ]


def worker() -> list[str | Path]:
    return [
        *(BIN / "celery", "-A", "planning.config.celery", "-q", "worker", "-B", "--concurrency", "1"),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    ]


def start(command: list[str | Path]) -> Child:
    """A process in a group of its own, so that Ctrl-C reaches only us and we end it in order."""
    return subprocess.Popen([str(part) for part in command], env=quiet_logs(), start_new_session=True)


def end(*children: subprocess.Popen[Any]) -> None:
    """Asks each to stop, which lets a worker finish its task; after ten seconds ends all that is left."""
    for child in children:
        child.terminate()
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wait_until_it_answers(address: str, children: dict[str, Child]) -> None:
    began = time.monotonic()
    while time.monotonic() - began < MOST_SECONDS_TO_START:
        stop_if_any_ended(children)
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own address
            return
        time.sleep(0.1)
    raise Stop(f"The site did not answer at {address} within {MOST_SECONDS_TO_START} seconds.")


def stop_if_any_ended(children: dict[str, Child]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise Stop(f"The {name} stopped by itself (exit status {child.returncode}), so all was stopped.")


def tell_where_it_is(port: int, asked: argparse.Namespace) -> None:
    if asked.no_demo:
        say("\nMake the first administrator in another terminal, then sign in at /admin/:")
        say("    .venv/bin/python manage.py createsuperuser")
    say(f"\nThe site is at http://127.0.0.1:{port}   (Ctrl-C stops everything)\n")


def watch(children: dict[str, Child]) -> None:
    while True:
        stop_if_any_ended(children)
        time.sleep(0.3)


# --- Bench ------------------------------------------------------------------------------------


def bench(asked: argparse.Namespace) -> int:
    """Measures on a database of its own, made and thrown away; 1 where a goal is missed."""
    install()
    with tempfile.TemporaryDirectory(prefix="planning-bench-") as folder:
        env = own_environment(VAR_DIR=folder)
        step("preparing a database", PYTHON, "-m", "planning.config.prepare", "--no-demo", env=env)
        return subprocess.run([PYTHON, "-m", "benchmarks"], env=env).returncode


# --- Test -------------------------------------------------------------------------------------


@dataclass
class Tally:
    """What the steps of `test` came to."""

    passed: int = 0
    failed: int = 0
    lines: list[str] = field(default_factory=list)
    closing: str = ""

    def note(self, name: str, verdict: str) -> None:
        self.lines.append(f"{name:<44} {verdict}")


def test(asked: argparse.Namespace) -> int:
    """Every check, then every test: on SQLite, on PostgreSQL with Redis, in a browser."""
    install()
    once(
        "dev-requirements",
        ["requirements.txt", "requirements-dev.txt"],
        lambda: install_packages("requirements.txt", "requirements-dev.txt"),
    )
    build_front_end()
    collect_static_files()  # some tests run the site as it runs
    tally = Tally()
    for name, command in checks():
        check(tally, name, command)
    with tempfile.TemporaryDirectory(prefix="planning-test-") as folder:
        pytest_legs(tally, Path(folder))
    return close(tally)


def checks() -> list[tuple[str, list[str | Path]]]:
    return [
        ("ruff check", [BIN / "ruff", "check", "."]),
        ("ruff format", [BIN / "ruff", "format", "--check", "."]),
        ("types (mypy)", [BIN / "mypy"]),
        ("imports (import-linter)", [BIN / "lint-imports"]),
        ("templates (djlint)", [BIN / "djlint", "templates", "--lint", "--quiet"]),
        ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ]


def check(tally: Tally, name: str, command: list[str | Path]) -> None:
    say(f"\n--- {name}")
    failed = subprocess.run([str(part) for part in command], env=own_environment()).returncode
    tally.failed += bool(failed)
    tally.note(name, "failed" if failed else "passed")


def own_environment(**more: str) -> dict[str, str]:
    """The environment without what would point the tests at somebody's own database or queue."""
    ours = (
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "MEDIA_ROOT",
        "EMAIL_URL",
        "SITE_URL",
        "HTTPS_ONLY",
        "TRUSTED_PROXIES",
        "DEFAULT_FROM_EMAIL",
        "VAR_DIR",
    )
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"LOG_LEVEL": "WARNING"} | more


def pytest_legs(tally: Tally, folder: Path) -> None:
    """Every test on the embedded database, then every test on the real services."""
    both_kinds(tally, "on SQLite", own_environment())
    with contextlib.ExitStack() as stack:
        try:
            env = own_environment(
                DATABASE_URL=stack.enter_context(postgresql(folder)),
                REDIS_URL=stack.enter_context(redis(folder)),
            )
        except Unavailable as reason:
            skip(tally, "tests on PostgreSQL and Redis", str(reason))
        else:
            both_kinds(tally, "on PostgreSQL and Redis", env)


def both_kinds(tally: Tally, where: str, env: dict[str, str]) -> None:
    """Tests side by side, then journeys in a browser one after another."""
    pytest_leg(tally, f"tests {where}", ["-n", "2", "-m", "not ui"], env)
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        pytest_leg(tally, f"journeys in a browser {where}", ["-m", "ui", "tests/ui"], env)
    else:
        skip(tally, f"journeys in a browser {where}", "Chromium is not installed")


def skip(tally: Tally, name: str, reason: str) -> None:
    """Told on a desk; a failure where CI=true, so that a machine never skips unseen."""
    in_ci = os.environ.get("CI", "").lower() == "true"
    tally.failed += in_ci
    tally.note(name, f"{'failed: could not run' if in_ci else 'skipped'}: {reason}")
    say(f"\n--- {tally.lines[-1]}")


def pytest_leg(tally: Tally, name: str, options: list[str], env: dict[str, str]) -> None:
    say(f"\n--- {name}")
    process = subprocess.Popen(
        [PYTHON, "-m", "pytest", "-q", *options],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    closing = ""
    try:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            closing = line.strip() or closing
        process.wait()
    finally:
        end(process)
    count(tally, name, closing, process.returncode)


def count(tally: Tally, name: str, closing: str, status: int) -> None:
    """Adds up pytest's closing line; a run that broke without a failed test counts as one failure."""
    found = {
        word.rstrip("s"): int(number)
        for number, word in re.findall(r"(\d+) (passed|failed|errors?)", closing)
    }
    failed = found.get("failed", 0) + found.get("error", 0)
    tally.passed += found.get("passed", 0)
    tally.failed += failed or bool(status)
    tally.note(name, closing.strip("= "))
    tally.closing = closing


def close(tally: Tally) -> int:
    say("\n--- In short")
    for line in tally.lines:
        say(line)
    say(f"\n{tally.closing}")
    say(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


# --- Services for the tests: a running one, else one of our own -------------------------------


class Unavailable(Exception):
    """Neither running nor installed; says which."""


CAN_MAKE_DATABASES = """
import sys, psycopg2
with psycopg2.connect(sys.argv[1], connect_timeout=3) as connection, connection.cursor() as cursor:
    cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
    sys.exit(0 if cursor.fetchone()[0] else 1)
"""


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL in which test databases may be made. Raises Unavailable."""
    given = os.environ.get("DATABASE_URL", "")
    candidates = [given] if given.startswith("postgres") else []
    candidates.append("postgres://postgres@127.0.0.1:5432/postgres")
    for address in candidates:
        probe = [str(PYTHON), "-c", CAN_MAKE_DATABASES, address]
        if not subprocess.run(probe, capture_output=True).returncode:
            yield address
            return
    with own_postgresql(folder / "postgresql") as address:
        yield address


@contextlib.contextmanager
def own_postgresql(folder: Path) -> Iterator[str]:
    """A private server in a temporary folder, made with whatever binaries are installed."""
    initdb, server = postgres_binary("initdb"), postgres_binary("postgres")
    as_user = unprivileged(folder)
    port = str(free_port())
    make = [*as_user, initdb, "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(make, capture_output=True, text=True, cwd=folder)
    if made.returncode:
        raise Unavailable(f"PostgreSQL would not start: {made.stderr.strip()[-300:]}")
    serve = [*as_user, server, "-D", str(folder / "data"), "-k", str(folder), "-h", "127.0.0.1", "-p", port]
    with quietly_running([*serve, "-c", "fsync=off"], folder), contextlib.ExitStack():
        wait_for_port(int(port), "PostgreSQL")
        address = f"postgres://postgres@127.0.0.1:{port}/postgres"
        wait_for_login(address)
        yield address


def postgres_binary(name: str) -> str:
    newest = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=version_in)
    found = shutil.which(name) or (newest[-1] if newest else None)
    if not found:
        raise Unavailable("PostgreSQL is neither running on 127.0.0.1:5432 nor installed")
    return found


def version_in(path: str) -> int:
    return int(next(iter(re.findall(r"/(\d+)", path)), 0))


def unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: what to put before its commands, and its folder's owner."""
    folder.mkdir()
    if os.geteuid():
        return []
    import pwd

    users = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in ("postgres", "nobody") if name in users), None)
    if not (user and shutil.which("runuser")):
        raise Unavailable("PostgreSQL does not run as root, and there is no other user to run it as")
    folder.parent.chmod(0o755)
    shutil.chown(folder, user)
    return ["runuser", "-u", user, "--"]


def wait_for_login(address: str) -> None:
    for _ in range(100):
        if not subprocess.run([PYTHON, "-c", CAN_MAKE_DATABASES, address], capture_output=True).returncode:
            return
        time.sleep(0.1)
    raise Unavailable("PostgreSQL started but lets nobody in")


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis. Raises Unavailable."""
    given = os.environ.get("REDIS_URL", "")
    if given:
        yield given
        return
    if redis_answers(6379):
        yield "redis://127.0.0.1:6379/15"
        return
    binary = shutil.which("redis-server")
    if not binary:
        raise Unavailable("Redis is neither running on 127.0.0.1:6379 nor installed")
    port = free_port()
    command = [binary, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    with quietly_running(command, folder):
        wait_for_port(port, "Redis")
        yield f"redis://127.0.0.1:{port}/0"


def redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith(b"+PONG")
    except OSError:
        return False


@contextlib.contextmanager
def quietly_running(command: list[str], folder: Path) -> Iterator[None]:
    child = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        end(child)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, name: str) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise Unavailable(f"{name} would not start")


if __name__ == "__main__":
    sys.exit(main())
