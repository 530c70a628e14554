// provider::ecs::parse_flavor: what the name of a flavor says by the clouds' naming rule
// (ecs-v1.md section 14.3).
#include <regex>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "resources/functions/functions.h"

namespace ecs::resources {
namespace {

constexpr std::size_t kLengthMax = 64;

cty::Type ResultType() {
  return cty::Type::Object({{"family", cty::Type::String()},
                            {"generation", cty::Type::Number()},
                            {"variant", cty::Type::String()},
                            {"size", cty::Type::String()},
                            {"vcpus", cty::Type::Number()},
                            {"memory_gib", cty::Type::Number()}});
}

std::int64_t Number(const std::string& digits) {
  std::int64_t number = 0;
  return absl::SimpleAtoi(digits, &number) ? number : 0;
}

// small and medium have one, large two, xlarge four, and "2xlarge" twice four.
std::int64_t VcpusOf(const std::string& size) {
  if (size == "small" || size == "medium") return 1;
  if (size == "large") return 2;
  if (size == "xlarge") return 4;
  return 4 * Number(size.substr(0, size.find('x')));
}

Result<cty::Value> ParseFlavor(const std::vector<cty::Value>& arguments) {
  static const std::regex kRule(
      R"(([a-z]+)([0-9]{1,2})([a-z]*)\.)"
      R"((small|medium|large|xlarge|[0-9]{1,3}xlarge)(?:\.([0-9]{1,3}))?)");
  const std::string& name = arguments[0].AsString();
  std::smatch part;
  // std::regex recurses once per character.
  if (name.size() > kLengthMax || !std::regex_match(name, part, kRule)) {
    return Error{.code = Code::kInvalid,
                 .summary = "This is not the name of a flavor",
                 .detail =
                     "The name must look like \"s3.xlarge.4\": family and generation, size, "
                     "and GiB of memory for each vCPU.",
                 .path = Path().At(0)};
  }
  const std::int64_t vcpus = VcpusOf(part[4]);
  const std::string variant = part[3];
  const cty::Value no_memory = cty::Value::Null(cty::Type::Number());
  return cty::Value::Object(
      {{"family", cty::Value::String(part[1])},
       {"generation", cty::Value::Int(Number(part[2]))},
       {"variant", cty::Value::String(variant)},
       {"size", cty::Value::String(part[4])},
       {"vcpus", cty::Value::Int(vcpus)},
       {"memory_gib", part[5].matched ? cty::Value::Int(vcpus * Number(part[5])) : no_memory}});
}

}  // namespace

schema::FunctionType ParseFlavorFunction() {
  return {.name = "parse_flavor",
          .summary = "Takes the name of a flavor apart",
          .doc =
              "Takes the name of a flavor apart, by the naming rule of the clouds: "
              "`s3.xlarge.4` is of family `s` and generation 3, has 4 vCPUs, and 4 GiB of memory "
              "for each of them. Answers an object with `family`, `generation`, `variant` (the "
              "letters behind the generation, or an empty text), `size`, `vcpus` and "
              "`memory_gib` (null where the name does not tell).",
          .parameters = {{.name = "name",
                          .type = cty::Type::String(),
                          .doc = "Name of a flavor, such as `s3.xlarge.4`."}},
          .returns = ResultType(),
          .call = ParseFlavor};
}

}  // namespace ecs::resources
