// Joins the plugin and its resources: serve (default), --debug, version, check, docs.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "base/log.h"
#include "provider/plugin/serve.h"
#include "provider/rpc/provider_service.h"
#include "provider/schema/check.h"
#include "provider/schema/docs.h"
#include "resources/registry.h"

namespace {

constexpr char kUsage[] =
    R"(terraform-provider-ecs: the Terraform and OpenTofu provider for ECS clouds

Terraform starts it by itself; see the README for how to install it.

  terraform-provider-ecs --debug           serve for a debugger, prints TF_REATTACH_PROVIDERS
  terraform-provider-ecs version           print the version
  terraform-provider-ecs check             look for contradictions in the resource descriptions
  terraform-provider-ecs docs ROOT         write ROOT/docs from the descriptions and ROOT/examples
)";

ecs::schema::ProviderType MakeProvider() {
  return ecs::resources::MakeProvider(ECS_VERSION, ecs::resources::RealOutside());
}

int Serve(bool debug) {
  ecs::Log log(ecs::LevelFromEnvironment(), ecs::RealClock(), ecs::StderrSink());
  const ecs::schema::ProviderType provider = MakeProvider();
  ecs::rpc::Session session(ecs::RealClock(), log, ecs::RealRandom());
  ecs::rpc::ProviderService service(provider, session, log);
  return ecs::plugin::Serve({.name = "terraform-provider-ecs",
                             .version = ECS_VERSION,
                             .source = "ecs-cloud/ecs",
                             .debug = debug,
                             .provider = service,
                             .log = log,
                             .on_stop = [&session] { session.Stop(); }});
}

int Check() {
  const std::vector<std::string> defects = ecs::schema::CheckProvider(MakeProvider());
  for (const std::string& defect : defects) std::cerr << defect << "\n";
  return defects.empty() ? 0 : 1;
}

int WriteDocs(const std::filesystem::path& root) {
  std::map<std::string, std::string> examples;
  const std::filesystem::path folder = root / "examples";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    examples[std::filesystem::relative(entry.path(), folder).string()] = text.str();
  }
  const auto pages = ecs::schema::RenderDocs(MakeProvider(), examples);
  for (const auto& [name, text] : pages) {
    const std::filesystem::path path = root / "docs" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path);
    out << text;
    if (!out.flush()) {
      std::cerr << "cannot write " << path << "\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.empty()) return Serve(false);
    if (words[0] == "--debug" || words[0] == "-debug") return Serve(true);
    if (words[0] == "check") return Check();
    if (words[0] == "docs" && words.size() == 2) return WriteDocs(words[1]);
  } catch (const std::exception& problem) {
    std::cerr << "terraform-provider-ecs: " << problem.what() << "\n";
    return 1;
  }
  if (words[0] == "version" || words[0] == "--version") {
    std::cout << "terraform-provider-ecs " << ECS_VERSION << "\n";
    return 0;
  }
  const bool asked = words[0] == "help" || words[0] == "--help";
  (asked ? std::cout : std::cerr) << kUsage;
  return asked ? 0 : 2;
}
