// From rows to the body of a create request, and from a reply back into a struct.
#pragma once

#include <typeinfo>

#include "provider/schema/row.h"

namespace ecs::schema {

// The known, non-null attributes of `object` whose rows have write_to, each at its JSON pointer
// into one body: a nested attribute's rows point into the same body.
Json ToRequest(const RowSet& rows, const void* object);

// As below, for a source whose type is erased.
Status FillFrom(const RowSet& rows, const std::type_info& type, const void* source, void* object);

// Fills the attributes whose rows are read from a Source; others stay. An empty text becomes null,
// the cloud's way to say that it was never set, unless `object` holds an empty text already.
//
// Absence is no news (design.md section 4.13): an attribute stays as it is where the row's function
// answers Attr<X>::Unknown(), "the source does not tell", and where a source has no text for an
// attribute that an object cannot lose: one that is required, or that only a new object can change.
template <class Source, class T>
Status FillFrom(const RowSet& rows, const Source& source, T& object) {
  return FillFrom(rows, typeid(Source), &source, &object);
}

}  // namespace ecs::schema
