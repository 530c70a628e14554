// simulate: runs the provider against the emulated cloud in simulated time, by chance, and checks
// what must hold (invariants.h). ./dev simulate builds and runs it.
#include <sched.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "tests/simulation/scenario.h"
#include "tests/simulation/shrink.h"

namespace ecs::simulation {
namespace {

constexpr char kUsage[] =
    R"(simulate [RUNS] [--seed N] [--seconds S] [--keep-going N] [--no-shrink] [--cases FOLDER]
simulate --case FILE

  RUNS             how many runs (default 1000), each of one seed
  --seed N         the first seed (default 1)
  --seconds S      ends after so many seconds, however many runs are left
  --keep-going N   how many kinds of failure are looked for before it ends (default 1)
  --no-shrink      reports the failing run as it was found
  --out FOLDER     where cases of failures are written (default: none are)
  --cases FOLDER   first repeats the cases in it
  --case FILE      repeats one run and tells it step by step
  --matrix         prints how often each fault met each operation

Ctrl-C ends it after the run that is under way.
)";

// Set by Ctrl-C: the run that is under way is the last one, and the totals are told.
volatile std::sig_atomic_t stop = 0;

struct Options {
  std::uint64_t runs = 1000;
  std::uint64_t seed = 1;
  double seconds = 0;
  std::size_t keep_going = 1;
  bool shrink = true;
  bool matrix = false;
  std::string out = {};
  std::string cases = {};
  std::string one = {};
};

std::optional<Options> Parse(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::string value = i + 1 < words.size() ? words[i + 1] : "";
    bool good = true;
    if (word == "--no-shrink") {
      options.shrink = false;
      continue;
    }
    if (word == "--matrix") {
      options.matrix = true;
      continue;
    }
    if (word.find_first_not_of("0123456789") == std::string::npos) {
      if (!absl::SimpleAtoi(word, &options.runs)) return std::nullopt;
      continue;
    }
    if (word == "--seed") {
      good = absl::SimpleAtoi(value, &options.seed);
    } else if (word == "--seconds") {
      good = absl::SimpleAtod(value, &options.seconds);
    } else if (word == "--keep-going") {
      good = absl::SimpleAtoi(value, &options.keep_going);
    } else if (word == "--out") {
      options.out = value;
    } else if (word == "--cases") {
      options.cases = value;
    } else if (word == "--case") {
      options.one = value;
    } else {
      good = false;
    }
    if (!good || value.empty()) return std::nullopt;
    ++i;
  }
  return options;
}

std::optional<Case> Load(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return std::nullopt;
  return ParseCase(text.str());
}

void PrintSteps(const RunResult& result) {
  for (const std::string& step : result.steps) std::cout << step << "\n";
}

class Search {
 public:
  explicit Search(const Options& options) : options_(options) {}

  int Run() {
    if (!options_.cases.empty()) RepeatCases();
    const auto began = Seconds();
    std::uint64_t seed = options_.seed;
    for (std::uint64_t i = 0; i < options_.runs; ++i, ++seed) {
      if (stop != 0) break;
      if (options_.seconds > 0 && Seconds() - began > options_.seconds) break;
      const RunResult result = RunCase({.seed = seed}, totals_);
      if (!result.violations.empty() && !Report({.seed = seed}, result)) break;
      // The same seed has to give the same run, or a failure could not be repeated.
      if (seed % 100 == 0) CheckRepeats(seed, result);
    }
    PrintTotals(Seconds() - began);
    return failures_ == 0 ? 0 : 1;
  }

 private:
  static double Seconds() {
    return std::chrono::duration<double>(RealClock().Now().time_since_epoch()).count();
  }

  void CheckRepeats(std::uint64_t seed, const RunResult& first) {
    Totals unused;
    const RunResult second = RunCase({.seed = seed}, unused);
    ++repeats_;
    if (first.trace == second.trace) return;
    ++failures_;
    std::cout << "seed " << seed << " gives two different runs; the first difference:\n";
    for (std::size_t i = 0; i < first.steps.size() || i < second.steps.size(); ++i) {
      const std::string one = i < first.steps.size() ? first.steps[i] : "(ended)";
      const std::string two = i < second.steps.size() ? second.steps[i] : "(ended)";
      if (one == two) continue;
      std::cout << "  " << one << "\n  " << two << "\n";
      return;
    }
  }

