#include "tests/emulator/http/router.h"

#include <utility>

#include "tests/emulator/cloud/text.h"

namespace emulator {

Route& Router::Add(Service service, const std::string& method, const std::string& path,
                   const std::string& operation, Handler handler) {
  Node* node = &root_;
  for (std::string_view segment : SplitWords(path, '/')) {
    if (segment.front() == '{') {
      if (!node->any) node->any = std::make_unique<Node>();
      node = node->any.get();
    } else {
      std::unique_ptr<Node>& next = node->literals[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  routes_.push_back({.service = service, .operation = operation, .handler = handler});
  Route& route = routes_.back();
  for (std::string_view segment : SplitWords(path, '/')) {
    if (segment.front() == '{') route.params.emplace_back(segment.substr(1, segment.size() - 2));
  }
  node->routes[method] = &route;
  return route;
}

const Route* Router::Walk(const Node& node, const std::string& method, std::string_view rest,
                          std::vector<std::string>& values) {
  while (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  if (rest.empty()) {
    const auto found = node.routes.find(method);
    return found == node.routes.end() ? nullptr : found->second;
  }
  const std::size_t slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  const std::string_view after =
      slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  if (const auto found = node.literals.find(segment); found != node.literals.end()) {
    if (const Route* route = Walk(*found->second, method, after, values)) return route;
  }
  if (!node.any) return nullptr;
  values.push_back(PercentDecode(segment));
  const Route* route = Walk(*node.any, method, after, values);
  if (route == nullptr) values.pop_back();
  return route;
}

const Route* Router::Find(const std::string& method, std::string_view path,
                          std::map<std::string, std::string>& params) const {
  std::vector<std::string> values;
  const Route* route = Walk(root_, method, path, values);
  if (route == nullptr) return nullptr;
  for (std::size_t i = 0; i < values.size(); ++i) params[route->params[i]] = std::move(values[i]);
  return route;
}

}  // namespace emulator
