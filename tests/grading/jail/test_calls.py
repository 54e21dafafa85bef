"""System calls that no submission needs are refused by the kernel; what torch needs is not."""

import json
import platform
import struct
import subprocess

import pytest

from dlnotes.grading.inside import calls
from dlnotes.grading.jail import sandbox
from dlnotes.grading.jail.jail import Limits
from tests.grading.jail.test_jail import tried, value
from tests.grading.jail.test_sandbox import fresh, refusal  # noqa: F401

ALLOWED, REFUSED, UNKNOWN = calls.ALLOW, calls.FAIL | calls.EPERM, calls.FAIL | calls.ENOSYS
FORK, THREAD = 0x1200011, 0x3D0F00  # flags with which glibc starts a process and a thread
MACHINES = pytest.mark.parametrize("machine", calls.MACHINES)
HERE = calls.MACHINES[platform.machine()][0]


def answer(machine, number, *args, audit=None):
    """What the kernel would answer: the filter, run step by step."""
    audit = calls.MACHINES[machine][1] if audit is None else audit
    record = struct.pack("<IIQ6Q", number, audit, 0, *args, *[0] * (6 - len(args)))
    steps = list(struct.iter_unpack("=HBBI", calls.program(machine)))
    place = loaded = 0
    while True:
        code, yes, no, value = steps[place]
        place += 1
        if code == calls.LOAD:
            (loaded,) = struct.unpack_from("<I", record, value)
        elif code == calls.RETURN:
            return value
        else:
            holds = {
                calls.EQUAL: loaded == value,
                calls.AT_LEAST: loaded >= value,
                calls.ANY_BIT: bool(loaded & value),
            }[code]
            place += yes if holds else no


@MACHINES
def test_the_listed_calls_are_refused_and_no_others(machine):
    column, _ = calls.MACHINES[machine]
    listed = {numbers[column] for numbers in calls.REFUSED.values()} - {None}
    special = {call[column] for call in (calls.CLONE3, calls.SOCKET)}
    for number in range(1024):
        if number not in special:
            expected = REFUSED if number in listed else ALLOWED
            assert answer(machine, number) == expected, number


@MACHINES
def test_processes_and_threads_start_and_namespaces_do_not(machine):
    column, _ = calls.MACHINES[machine]
    assert answer(machine, calls.CLONE3[column]) == UNKNOWN
    for flags in (FORK, THREAD):
        assert answer(machine, calls.CLONE[column], flags) == ALLOWED
        for kind in (0x20000, *(1 << bit for bit in range(25, 31))):
            assert answer(machine, calls.CLONE[column], flags | kind) == REFUSED


@MACHINES
def test_only_ordinary_sockets_can_be_had(machine):
    column, _ = calls.MACHINES[machine]
    for family in range(64):
        expected = ALLOWED if family in calls.FAMILIES else REFUSED
        assert answer(machine, calls.SOCKET[column], family) == expected
    assert answer(machine, calls.SOCKET[column], 38 << 32 | 2) == ALLOWED  # an int to the kernel


@MACHINES
def test_no_other_kind_of_call_gets_around_it(machine):
    for audit in (0x40000003, 0x40000028, 0):  # 32-bit calls
        assert answer(machine, 39, audit=audit) == REFUSED
    assert answer(machine, calls.X32 | 39) == REFUSED


NUMBERS = {name: numbers[HERE] for name, numbers in calls.REFUSED.items()}
PROBE = f"""
import ctypes
def probed():
    libc, found = ctypes.CDLL(None, use_errno=True), {{}}
    for name, number in {NUMBERS}.items():
        if number is not None:
            ctypes.set_errno(0)
            result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6)
            found[name] = ctypes.get_errno() if result == -1 else 0
    return found
"""


def test_every_call_is_refused_inside(warm, cold):
    asked = PROBE + "def asked(momentum): return float(sum(n != 1 for n in probed().values()))"
    for jail in (warm, cold):
        (record,) = tried(jail, ("", PROBE), ("asked", asked))["asked"]
        assert record["value"]["numbers"] == [0]


def test_most_calls_would_do_something_without_the_filter(bubblewrap):
    """The control: the same calls in a jail whose process keeps a capability, hence no filter."""
    code = f"import json; exec({PROBE!r}); print(json.dumps(probed()))"
    command = sandbox.command(code, Limits(), capabilities=["CAP_NET_BIND_SERVICE"])
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    answered = {name for name, error in json.loads(said).items() if error != 1}
    assert len(answered) > 20 and {"ptrace", "kcmp", "io_uring_setup", "keyctl"} <= answered


def test_what_torch_and_python_need_still_works(warm, cold):
    needs = """
import os, subprocess, sys, threading, torch
with_two = torch.set_num_threads(2) or torch.ones(400, 400) @ torch.ones(400, 400)
seen = []
thread = threading.Thread(target=seen.append, args=(1,))
thread.start(), thread.join()
child = os.fork()
if not child:
    os._exit(3)
seen.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
return float(with_two[0, 0] == 400 and seen == [1, 3])"""
    for jail in (warm, cold):
        assert value(jail, needs) == 1


def test_a_kernel_without_filters_is_refused(monkeypatch):
    monkeypatch.setattr(calls, "available", lambda: False)
    assert "seccomp" in refusal()["en"] and "seccomp" in refusal()["zh"]


def test_a_processor_whose_numbers_are_not_known_is_named(monkeypatch):
    assert calls.available()
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert "riscv64" in refusal()["en"]


def test_a_filter_that_cannot_be_set_opens_no_jail(monkeypatch):
    monkeypatch.setattr(sandbox, "command", _without_filter(sandbox.command))
    assert "seccomp: Invalid argument" in refusal()["en"]


def _without_filter(command):
    """The kernel gets an empty filter, which it does not take."""
    path = "sys.path[:0] = ['/jail', '/jail/site']; "
    empty = "from dlnotes.grading.inside import calls; calls.program = lambda machine: b''; "

    def broken(code, limits, capabilities=()):
        words = command(code, limits, capabilities=capabilities)
        return [word.replace(path, path + empty) for word in words]

    return broken
