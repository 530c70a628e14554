#include "tests/emulator/command_line.h"

#include <cstdlib>

#include "tests/emulator/cloud/faults.h"
#include "tests/emulator/cloud/seed.h"
#include "tests/emulator/cloud/text.h"

namespace emulator {
namespace {

using ecs::Ok;
using ecs::Status;

ecs::Error Invalid(std::string_view what) {
  return {.code = ecs::Code::kInvalid,
          .summary = std::string(what),
          .hint = "ecs-emulator --help lists the options."};
}

Status Take(std::string& where, const std::string& value) {
  where = value;
  return Ok{};
}

Status Take(ecs::Duration& where, const std::string& value) {
  ASSIGN_OR_RETURN(where, ParseDuration(value));
  return Ok{};
}

template <class Number>
Status TakeNumber(Number& where, const std::string& value) {
  if (!ReadNumber(value, &where) || where < 0) {
    return Invalid(StrCat("\"", value, "\" is not a number"));
  }
  return Ok{};
}

Status TakeDecimal(double& where, const std::string& value) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), where);
  const bool whole = error == std::errc() && end == value.data() + value.size();
  if (!whole || where < 0) return Invalid(StrCat("\"", value, "\" is not a number"));
  return Ok{};
}

Status TakeCapacity(Settings& settings, const std::string& value) {
  const auto [flavor, number] = SplitOnce(value, '=');
  return TakeNumber(settings.options.capacity[flavor], number);
}

Status TakeDuration(Settings& settings, const std::string& value) {
  const auto [name, text] = SplitOnce(value, '=');
  ASSIGN_OR_RETURN(ecs::Duration takes, ParseDuration(text));
  return settings.options.durations.Set(name, takes);
}

Status TakeSpeed(Settings& settings, const std::string& value) {
  double speed = 0;
  RETURN_IF_ERROR(TakeDecimal(speed, value));
  settings.options.durations.SetSpeed(speed);
  return Ok{};
}

Status TakeFault(Settings& settings, const std::string& value) {
  ASSIGN_OR_RETURN(Fault fault, ParseFault(value));
  static_cast<void>(fault);
  settings.options.faults.push_back(value);
  return Ok{};
}

Status TakeWithout(Settings& settings, const std::string& value) {
  if (value != "autorecovery" && value != "client-token") {
    return Invalid(StrCat("There is no feature \"", value, "\""));
  }
  settings.options.without.insert(value);
  return Ok{};
}

Status TakeFullResize(Settings& settings, const std::string& value) {
  if (value != "rollback" && value != "refuse") {
    return Invalid("--full-resize is either rollback or refuse");
  }
  settings.options.refuse_full_resize = value == "refuse";
  return Ok{};
}

Status TakeMetadata(Settings& settings, const std::string& value) {
  static const std::map<std::string, Metadata> kWords = {
      {"both", Metadata::kTokenAccepted},
      {"token", Metadata::kTokenRequired},
      {"first", Metadata::kFirstVersion},
      {"no-agency", Metadata::kWithoutAgency},
  };
  const auto found = kWords.find(value);
  if (found == kWords.end()) {
    return Invalid("--metadata is one of both, token, first and no-agency");
  }
  settings.options.metadata = found->second;
  return Ok{};
}

Status TakeRetryAfter(Settings& settings, const std::string& value) {
  int seconds = 0;
  RETURN_IF_ERROR(TakeNumber(seconds, value));
  settings.options.retry_after_seconds = seconds;
  return Ok{};
}

// One option: its name, what stands for its value in the help (empty: it has none), its help.
struct Flag {
  const char* name;
  const char* value;
  const char* help;
  Status (*take)(Settings& settings, const std::string& value);
};

#define ECS_TEXT(member) \
  [](Settings& s, const std::string& value) -> Status { return Take(s.member, value); }
