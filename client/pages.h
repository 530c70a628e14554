// Following a paged list to its end, and no further.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "base/result.h"
#include "client/api.h"

namespace ecs::client {

// Remembers the rows of the pages so far. Rows may shift between pages while the cloud changes, so
// that some come twice; a page that holds no new row never ends otherwise.
class PageCheck {
 public:
  // A list of more pages is an error too.
  PageCheck(const Operation& operation, int pages_max)
      : operation_(operation), pages_max_(pages_max) {}

  // Whether no page so far had a row of this id. A row without an id is none.
  bool IsNew(const std::string& id);

  // To be called before the next page is asked for. kCloudFailed if the page that ends here had no
  // new row, or was the last that is allowed: what was read is not the whole list.
  Status NextPage();

 private:
  Error Broken(const std::string& detail) const;

  const Operation operation_;
  const int pages_max_;
  int page_ = 1;
  std::size_t met_before_ = 0;
  std::set<std::string> met_;
};

}  // namespace ecs::client
