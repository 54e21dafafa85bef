"""System calls that no submission needs: the kernel answers “not permitted” before it looks at one.

The rest of the wall (no capability, no namespace to make, no network) refuses most of them already;
this keeps the code that answers them, in which kernels have their holes, out of reach as well. The
filter lists what is refused, since torch, NumPy and matplotlib may come to need any other.
"""

import ctypes
import os
import platform
import struct

_REFUSED = """
mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51 open_tree:428:428 move_mount:429:429
fsopen:430:430 fsconfig:431:431 fsmount:432:432 fspick:433:433 mount_setattr:442:442
statmount:457:457 listmount:458:458 open_tree_attr:467:467 swapon:167:224 swapoff:168:225
acct:163:89 quotactl:179:60 quotactl_fd:443:443 name_to_handle_at:303:264
open_by_handle_at:304:265 fanotify_init:300:262 fanotify_mark:301:263 lookup_dcookie:212:18
unshare:272:97 setns:308:268 personality:135:92 sethostname:170:161 setdomainname:171:162
reboot:169:142 ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271
process_madvise:440:440 process_mrelease:448:448 kcmp:312:272 pidfd_getfd:438:438
move_pages:279:239 migrate_pages:256:238 bpf:321:280 perf_event_open:298:241 userfaultfd:323:282
io_uring_setup:425:425 io_uring_enter:426:426 io_uring_register:427:427 add_key:248:217
request_key:249:218 keyctl:250:219 memfd_secret:447:447 syslog:103:116 vhangup:153:58
init_module:175:105 finit_module:313:273 delete_module:176:106 kexec_load:246:104
kexec_file_load:320:294 settimeofday:164:170 clock_settime:227:112 adjtimex:159:171
clock_adjtime:305:266 ioperm:173:- iopl:172:- modify_ldt:154:-
"""  # numbers on x86-64 and on AArch64, where there is such a call
REFUSED = {
    name: tuple(int(number) if number != "-" else None for number in numbers)
    for name, *numbers in (call.split(":") for call in _REFUSED.split())
}
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column, and audit's name
X32 = 0x40000000  # calls of x86-64 with 32-bit pointers, under numbers of their own
NAMESPACES = 0x7E020000  # flags of `clone` that make one
FAMILIES = (1, 2, 10, 16)  # Unix, IPv4, IPv6, and what lists the network's devices
EPERM, ENOSYS = 1, 38
NUMBER, MACHINE, FIRST = 0, 4, 16  # where the kernel's record of a call has them
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
_NO_NEW_PRIVILEGES, _SET_FILTER, _BY_FILTER = 38, 22, 2


def program(machine: str) -> bytes:
    """The filter for a kind of processor, as the kernel takes it.

    Raises:
        KeyError: for one whose numbers are not known here.
    """
    column, name = MACHINES[machine]
    refused = [numbers[column] for numbers in REFUSED.values() if numbers[column] is not None]
    checks: list[tuple[int, int, str, str]] = [(LOAD, MACHINE, "", ""), (EQUAL, name, "", "refuse")]
    checks += [(LOAD, NUMBER, "", ""), (AT_LEAST, X32, "refuse", "")]
    checks += [(EQUAL, number, "refuse", "") for number in refused]
    checks += [(EQUAL, CLONE3[column], "unknown", "")]  # flags out of sight: glibc falls back
    checks += [(EQUAL, CLONE[column], "clone", ""), (EQUAL, SOCKET[column], "socket", "allow")]
    places = {"clone": len(checks)}
    checks += [(LOAD, FIRST, "", ""), (ANY_BIT, NAMESPACES, "refuse", "allow")]
    places["socket"] = len(checks)
    checks += [(LOAD, FIRST, "", "")]
    checks += [(EQUAL, family, "allow", "") for family in FAMILIES]
    places |= {"refuse": len(checks), "unknown": len(checks) + 1, "allow": len(checks) + 2}
    checks += [(RETURN, FAIL | EPERM, "", ""), (RETURN, FAIL | ENOSYS, "", "")]
    checks += [(RETURN, ALLOW, "", "")]
    return b"".join(
        struct.pack("=HBBI", code, *(places[to] - here - 1 if to else 0 for to in ways), value)
        for here, (code, value, *ways) in enumerate(checks)
    )


def available() -> bool:
    """Whether this machine has such filters, and this file its numbers."""
    if platform.machine() not in MACHINES:
        return False
    ctypes.set_errno(0)
    nothing = ctypes.c_void_p(None)
    _libc().prctl(_SET_FILTER, ctypes.c_ulong(_BY_FILTER), nothing, 0, 0)  # always fails
    return ctypes.get_errno() in (14, 13)  # a bad address, or it wants no_new_privs first


def restrict() -> None:
    """Refuse these calls to this process and its children from here on, for good.

    Raises:
        OSError: when the kernel takes no filter.
    """
    data = program(platform.machine())
    code = ctypes.create_string_buffer(data, len(data))
    head = struct.pack("HxxxxxxP", len(data) // 8, ctypes.addressof(code))
    libc, one, none = _libc(), ctypes.c_ulong(1), ctypes.c_ulong(0)
    libc.prctl(_NO_NEW_PRIVILEGES, one, none, none, none)
    if libc.prctl(_SET_FILTER, ctypes.c_ulong(_BY_FILTER), head, none, none):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
