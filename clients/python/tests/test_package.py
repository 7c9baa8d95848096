"""The package as it is installed: typed, with every name told of, and in need of nothing else."""

import inspect
import subprocess
import sys
from pathlib import Path

import specie

EXAMPLE = Path(__file__).parent.parent / "examples" / "shop.py"
KINDS = (specie.AsyncClient, specie.AsyncPanel, specie.BTCPayClient, specie.Client, specie.Panel)


def test_the_package_and_a_shop_that_uses_it_are_strictly_typed(tmp_path):
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path)]
    for what in (["-p", "specie"], [str(EXAMPLE)]):
        checked = subprocess.run([*mypy, *what], cwd=tmp_path, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_what_is_said_of_the_compiled_module_is_true(tmp_path):
    stubtest = [sys.executable, "-m", "mypy.stubtest", "specie._native"]
    checked = subprocess.run(stubtest, cwd=tmp_path, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nothing_else_is_loaded():
    code = (
        "import sys, specie; "
        "sys.exit(', '.join({'requests', 'ecdsa', 'btcpay', 'urllib3'} & set(sys.modules)) or 0)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert loaded.returncode == 0, loaded.stderr


def test_every_public_name_says_what_it_is():
    silent = []
    for name in specie.__all__:
        value = getattr(specie, name)
        silent += [name] * (not inspect.getdoc(value))
        if inspect.isclass(value) or inspect.ismodule(value):
            own = ((one, each) for one, each in vars(value).items() if not one.startswith("_"))
            ours = [(one, each) for one, each in own if getattr(each, "__module__", "").startswith("specie")]
            silent += [f"{name}.{one}" for one, each in ours if not inspect.getdoc(each)]
    assert not silent


def test_what_waits_and_what_is_awaited_have_the_same_calls():
    for waiting, awaited in ((specie.Client, specie.AsyncClient), (specie.Panel, specie.AsyncPanel)):
        calls = [name for name in vars(waiting) if not name.startswith("_")]
        assert calls and calls == [name for name in vars(awaited) if not name.startswith("_")]
        for name in calls:
            assert inspect.iscoroutinefunction(getattr(awaited, name))
            assert inspect.signature(getattr(awaited, name)) == inspect.signature(getattr(waiting, name)), name
