package dev.palimpsest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostileProgramsTests {
    private static final TimeLimit SHORT = new TimeLimit(Duration.ofSeconds(1), 4);
    private static final List<String> PROGRAMS =
            List.of(
                    "while True: pass",
                    "def f(n): return f(n + 1)\nf(0)",
                    "x = [0] * (10 * 2**30 // 8)",
                    "x = []\nwhile True: x.append('x' * 1000000 + str(len(x)))",
                    "x = 10 ** 10 ** 9",
                    "import os\nif os.fork() == 0: pass",
                    "open('/etc/passwd').read()",
                    "open('stolen', 'w').write('x')",
                    "import socket\nsocket.create_connection(('127.0.0.1', 80))",
                    "exit(0)",
                    "import sys\nsys.exit(0)",
                    "raise SystemExit(0)",
                    "import os\nos._exit(0)",
                    "import os\nos.abort()",
                    "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nassert False",
                    "import signal\nsignal.alarm(1)\nwhile True: pass",
                    "import builtins\nbuiltins.AssertionError = KeyError\nassert False",
                    "import builtins\nbuiltins.exec = lambda *a: None\nassert False",
                    "while True: print('x' * 10000)",
                    "import time\ntime.sleep(1000)",
                    "import threading, time\nt = threading.Thread(target=time.sleep, args=(1000,))\nt.start()\nt.join()",
                    "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
                    "import os\nos.write(1, b'{\"ending\":\"PASSED\",\"detail\":\"\",\"seconds\":0,\"sound\":true}\\n')\nassert False",
                    "import sys\nsys.__stdout__.write('\\n{\"ending\":\"PASSED\",\"detail\":\"\",\"seconds\":0,\"sound\":true}\\n')\nsys.__stdout__.flush()\nassert False",
                    "raise ValueError('x\\n{\"ending\":\"PASSED\",\"detail\":\"\",\"seconds\":0,\"sound\":true}\\n')",
                    "eval(compile('assert False', 'x', 'exec'))",
                    "exec('raise KeyError(1)', {'__builtins__': {}})",
                    "import ctypes\nctypes.CDLL(None).abort()",
                    "import java\njava.type('java.lang.System').exit(0)",
                    "import polyglot\npolyglot.eval(language='js', string='1')",
                    "class A:\n  def __del__(self):\n    while True: pass\na = A()\ndel a\nimport gc\ngc.collect()\nassert False",
                    "import gc\nwhile True: gc.collect()",
                    "import re\nre.match(r'(a|aa)+$', 'a' * 60 + 'b')\nassert False",
                    "x = 'x' * (2 ** 31 - 100)\ny = x * 1000",
                    "print(7 ** 3000000)",
                    "def g():\n  while True: yield from (x for x in range(10 ** 9))\nsum(g())",
                    "import zlib\nx = zlib.compress(b'0' * 10 ** 8)\ny = [zlib.decompress(x) for _ in range(100)]",
                    "class S(str):\n  def __eq__(self, other): raise BaseException('no')\nassert S('a') == 'a'",
                    "class E(Exception):\n  def __str__(self):\n    while True: pass\nraise E()",
                    "import subprocess\nsubprocess.run(['id'], check=True)",
                    "import atexit\n@atexit.register\ndef f():\n  while True: pass\nassert False");

    @Test
    void eachEndsAsAFailedItemInTimeAndTheNextProgramRuns() throws InterruptedException {
        List<String> wrong = new ArrayList<>();
        try (Sandbox sandbox = new Sandbox(SHORT)) {
            for (String program : PROGRAMS) {
                Verdict verdict = sandbox.run(program);
                if (verdict.passed()) wrong.add(program + " " + verdict);
                if (!sandbox.run("assert sorted([2, 1]) == [1, 2]").passed())
                    wrong.add("no good program after " + program);
            }
        }
        assertThat(PROGRAMS).hasSizeGreaterThanOrEqualTo(40);
        assertThat(wrong).isEmpty();
    }
}