#define ECS_SWITCH(member)                        \
  [](Settings& s, const std::string&) -> Status { \
    s.member = true;                              \
    return Ok{};                                  \
  }
#define ECS_NUMBER(member) \
  [](Settings& s, const std::string& value) -> Status { return TakeNumber(s.member, value); }

const Flag kFlags[] = {
    {"port", "N", "port to listen on; 0 (the default): one that is free", ECS_NUMBER(port)},
    {"listen", "ADDRESS", "address to listen on; default 127.0.0.1", ECS_TEXT(address)},
    {"port-file", "PATH", "write the port into this file once it listens", ECS_TEXT(port_file)},
    {"user", "NAME", "user name; default demo", ECS_TEXT(options.user_name)},
    {"password", "TEXT", "password; default demo-password", ECS_TEXT(options.password)},
    {"domain", "NAME", "domain (account) name; default demo-domain", ECS_TEXT(options.domain_name)},
    {"region", "NAME", "region; default eu-demo", ECS_TEXT(options.region)},
    {"project", "NAME", "project name; default the region", ECS_TEXT(options.project_name)},
    {"project-id", "HEX", "project id; default 0123456789abcdef0123456789abcdef",
     ECS_TEXT(options.project_id)},
    {"access-key", "TEXT", "access key; default AKDEMO0000000000DEMO",
     ECS_TEXT(options.access_key)},
    {"secret-key", "TEXT", "secret key; default SKDEMO00000000000000000000000000000DEMO",
     ECS_TEXT(options.secret_key)},
    {"duration", "NAME=TIME", "how long a kind of work takes, such as resize=10s; see below",
     TakeDuration},
    {"speed", "FACTOR", "divide all durations by this; default 1", TakeSpeed},
    {"instant", "", "no work takes time",
     [](Settings& s, const std::string&) -> Status {
       s.options.durations.SetSpeed(0);
       return Ok{};
     }},
    {"latency", "TIME", "wait before every answer", ECS_TEXT(options.latency)},
    {"rate", "N", "requests per second; more are answered 429",
     [](Settings& s, const std::string& value) -> Status {
       return TakeDecimal(s.options.requests_per_second, value);
     }},
    {"retry-after", "SECONDS", "Retry-After of those 429", TakeRetryAfter},
    {"token-life", "TIME", "how long tokens are valid; default 24h", ECS_TEXT(options.token_life)},
    {"key-life", "TIME", "how long the metadata service's keys are valid; default 1h",
     ECS_TEXT(options.key_life)},
    {"metadata", "HOW",
     "the metadata service: both versions (default: both), token, first, no-agency", TakeMetadata},
    {"capacity", "FLAVOR=N", "so many servers of the flavor fit; more fail, a resize rolls back",
     TakeCapacity},
    {"full-resize", "HOW", "a native resize without room: rollback (default) or refuse (400)",
     TakeFullResize},
    {"confirm-window", "TIME", "a resize confirms itself after this; default never",
     ECS_TEXT(options.confirm_window)},
    {"without", "FEATURE", "a cloud that lacks autorecovery or client-token", TakeWithout},
    {"older-nova", "", "what Nova 17 did where Nova 26 was measured to differ",
     ECS_SWITCH(options.older_nova)},
    {"refuse-zero-disk", "", "native create from an image on a flavor without a disk is 403",
     ECS_SWITCH(options.refuse_zero_disk)},
    {"idempotent-start-stop", "", "batch start of a running server succeeds, stop likewise",
     ECS_SWITCH(options.noop_start_stop)},
    {"max-servers", "N", "quota of servers; default 2048", ECS_NUMBER(options.max_servers)},
    {"fault", "PLAN", "plan a fault, such as CreateServers:lost:1; see below", TakeFault},
    {"seed", "N", "make ids, addresses and secrets repeat", ECS_NUMBER(options.seed)},
    {"help", "", "print this", ECS_SWITCH(help)},
};

