#include "provider/schema/docs.h"

#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace ecs::schema {
namespace {

using Examples = std::map<std::string, std::string>;

std::string TypeName(const Row& row) {
  switch (row.nesting) {
    case Nesting::kSingle:
      return "Object";
    case Nesting::kList:
      return "List of Object";
    case Nesting::kMap:
      return "Map of Object";
    case Nesting::kNone:
      break;
  }
  switch (row.type.kind()) {
    case cty::Kind::kNumber:
      return "Number";
    case cty::Kind::kBool:
      return "Boolean";
    case cty::Kind::kList:
      return "List of String";
    case cty::Kind::kSet:
      return "Set of String";
    case cty::Kind::kMap:
      return "Map of String";
    default:
      return "String";
  }
}

std::string ChangeSentence(const Row& row) {
  if (!row.change_doc.empty()) return " " + row.change_doc;
  if (row.effect == Effect::kReplace) return " Changing this creates a new resource.";
  return "";
}

std::string Remarks(const Row& row) {
  std::string remarks = TypeName(row);
  if (row.sensitive) absl::StrAppend(&remarks, ", sensitive");
  if (row.write_only) absl::StrAppend(&remarks, ", write-only");
  return remarks;
}

void AppendList(const std::string& title, const RowSet& rows, const std::string& prefix,
                const std::function<bool(const Row&)>& wanted, std::string& page) {
  std::string list;
  for (const Row& row : rows.rows()) {
    if (!wanted(row)) continue;
    absl::StrAppend(&list, "- `", row.name, "` (", Remarks(row), ") ", row.doc,
                    ChangeSentence(row));
    if (row.rows != nullptr) {
      absl::StrAppend(&list, " (see [below](#nested--", prefix, row.name, "))");
    }
    absl::StrAppend(&list, "\n");
  }
  if (!list.empty()) absl::StrAppend(&page, "\n### ", title, "\n\n", list);
}

void AppendRows(const RowSet& rows, const std::string& prefix, std::string& page) {
  AppendList(
      "Required", rows, prefix, [](const Row& r) { return r.mode == Mode::kRequired; }, page);
  AppendList(
      "Optional", rows, prefix,
      [](const Row& r) { return r.mode == Mode::kOptional || r.mode == Mode::kOptionalComputed; },
      page);
  AppendList(
      "Read-Only", rows, prefix, [](const Row& r) { return r.mode == Mode::kComputed; }, page);
  for (const Row& row : rows.rows()) {
    if (row.rows == nullptr) continue;
    absl::StrAppend(&page, "\n<a id=\"nested--", prefix, row.name, "\"></a>\n## Nested schema of `",
                    prefix, row.name, "`\n");
    AppendRows(*row.rows, absl::StrCat(prefix, row.name, "."), page);
  }
}

void AppendExample(const Examples& examples, const std::string& path, const std::string& title,
                   const std::string& language, std::string& page) {
  const auto found = examples.find(path);
  if (found == examples.end()) return;
  absl::StrAppend(&page, "\n## ", title, "\n\n```", language, "\n",
                  absl::StripTrailingAsciiWhitespace(found->second), "\n```\n");
}

std::string Head(const std::string& title, const std::string& doc) {
  return absl::StrCat("---\npage_title: \"", title, "\"\n---\n\n# ", title, "\n\n", doc, "\n");
}

// What every Terraform and OpenTofu since protocol 6 has needs no remark.
std::string Since(const char* terraform, const char* opentofu) {
  std::string sentence = absl::StrCat("\nTerraform ", terraform, " and later");
  if (opentofu != nullptr) absl::StrAppend(&sentence, ", OpenTofu ", opentofu, " and later");
  return sentence + ".\n";
}

std::string PageName(const ProviderType& provider, const std::string& type_name) {
  return absl::StrCat(absl::StripPrefix(type_name, absl::StrCat(provider.name, "_")), ".md");
}

// The page of anything that has rows: what it is, an example, its schema.
template <class Any>
std::string PageOf(const Any& any, const std::string& kind, const std::string& example,
                   const Examples& examples, const std::string& since = "") {
  std::string page = Head(absl::StrCat(any.name, " (", kind, ")"), any.doc) + since;
  AppendExample(examples, example, "Example", "terraform", page);
  absl::StrAppend(&page, "\n## Schema\n");
  AppendRows(*any.rows, "", page);
  return page;
}

void AppendIdentity(const AnyIdentity& identity, std::string& page) {
  absl::StrAppend(&page,
                  "\n## Identity\n\nFor `import { identity = {…} }`, in Terraform and "
                  "OpenTofu 1.12 and later.\n");
  AppendRows(*identity.rows, "", page);
}

void AppendMoves(const std::vector<AnyMove>& moves, std::string& page) {
  absl::StrAppend(&page,
                  "\n## Moving from other providers\n\nA `moved` block takes the state of "
                  "these resources over; the server stays as it is. In Terraform 1.8, OpenTofu "
                  "1.10 and later, which once more install the other provider for it:\n\n");
  for (const AnyMove& move : moves) {
    absl::StrAppend(&page, "- `", move.type_name, "` (provider ", move.provider, ")\n");
  }
}

std::string ResourcePage(const AnyResource& resource, const Examples& examples) {
  const std::string folder = absl::StrCat("resources/", resource.name);
  std::string page = PageOf(resource, "resource", folder + "/resource.tf", examples);
  AppendExample(examples, folder + "/import.sh", "Import", "shell", page);
  if (resource.identity) {
    AppendIdentity(*resource.identity, page);
    AppendExample(examples, folder + "/snippets/import-by-identity.tf", "Import by identity",
                  "terraform", page);
  }
  if (!resource.moves.empty()) {
    AppendMoves(resource.moves, page);
    AppendExample(examples, folder + "/snippets/moved.tf", "Example of a move", "terraform", page);
  }
  return page;
}

std::string FunctionPage(const FunctionType& function, const Examples& examples) {
  std::string page =
      Head(absl::StrCat(function.name, " (function)"), function.doc) + Since("1.8", "1.7");
  AppendExample(examples, absl::StrCat("functions/", function.name, "/function.tf"), "Example",
                "terraform", page);
  absl::StrAppend(&page, "\n## Arguments\n\n");
  for (const Parameter& parameter : function.parameters) {
    absl::StrAppend(&page, "1. `", parameter.name, "` (", parameter.type.Name(), ") ",
                    parameter.doc, "\n");
  }
  if (function.variadic) {
    absl::StrAppend(&page, "1. `", function.variadic->name, "` (any number of ",
                    function.variadic->type.Name(), ") ", function.variadic->doc, "\n");
  }
  return page;
}

void RenderOthers(const ProviderType& provider, const Examples& examples,
                  std::map<std::string, std::string>& pages) {
  for (const FunctionType& function : provider.functions) {
    pages[absl::StrCat("functions/", function.name, ".md")] = FunctionPage(function, examples);
  }
  for (const AnyEphemeral& any : provider.ephemerals) {
    const std::string example =
        absl::StrCat("ephemeral-resources/", any.name, "/ephemeral-resource.tf");
    pages["ephemeral-resources/" + PageName(provider, any.name)] =
        PageOf(any, "ephemeral resource", example, examples, Since("1.10", "1.11"));
  }
  for (const AnyList& any : provider.lists) {
    const std::string example =
        absl::StrCat("list-resources/", any.name, "/list-resource.tfquery.hcl");
    pages["list-resources/" + PageName(provider, any.name)] =
        PageOf(any, "list resource", example, examples, Since("1.14", nullptr));
  }
  for (const AnyAction& any : provider.actions) {
    const std::string example = absl::StrCat("actions/", any.name, "/action.tf");
    pages["actions/" + PageName(provider, any.name)] =
        PageOf(any, "action", example, examples, Since("1.14", nullptr));
  }
}

}  // namespace

std::map<std::string, std::string> RenderDocs(const ProviderType& provider,
                                              const Examples& examples) {
  std::map<std::string, std::string> pages;
  std::string index = Head(absl::StrCat(provider.name, " provider"), provider.doc);
  AppendExample(examples, "provider/provider.tf", "Example", "terraform", index);
  absl::StrAppend(&index, "\n## Schema\n");
  AppendRows(*provider.rows, "", index);
  pages["index.md"] = std::move(index);
  for (const AnyResource& resource : provider.resources) {
    pages["resources/" + PageName(provider, resource.name)] = ResourcePage(resource, examples);
  }
  for (const AnyDataSource& source : provider.data_sources) {
    const std::string example = absl::StrCat("data-sources/", source.name, "/data-source.tf");
    pages["data-sources/" + PageName(provider, source.name)] =
        PageOf(source, "data source", example, examples);
  }
  RenderOthers(provider, examples, pages);
  return pages;
}

}  // namespace ecs::schema
