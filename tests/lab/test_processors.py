"""The book on other processors: they add up in another order, and chaotic runs end elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROCESSORS = {  # what torch, Intel's library and oneDNN are told to do without
    "plain": {
        "ATEN_CPU_CAPABILITY": "default", "MKL_CBWR": "COMPATIBLE", "ONEDNN_MAX_CPU_ISA": "SSE41",
    },
    "avx2": {
        "ATEN_CPU_CAPABILITY": "avx2", "MKL_CBWR": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2",
    },
}  # fmt: skip


@pytest.mark.long  # the whole book, once a processor
@pytest.mark.parametrize("processor", PROCESSORS)
def test_every_claim_holds_and_every_record_is_made_again(processor):
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-kernel-name", "python3"]
    command += ["-q", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider", "book"]
    command += ["-m", "not long", "tests/contracts/test_records.py"]
    ran = subprocess.run(
        command, cwd=ROOT, env=os.environ | PROCESSORS[processor], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
