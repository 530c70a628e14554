#include "tests/simulation/shrink.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ecs::simulation {
namespace {

class Shrinker {
 public:
  Shrinker(Case one, const std::function<bool(const Case&)>& fails, int most_runs)
      : best_(std::move(one)), fails_(fails), left_(most_runs) {}

  // Makes chunks of the lively choices dull: halves first, single ones last.
  void Remove() {
    std::vector<std::string> names = Lively();
    for (std::size_t chunk = std::max<std::size_t>(names.size() / 2, 1); left_ > 0; chunk /= 2) {
      bool removed = false;
      for (std::size_t first = 0; first < names.size() && left_ > 0;) {
        const std::size_t last = std::min(first + chunk, names.size());
        Case smaller = best_;
        for (std::size_t i = first; i < last; ++i) smaller.overrides[names[i]] = 0;
        if (Try(smaller)) {
          names.erase(names.begin() + std::ptrdiff_t(first), names.begin() + std::ptrdiff_t(last));
          removed = true;
        } else {
          first = last;
        }
      }
      if (chunk == 1 && !removed) break;
      chunk = std::max<std::size_t>(chunk, 2);
    }
  }

  void Lower() {
    for (const std::string& name : Lively()) {
      for (const std::uint64_t value : {std::uint64_t{1}, best_.overrides[name] / 2}) {
        if (value == 0 || value >= best_.overrides[name] || left_ <= 0) continue;
        Case smaller = best_;
        smaller.overrides[name] = value;
        Try(smaller);
      }
    }
  }

  Case best() const { return best_; }
  int left() const { return left_; }

 private:
  std::vector<std::string> Lively() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : best_.overrides) {
      if (value != 0) names.push_back(name);
    }
    return names;
  }

  bool Try(const Case& smaller) {
    --left_;
    if (!fails_(smaller)) return false;
    best_ = smaller;
    return true;
  }

  Case best_;
  const std::function<bool(const Case&)>& fails_;
  int left_;
};

}  // namespace

Shrunk Shrink(std::uint64_t seed, Choices::Overrides taken,
              const std::function<bool(const Case&)>& fails, int most_runs) {
  Shrinker shrinker({seed, std::move(taken), /*dull=*/true}, fails, most_runs);
  shrinker.Remove();
  shrinker.Lower();
  return {shrinker.best(), most_runs - shrinker.left()};
}

}  // namespace ecs::simulation