#undef ECS_TEXT
#undef ECS_SWITCH
#undef ECS_NUMBER

const Flag* FindFlag(std::string_view name) {
  for (const Flag& flag : kFlags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

std::string Column(const std::string& text, std::size_t width) {
  return text + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

}  // namespace

ecs::Result<Settings> ParseCommandLine(const std::vector<std::string>& arguments) {
  Settings settings;
  settings.options.seed = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view argument = arguments[i];
    if (argument == "-h") argument = "--help";
    if (!ConsumePrefix(&argument, "--")) return Invalid(StrCat("What is \"", argument, "\"?"));
    const bool joined = Contains(argument, "=");
    auto [name, value] = SplitOnce(argument, '=');
    const Flag* flag = FindFlag(name);
    if (flag == nullptr) return Invalid(StrCat("There is no option --", name));
    const bool wants_value = flag->value[0] != '\0';
    if (joined && !wants_value) return Invalid(StrCat("--", name, " takes no value"));
    if (wants_value && !joined) {
      if (i + 1 == arguments.size()) return Invalid(StrCat("--", name, " needs ", flag->value));
      value = arguments[++i];
    }
    RETURN_IF_ERROR(flag->take(settings, value));
  }
  return settings;
}

std::string HelpText() {
  std::string text =
      "ecs-emulator: an Elastic Cloud Server cloud on one local port, for tests and pipelines.\n"
      "It answers as IAM, ECS v1, Nova, VPC, Neutron, EVS, Cinder, IMS, Glance and EIP.\n\n"
      "  ecs-emulator --port 8080\n"
      "  export OS_AUTH_URL=http://127.0.0.1:8080/v3 OS_USERNAME=demo OS_PASSWORD=demo-password\n"
      "  export OS_DOMAIN_NAME=demo-domain OS_PROJECT_NAME=eu-demo OS_REGION_NAME=eu-demo\n\n"
      "When it listens it prints one line: {\"url\": …, \"port\": N}. SIGINT and SIGTERM end "
      "it.\n\n"
      "Options (--name VALUE or --name=VALUE):\n";
  for (const Flag& flag : kFlags) {
    StrAppend(&text, "  --", Column(StrCat(flag.name, " ", flag.value), 24), flag.help, "\n");
  }
  StrAppend(&text, "\nDurations:\n ");
  const Durations defaults;
  for (const auto& [name, takes] : defaults.all()) {
    StrAppend(&text, " ", name, "=", takes / std::chrono::milliseconds(1), "ms");
  }
  StrAppend(&text,
            "\n\nFaults: OPERATION:KIND[:COUNT][:NAME=VALUE]…\n"
            "  OPERATION  CreateServers, nova.ResizeServer, ecs.*, *; the journal names them all\n"
            "  KIND       not executed: refuse, reset, throttle, unavailable, html\n"
            "             executed, the answer spoiled: lost, slow, malformed, truncated, without\n"
            "             executed, ends otherwise: fail (or rollback), error, stuck\n"
            "  COUNT      a number, or always; default 1\n"
            "  NAME       status, code, message, delay, retry_after, member, server, skip\n");
  StrAppend(
      &text,
      "\nControl path (this machine only, no sign-in):\n"
      "  GET, POST, DELETE /_emulator/faults      plan faults; see which were not seen\n"
      "  GET, DELETE       /_emulator/journal     what was asked, in order, and counts\n"
      "  GET               /_emulator/state       all that exists\n"
      "  POST, DELETE      /_emulator/servers/ID  {\"status\": \"ERROR\"}, flavor, auto_recovery,\n"
      "                                           locked, name, tags, metadata, task_state\n"
      "  POST              /_emulator/tokens/revoke\n"
      "  POST              /_emulator/options     capacity, durations, speed, latency,\n"
      "                                           requests_per_second, autorecovery\n");
  StrAppend(&text, "\nSeeded:\n", SeedText());
  return text;
}

}  // namespace emulator
