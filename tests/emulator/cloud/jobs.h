// The asynchronous work of ECS, EVS and IMS: api/ecs-v1.md section 20.
#pragma once

#include <string>
#include <vector>

#include "tests/emulator/cloud/cloud.h"

namespace emulator {

// Adds a job without parts. It is INIT, then RUNNING after the duration "job".
Job& MakeJob(Cloud& cloud, const std::string& type, Json entities = Json::object());

// Adds a job with one part per element of `entities`. It ends when the last part ends: SUCCESS if
// all did, else FAIL.
struct ParentJob {
  std::string id = {};
  std::vector<std::string> parts = {};  // ids, in the order of `entities`
};
ParentJob MakeParentJob(Cloud& cloud, const std::string& type, const std::string& part_type,
                        const std::vector<Json>& entities);

void FinishJob(Cloud& cloud, const std::string& id);
// `cause` is the fault behind it, as JSON text; empty: none is told.
void FailJob(Cloud& cloud, const std::string& id, const std::string& code,
             const std::string& reason, const std::string& cause = "");

// As GET …/jobs/{id} answers.
Json JobJson(const Cloud& cloud, const Job& job);

// {"job_id": id}
Response JobReply(const std::string& id);

}  // namespace emulator
