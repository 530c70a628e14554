// Terraform's rules for the answers of a provider, in our words, from lifecycle.md sections 5, 7
// and 8. Written from the protocol alone: it shares nothing with provider/lifecycle.
#pragma once

#include <string>
#include <vector>

#include "provider/cty/value.h"
#include "provider/schema/row.h"

namespace ecs::contract {

// Each judgement is one sentence per broken rule, beginning with the path; empty: all is well.
using Verdict = std::vector<std::string>;

// "Provider produced invalid plan": what a plan may say beside a configuration and a prior state.
Verdict JudgePlan(const schema::RowSet& rows, const cty::Value& prior, const cty::Value& config,
                  const cty::Value& planned);

// Paths of requires_replace must exist in the prior or the planned state.
Verdict JudgeReplacements(const std::vector<Path>& replace, const cty::Value& prior,
                          const cty::Value& planned);

// "Provider produced inconsistent result after apply", and "… inconsistent final plan": `actual`
// says everything that `planned` knew, and fills what it did not.
Verdict JudgeCompletion(const cty::Value& planned, const cty::Value& actual);

// "Provider produced invalid object": what is stored is of the type, wholly known, survives the
// wire, and holds no write-only value. A null state is fine.
Verdict JudgeState(const schema::RowSet& rows, const cty::Value& state);

// "Provider produced invalid ephemeral resource instance": configured values are as written, and
// all is known.
Verdict JudgeEphemeral(const schema::RowSet& rows, const cty::Value& config,
                       const cty::Value& object);

// "Provider produced invalid identity": of the type, wholly known, and complete enough to import
// by.
Verdict JudgeIdentity(const schema::RowSet& rows, const cty::Value& identity);

// For the messages of failed expectations: the attributes in which two objects differ.
std::string Differences(const cty::Value& left, const cty::Value& right);

}  // namespace ecs::contract