  void RepeatCases() {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(options_.cases)) {
      if (entry.path().extension() == ".case") files.insert(entry.path());
    }
    for (const auto& file : files) {
      const std::optional<Case> one = Load(file);
      if (!one) {
        std::cout << file.string() << " is no case\n";
        ++failures_;
        continue;
      }
      const RunResult result = RunCase(*one, totals_);
      for (const auto& [name, value] : result.unused) {
        if (value != 0)
          std::cout << file.filename().string() << ": the run has no choice \"" << name << "\"\n";
      }
      if (result.violations.empty()) continue;
      ++failures_;
      std::cout << file.string() << ":\n";
      for (const Violation& violation : result.violations) {
        std::cout << violation.invariant << " " << violation.text << "\n";
      }
      PrintSteps(result);
    }
    std::cout << files.size() << " kept cases repeated\n";
  }

  // One report for each invariant and the operation it is about. False: enough are known.
  bool Report(const Case& one, const RunResult& result) {
    const Violation& broken = result.violations.front();
    const std::string kind = KindOf(broken);
    if (!kinds_.emplace(kind, 0).second) {
      ++kinds_[kind];
      return true;
    }
    ++failures_;
    Case smallest = one;
    RunResult shown = result;
    int runs = 0;
    if (options_.shrink) {
      Totals unused;
      const auto fails = [&](const Case& candidate) {
        const RunResult tried = RunCase(candidate, unused);
        return !tried.violations.empty() && KindOf(tried.violations.front()) == kind;
      };
      const Shrunk shrunk = Shrink(one.seed, result.taken, fails, 600);
      runs = shrunk.runs;
      shown = RunCase(shrunk.one, unused);
      smallest = {one.seed, shown.taken, /*dull=*/true};
      if (shown.violations.empty()) shown = result;
    }
    const Violation& told = shown.violations.front();
    std::cout << "\n"
              << told.invariant << " " << told.text << "\n   seed " << one.seed << ", " << runs
              << " runs to shrink, " << shown.taken.size() << " choices\n";
    PrintSteps(shown);
    for (const auto& [name, value] : shown.taken)
      std::cout << "    " << name << " = " << value << "\n";
    if (!options_.out.empty()) {
      std::filesystem::create_directories(options_.out);
      const std::string name =
          absl::StrCat(options_.out, "/", told.invariant, "-", one.seed, ".case");
      std::ofstream(name) << CaseText(smallest, absl::StrCat(told.invariant, " ", told.text));
      std::cout << "repeat: ./dev simulate --case " << name << "\n";
    }
    std::cout << std::flush;
    return kinds_.size() < options_.keep_going;
  }

  // The invariant and the words of its text that are no names or ids.
  static std::string KindOf(const Violation& violation) {
    std::string kind = violation.invariant;
    const std::string& text = violation.text;
    const std::size_t stop = std::min(text.find(", but"), text.find(": "));
    for (const absl::string_view word : absl::StrSplit(text.substr(0, stop), ' ')) {
      const bool is_name = word.find_first_of("0123456789[-") != absl::string_view::npos;
      if (!is_name) absl::StrAppend(&kind, " ", word);
    }
    if (violation.invariant == "I7" || violation.invariant == "I14") {
      const auto but = text.find("but ");
      if (but != std::string::npos)
        absl::StrAppend(&kind, " ", text.substr(but, text.find(" is", but) - but));
    }
    return kind;
  }

  void PrintTotals(double seconds) {
    std::cout << absl::StreamFormat(
        "%d runs, %d applies, %d requests, %d faults, %d kills, %d interrupts, %d changes by "
        "others; %.0f applies a second; %d runs repeated alike\n",
        totals_.runs, totals_.applies, totals_.requests, totals_.faults, totals_.kills,
        totals_.interrupts, totals_.neighbour_acts,
        static_cast<double>(totals_.applies) / std::max(seconds, 0.001), repeats_);
    for (const auto& [kind, more] : kinds_) {
      std::cout << "  " << kind << ": " << 1 + more << " runs\n";
    }
    if (!options_.matrix) return;
    for (const auto& [operation, fates] : totals_.matrix) {
      std::cout << operation << ":";
      for (const auto& [fate, count] : fates) std::cout << " " << fate << " " << count << ",";
      std::cout << "\n";
    }
  }

  const Options& options_;
  Totals totals_;
  std::map<std::string, std::uint64_t> kinds_;
  int failures_ = 0;
  int repeats_ = 0;
};

int Repeat(const std::string& path) {
  const std::optional<Case> one = Load(path);
  if (!one) {
    std::cerr << path << " is no case\n";
    return 2;
  }
  Totals totals;
  const RunResult result = RunCase(*one, totals);
  PrintSteps(result);
  for (const Violation& violation : result.violations) {
    std::cout << violation.invariant << " " << violation.text << "\n";
  }
  std::cout << (result.violations.empty() ? "nothing is broken\n" : "");
  return result.violations.empty() ? 0 : 1;
}

}  // namespace
}  // namespace ecs::simulation

int main(int argc, char** argv) {
  // One thread runs at a time: on one processor it takes over twice as fast.
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);
  const auto options = ecs::simulation::Parse({argv + 1, argv + argc});
  if (!options) {
    std::cerr << ecs::simulation::kUsage;
    return 2;
  }
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { ecs::simulation::stop = 1; });
  }
  if (!options->one.empty()) return ecs::simulation::Repeat(options->one);
  return ecs::simulation::Search(*options).Run();
}
