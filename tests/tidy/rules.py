"""The rules of tidy.py as data. A ban names what to use instead; an exception names its reason."""

import dataclasses
import re
from typing import Pattern, Tuple


@dataclasses.dataclass(frozen=True)
class Ban:
    what: str
    pattern: Pattern[str]
    instead: str
    files: Pattern[str]  # where the ban holds
    allowed: Tuple[str, ...] = ()  # files, or folders ending in /, where it does not
    in_comments: bool = False

    def covers(self, path):
        if not self.files.search(path):
            return False
        return not any(
            path == name or (name.endswith("/") and path.startswith(name)) for name in self.allowed
        )


CPP = re.compile(r"\.(cc|h)$")
PRODUCT = re.compile(r"^(base|client|provider|resources)/.*\.(cc|h)$|^main\.cc$")
PYTHON_TESTS = re.compile(r"^tests/.*\.py$")
ALL = re.compile(r"")

# This file has to spell what it bans.
HERE = "tests/tidy/rules.py"


def ban(what, pattern, instead, files=CPP, allowed=(), in_comments=False):
    return Ban(what, re.compile(pattern), instead, files, tuple(allowed), in_comments)


BANS = [
    ban(
        "sleep_for, sleep_until",
        r"\bsleep_(for|until)\b|\bu?sleep\(|\bnanosleep\b",
        "use call.clock.SleepUntil, which hears cancel",
    ),
    ban(
        "the machine's clock",
        r"\b(system|steady|high_resolution)_clock::now\b|\bgettimeofday\b|\bclock_gettime\b",
        "take a Clock; only base/clock.cc asks the machine",
        allowed=["base/clock.cc", "tests/bench/"],
    ),
    ban(
        "time.sleep in a test",
        r"\btime\.sleep\b",
        "wait for the event, with a deadline",
        files=PYTHON_TESTS,
        allowed=[HERE],
    ),
    ban(
        "writing to stdout",
        r"\bstd::cout\b|(?<![fns])printf\(|\bputs\(|\bSTDOUT_FILENO\b|\bstdout\b",
        "stdout is Terraform's: log to stderr, or print in main.cc",
        files=PRODUCT,
        allowed=["provider/plugin/handshake.cc", "provider/plugin/serve.cc", "main.cc"],
    ),
    ban(
        "writing to stderr by hand",
        r"\bstd::cerr\b|\bSTDERR_FILENO\b",
        "use the log of the Call",
        files=re.compile(r"^(client|resources|provider/(cty|schema|lifecycle|rpc))/.*\.(cc|h)$"),
    ),
    ban(
        "a tfplugin6 message",
        r"\btfplugin6\b",
        "protobuf stays in provider/rpc; use native values",
        allowed=[
            "provider/rpc/",
            "tests/unit/rpc/",
            "tests/unit/plugin/",
            "tests/contract/",
            "tests/protocol/",
            "tests/support/",
            "tests/simulation/",
            "tests/fuzz/",
            "tests/bench/",
        ],
    ),
    ban(
        "gRPC",
        r"\bgrpc::",
        "gRPC stays in provider/rpc and provider/plugin",
        allowed=[
            "provider/rpc/",
            "provider/plugin/",
            "main.cc",
            "tests/unit/rpc/",
            "tests/unit/plugin/",
            "tests/support/",
            "tests/contract/",
            "tests/protocol/",
            "tests/bench/",
        ],
    ),
    ban(
        "curl",
        r"\bcurl_(easy|multi|global|slist)_",
        "curl stays in client/curl_transport.cc",
        allowed=["client/curl_transport.cc"],
    ),
    ban(
        "an environment variable",
        r"\b(std::)?getenv\(",
        "take it as a parameter from main.cc",
        files=re.compile(r"^(provider/(cty|schema|lifecycle|rpc)|resources|client)/.*\.(cc|h)$"),
        # Where settings come from, and where the machine keeps its CA certificates.
        allowed=["client/settings_sources.cc", "client/curl_transport.cc"],
    ),
    ban(
        "std::format, std::expected",
        r"\bstd::(format|expected)\b|<(format|expected)>",
        "g++ 12 has neither: use absl::StrCat and Result",
    ),
    ban(
        "using namespace",
        r"^\s*using namespace (?!std::(literals|chrono_literals|string_literals)"
        r"|std::literals::)",
        "name what you use",
    ),
    ban("a rand() of C", r"\bs?rand\(\)", "take a random source, so that a test can repeat it"),
    ban(
        "chance of the machine",
        r"\brandom_device\b|\bRAND_(priv_)?bytes\b|\bgetentropy\b",
        "take a Random; only base/random.cc asks the machine",
        files=PRODUCT,
        # Its keys are OpenSSL's own business.
        allowed=["base/random.cc", "provider/plugin/"],
    ),
    ban(
        "a wait that no clock knows",
        r"[.>]Await(WithTimeout|WithDeadline)?\(absl::Condition|\bCondVar\b|\bcondition_variable\b",
        "use Clock::AwaitUnder with a Signal: it hears cancel, and the simulator owns it",
        files=PRODUCT,
        allowed=["base/signal.h", "provider/plugin/"],
    ),
    ban(
        "a thread of one's own",
        r"\bstd::j?thread\b",
        "gRPC's threads do the work; the transport has the only other one",
        files=PRODUCT,
        allowed=["client/curl_transport.cc", "provider/plugin/"],
    ),
    ban(
        "the machine's time",
        r"\babsl::Now\(|\babsl::GetCurrentTimeNanos\b",
        "take a Clock",
        files=PRODUCT,
    ),
    ban(
        "unfinished work",
        r"\b(FIX" + r"ME|TO" + r"DO|XX" + r"X|HA" + r"CK)\b",
        "finish it before it lands",
        files=ALL,
        in_comments=True,
    ),
    ban(
        "a path of one machine",
        r"(?<![\w.$}])/(work|root|home/\w+)/",
        "use paths relative to the project",
        files=ALL,
        allowed=[HERE],
        in_comments=True,
    ),
    ban(
        "a disabled test",
        r"\bDISABLED_|\bGTEST_SKIP\b",
        "mend it or remove it",
        files=re.compile(r"^tests/"),
    ),
    ban(
        "white space at the end of a line",
        r"[ \t]+$",
        "remove it",
        files=re.compile(r"\.(cc|h|py|sh|cmake|proto|tf|txt)$|^dev$"),
        in_comments=True,
    ),
    ban(
        "a tab",
        r"\t",
        "use spaces",
        files=re.compile(r"\.(cc|h|py|cmake|proto|tf)$"),
        in_comments=True,
        allowed=[],
    ),
]


