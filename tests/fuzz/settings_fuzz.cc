// The environment and clouds.yaml: lines NAME=value up to an empty line, then the file.
// Promised: settings come together or are kInvalid, and so does their check; nothing throws.
#include <map>
#include <optional>
#include <string>

#include "client/catalogue.h"
#include "client/settings_sources.h"
#include "tests/fuzz/fuzz.h"

namespace ecs::fuzz {

void Try(std::string_view bytes) {
  Input input(bytes);
  std::map<std::string, std::string> variables;
  for (std::string_view line = input.Line(); !line.empty(); line = input.Line()) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    variables[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  const std::string file(input.Rest());
  const client::Surroundings surroundings{
      .variable = [&](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
      },
      // clouds.yaml and the secure.yaml beside it
      .file = [&](const std::string&) -> std::optional<std::string> { return file; }};
  const Result<client::Settings> settings = client::Complete({.cloud = "mine"}, surroundings);
  if (!settings.ok()) {
    PROMISE(settings.error().code == Code::kInvalid && !settings.error().summary.empty());
    return;
  }
  const Status checked = client::Check(*settings);
  PROMISE(checked.ok() || checked.error().code == Code::kInvalid);
  client::IamBase(*settings);
  client::TemplateEndpoint(*settings, "ecs");
}

}  // namespace ecs::fuzz
