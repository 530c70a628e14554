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

std::string PageName(const ProviderType& provider, const std::string& type_name) {
  return absl::StrCat(absl::StripPrefix(type_name, absl::StrCat(provider.name, "_")), ".md");
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
    std::string page = Head(absl::StrCat(resource.name, " (resource)"), resource.doc);
    const std::string folder = absl::StrCat("resources/", resource.name);
    AppendExample(examples, folder + "/resource.tf", "Example", "terraform", page);
    absl::StrAppend(&page, "\n## Schema\n");
    AppendRows(*resource.rows, "", page);
    AppendExample(examples, folder + "/import.sh", "Import", "shell", page);
    pages["resources/" + PageName(provider, resource.name)] = std::move(page);
  }
  for (const AnyDataSource& source : provider.data_sources) {
    std::string page = Head(absl::StrCat(source.name, " (data source)"), source.doc);
    AppendExample(examples, absl::StrCat("data-sources/", source.name, "/data-source.tf"),
                  "Example", "terraform", page);
    absl::StrAppend(&page, "\n## Schema\n");
    AppendRows(*source.rows, "", page);
    pages["data-sources/" + PageName(provider, source.name)] = std::move(page);
  }
  return pages;
}

}  // namespace ecs::schema