@dataclasses.dataclass(frozen=True)
class Layer:
    files: Pattern[str]
    includes: Pattern[str]
    reason: str
    allowed: Tuple[str, ...] = ()

    def forbids(self, path, included):
        if any(
            path == name or (name.endswith("/") and path.startswith(name)) for name in self.allowed
        ):
            return False
        return bool(self.files.search(path) and self.includes.search(included))


def layer(files, includes, reason, allowed=()):
    return Layer(re.compile(files), re.compile(includes), reason, tuple(allowed))


# The arrows of the folders: main to resources to client to base; main to provider, and inside it
# plugin to rpc to lifecycle to schema to cty to base.
LAYERS = [
    layer(r"^base/", r"^(client|provider|resources|proto|tests)/", "base knows nobody"),
    layer(
        r"^provider/",
        r"^(client|resources)/",
        "being a provider knows nothing of servers or of HTTP",
    ),
    layer(r"^provider/cty/", r"^provider/(schema|lifecycle|rpc|plugin)/", "cty knows only base"),
    layer(
        r"^provider/schema/", r"^provider/(lifecycle|rpc|plugin)/", "schema knows only cty and base"
    ),
    layer(
        r"^provider/lifecycle/", r"^provider/(rpc|plugin)/", "lifecycle knows schema, cty and base"
    ),
    layer(r"^provider/rpc/", r"^provider/plugin/", "rpc does not know the process around it"),
    layer(r"^client/", r"^(provider|resources)/", "the cloud's client knows nothing of Terraform"),
    layer(
        r"^resources/",
        r"^provider/(rpc|plugin|lifecycle)/",
        "resources describe; they know provider/schema",
    ),
    layer(
        r"^(base|client|provider|resources|main)", r"^tests/", "the product does not know its tests"
    ),
    layer(
        r"^tests/emulator/",
        r"^(client|provider|resources)/",
        "the emulator shares no mapping with the provider: a mistake in both would be invisible",
    ),
    layer(
        r"",
        r"^curl/",
        "curl stays in client/curl_transport.cc",
        allowed=["client/curl_transport.cc"],
    ),
    layer(
        r"",
        r"^grpc(pp)?/",
        "gRPC stays in provider/rpc and provider/plugin",
        allowed=[
            "provider/rpc/",
            "provider/plugin/",
            "main.cc",
            "tests/unit/rpc/",
            "tests/unit/plugin/",
            "tests/support/",
            "tests/contract/",
            "tests/protocol/",
            "tests/bench/",
        ],
    ),
    layer(
        r"",
        r"\.pb\.h$",
        "protobuf stays in provider/rpc and provider/plugin",
        allowed=[
            "provider/rpc/",
            "provider/plugin/",
            "tests/unit/rpc/",
            "tests/unit/plugin/",
            "tests/support/",
            "tests/contract/",
            "tests/protocol/",
            "tests/simulation/",
            "tests/fuzz/",
            "tests/bench/",
        ],
    ),
    layer(
        r"^(provider|resources|base|main)", r"^httplib\.h$", "only the emulator has an HTTP server"
    ),
    layer(r"", r"^\.\./", "include by the path from the top folder"),
]


@dataclasses.dataclass(frozen=True)
class Limits:
    columns: int
    file_lines: int
    function_lines: int
    lines_exempt: Tuple[str, ...]


# Protocol files keep the order of what they are compatible with; pages and data have long lines.
LIMITS = Limits(
    columns=100,
    file_lines=500,
    function_lines=70,
    lines_exempt=(".proto", ".md", ".json", ".jsonl", ".txt"),
)
