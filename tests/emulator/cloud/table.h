// Rows of one kind, found by id and listed in the order of their making.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace emulator {

// Row has a member `std::string id`. References to rows stay valid until the row is removed.
template <class Row>
class Table {
 public:
  Row& Add(Row row) {
    rows_.push_back(std::move(row));
    index_[rows_.back().id] = std::prev(rows_.end());
    return rows_.back();
  }
  Row* Find(std::string_view id) {
    const auto found = index_.find(std::string(id));
    return found == index_.end() ? nullptr : &*found->second;
  }
  const Row* Find(std::string_view id) const {
    const auto found = index_.find(std::string(id));
    return found == index_.end() ? nullptr : &*found->second;
  }
  bool Remove(std::string_view id) {
    const auto found = index_.find(std::string(id));
    if (found == index_.end()) return false;
    rows_.erase(found->second);
    index_.erase(found);
    return true;
  }
  std::size_t size() const { return rows_.size(); }
  auto begin() { return rows_.begin(); }
  auto end() { return rows_.end(); }
  auto begin() const { return rows_.begin(); }
  auto end() const { return rows_.end(); }

 private:
  std::list<Row> rows_;
  std::unordered_map<std::string, typename std::list<Row>::iterator> index_;
};

}  // namespace emulator
